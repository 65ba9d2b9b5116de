import NeuralNetwork

/// Sequences of one length with their targets, a byte a base.
struct LabelledSequences: ExampleSource {
    let length: Int
    /// Base codes, one sequence after the other.
    private(set) var codes: [UInt8] = []
    /// A class index or a number a sequence.
    private(set) var targets: [Float] = []
    /// The fold of each sequence; -1 for those that are kept for validation.
    private(set) var folds: [Int] = []
    /// How much each sequence counts; nil where all count alike.
    private(set) var weights: [Float]?

    init(length: Int) { self.length = length }

    var count: Int { targets.count }

    mutating func append(_ sequence: some Collection<UInt8>, target: Float, fold: Int, weight: Float? = nil) {
        precondition(sequence.count == length)
        codes.append(contentsOf: sequence)
        targets.append(target)
        folds.append(fold)
        if weight != nil, weights == nil { weights = [Float](repeating: 1, count: targets.count - 1) }
        weights?.append(weight ?? 1)
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        for place in 0..<length { input[place] = Float(codes[index * length + place]) }
        target[0] = targets[index]
    }

    func weight(of index: Int) -> Float? { weights?[index] }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        target[0] = targets[index]
    }
}
