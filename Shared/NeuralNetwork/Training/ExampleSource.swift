/// Examples with what is true of them, which training reads again and again, in random order.
public protocol ExampleSource: Sendable {
    /// The number of examples.
    var count: Int { get }

    /// Fills one example's input, channels last, and its target.
    ///
    /// A target is a class index, or as many numbers as the network has outputs, as the loss wants it; of a training on pairs
    /// (`TrainingOptions.pairs`) the input is that of both, one behind the other. Called from
    /// several threads at once; must give the same for the same index.
    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws

    /// Fills one example's target alone, for who needs no more; `inputCount` is that of the network.
    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws

    /// Says which examples will be asked for next, for a source that can fetch them meanwhile.
    func prefetch(_ indices: ArraySlice<Int>)

    /// What messages call an example: `example 17`, with its file where it has one.
    func place(of index: Int) -> String

    /// How much an example counts in training, at least 0: the loss of a batch is the mean weighted by it.
    ///
    /// Nil where all examples count alike. Validation counts all alike.
    func weight(of index: Int) -> Float?
}

extension ExampleSource {
    /// Reads the whole example.
    public func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        try withUnsafeTemporaryAllocation(of: Float.self, capacity: inputCount) { input in
            try fill(index, into: input, target: target)
        }
    }

    /// Does nothing: all is at hand.
    public func prefetch(_ indices: ArraySlice<Int>) {}

    /// Its number.
    public func place(of index: Int) -> String { "example \(index)" }

    /// All examples count alike.
    public func weight(of index: Int) -> Float? { nil }
}

/// Some examples of another source, in an order of their own.
public struct ChosenExamples: ExampleSource {
    private let source: any ExampleSource
    private let indices: [Int]

    /// Chooses examples by their indices.
    public init(source: any ExampleSource, indices: [Int]) {
        self.source = source
        self.indices = indices
    }

    /// The number of examples that are chosen.
    public var count: Int { indices.count }

    /// Fills one of them.
    public func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        try source.fill(indices[index], into: input, target: target)
    }

    /// Fills the target of one of them.
    public func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        try source.fillTarget(indices[index], into: target, inputCount: inputCount)
    }

    /// Says which of them will be asked for next.
    public func prefetch(_ indices: ArraySlice<Int>) { source.prefetch(indices.map { self.indices[$0] }[...]) }

    /// What the source calls it.
    public func place(of index: Int) -> String { source.place(of: indices[index]) }

    /// What the source says of it.
    public func weight(of index: Int) -> Float? { source.weight(of: indices[index]) }
}

/// Examples in memory.
public struct InMemoryExamples: ExampleSource {
    /// `[count][inputCount]` floats.
    public var inputs: [Float]
    /// `[count][targetCount]` floats.
    public var targets: [Float]
    /// The number of examples.
    public let count: Int

    /// Examples with a class each.
    public init(inputs: [Float], labels: [Int]) {
        self.init(inputs: inputs, targets: labels.map(Float.init), count: labels.count)
    }

    /// Examples with numbers to predict.
    public init(inputs: [Float], targets: [Float], count: Int) {
        self.inputs = inputs
        self.targets = targets
        self.count = count
    }

    /// Copies an example; throws if inputs or targets are not of the network's size.
    public func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        guard inputs.count == count * input.count, targets.count == count * target.count else {
            throw mismatch(input.count, target.count)
        }
        copy(inputs, index, to: input)
        copy(targets, index, to: target)
    }

    private func copy(_ values: [Float], _ row: Int, to target: UnsafeMutableBufferPointer<Float>) {
        values.withUnsafeBufferPointer { values in
            guard let from = values.baseAddress, let to = target.baseAddress else { return }
            to.update(from: from + row * target.count, count: target.count)
        }
    }

    private func mismatch(_ inputCount: Int, _ targetCount: Int) -> NeuralNetworkError {
        NeuralNetworkError(
            .mismatch,
            "\(inputs.count) inputs and \(targets.count) targets are not \(count) examples of \(inputCount) and "
                + "\(targetCount)")
    }
}
