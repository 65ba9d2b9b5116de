import NeuralNetwork

/// Sequences of one length with their targets, a byte a base.
struct LabelledSequences: ExampleSource {
    let length: Int
    /// Windows of an example: two of a pair, one behind the other.
    let windows: Int
    /// Base codes, one sequence after the other.
    private(set) var codes: [UInt8] = []
    /// A class index or a number a sequence.
    private(set) var targets: [Float] = []
    /// The fold of each sequence; -1 for those that are kept for validation.
    private(set) var folds: [Int] = []
    /// The file and the record that each is, where it is one; -1 else.
    private(set) var places: [(file: Int32, record: Int32)] = []
    /// How much each sequence counts; nil where all count alike.
    private(set) var weights: [Float]?

    init(length: Int, windows: Int = 1) {
        self.length = length
        self.windows = windows
    }

    var count: Int { targets.count }

    mutating func append(
        _ sequence: some Collection<UInt8>, target: Float, fold: Int, weight: Float? = nil,
        place: (file: Int, record: Int) = (-1, -1)
    ) {
        places.append((Int32(place.file), Int32(place.record)))
        precondition(sequence.count == length * windows)
        codes.append(contentsOf: sequence)
        targets.append(target)
        folds.append(fold)
        if weight != nil, weights == nil { weights = [Float](repeating: 1, count: targets.count - 1) }
        weights?.append(weight ?? 1)
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        let count = length * windows
        for place in 0..<count { input[place] = Float(codes[index * count + place]) }
        target[0] = targets[index]
    }

    func weight(of index: Int) -> Float? { weights?[index] }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        target[0] = targets[index]
    }
}

/// The windows of pairs, each an example of its own: window `2 i` is the first of pair `i`.
struct PairedWindows: ExampleSource {
    let pairs: LabelledSequences

    var count: Int { 2 * pairs.count }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        for place in 0..<pairs.length { input[place] = Float(pairs.codes[index * pairs.length + place]) }
        target[0] = pairs.targets[index / 2]
    }
}
