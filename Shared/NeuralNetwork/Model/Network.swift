/// A network with its parameters: what training changes.
///
/// Use from one thread at a time. For predictions, take an `InferenceModel` of it.
public final class Network {
    /// The layers as a document.
    public let architecture: Architecture
    let stack: LayerStack
    let storage: FloatBuffer

    /// Starts with PyTorch's default distributions, drawn from `seed`; throws if the layers do not fit.
    public init(_ architecture: Architecture, seed: UInt64) throws(NeuralNetworkError) {
        self.architecture = architecture
        stack = try LayerStack(architecture)
        storage = FloatBuffer(count: stack.parameterCount)
        for (index, (slice, start)) in zip(stack.slices, stack.starts).enumerated() {
            var random = SplitMix64(keys: seed, UInt64(index))
            for i in slice.range {
                switch start {
                case .uniform(let bound): storage.base[i] = (2 * random.uniform() - 1) * bound
                case .constant(let value): storage.base[i] = value
                }
            }
        }
    }

    /// A network with the weights of a package.
    public convenience init(_ package: ModelPackage) throws(NeuralNetworkError) {
        try self.init(package.architecture, seed: 0)
        try load(package.weights)
    }

    /// The number of floats in `parameters`.
    public var parameterCount: Int { stack.parameterCount }
    /// The shape of one example.
    public var inputShape: [Int] { stack.inputShape }
    /// The shape of one output.
    public var outputShape: [Int] { stack.outputShape }
    /// Where each parameter lies in `parameters`.
    public var slices: [ParameterSlice] { stack.slices }
    /// All parameters in one contiguous buffer, valid as long as the network.
    public var parameters: UnsafeMutableBufferPointer<Float> { storage.buffer }

    /// One parameter by its PyTorch name, or nil; valid as long as the network.
    public subscript(name: String) -> UnsafeMutableBufferPointer<Float>? {
        slices.first { $0.name == name }.map { UnsafeMutableBufferPointer(rebasing: parameters[$0.range]) }
    }

    /// The parameters' values, in the order of `slices`.
    public var weights: [Float] { Array(parameters) }

    /// Replaces all parameters; throws if their number differs or one of them is not finite.
    public func load(_ weights: [Float]) throws(NeuralNetworkError) {
        guard weights.count == parameterCount else {
            throw NeuralNetworkError(
                .mismatch, "there are \(weights.count) weights and the architecture has \(parameterCount) parameters")
        }
        if let slice = slices.first(where: { slice in !weights[slice.range].allSatisfy(\.isFinite) }) {
            throw NeuralNetworkError(.malformed, "holds a weight that is not a finite number", place: slice.name)
        }
        _ = parameters.update(fromContentsOf: weights)
    }
}
