/// Labelled examples that training reads again and again, in random order.
public protocol ExampleSource: Sendable {
    /// The number of examples.
    var count: Int { get }

    /// Fills one example's input, channels last, and returns its class.
    ///
    /// Called from several threads at once; must give the same for the same index.
    func fill(_ index: Int, into input: UnsafeMutableBufferPointer<Float>) throws -> Int
}

/// Examples in memory.
public struct InMemoryExamples: ExampleSource {
    /// `[count][inputCount]` floats.
    public var inputs: [Float]
    /// The class of each example.
    public var labels: [Int]

    /// Examples whose inputs are all of the same size.
    public init(inputs: [Float], labels: [Int]) {
        self.inputs = inputs
        self.labels = labels
    }

    /// The number of examples.
    public var count: Int { labels.count }

    /// Copies an example; throws if the inputs are not of the network's size.
    public func fill(_ index: Int, into input: UnsafeMutableBufferPointer<Float>) throws -> Int {
        guard inputs.count == labels.count * input.count else {
            throw NeuralNetworkError(
                .mismatch, "\(inputs.count) floats are not \(labels.count) examples of \(input.count)")
        }
        _ = input.update(fromContentsOf: inputs[index * input.count..<(index + 1) * input.count])
        return labels[index]
    }
}
