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

    init(length: Int) { self.length = length }

    var count: Int { targets.count }

    mutating func append(_ sequence: some Collection<UInt8>, target: Float, fold: Int) {
        precondition(sequence.count == length)
        codes.append(contentsOf: sequence)
        targets.append(target)
        folds.append(fold)
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        for place in 0..<length { input[place] = Float(codes[index * length + place]) }
        target[0] = targets[index]
    }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        target[0] = targets[index]
    }
}
