/// A network with its parameters: what training changes.
///
/// Use from one thread at a time. For predictions, take an `InferenceModel` of it.
public final class Network {
    /// The layers as a document.
    public let architecture: Architecture
    let graph: Graph
    /// The parameters as the kernels read them.
    let storage: FloatBuffer

    /// Starts with PyTorch's default distributions, drawn from `seed`; throws if the layers do not fit.
    public init(_ architecture: Architecture, seed: UInt64) throws(NeuralNetworkError) {
        self.architecture = architecture
        graph = try Graph(architecture)
        storage = FloatBuffer(count: graph.storedCount)
        for (index, parameter) in graph.parameters.enumerated() {
            let description = parameter.description
            let values = FloatBuffer(count: description.count)
            var random = SplitMix64(keys: seed, UInt64(index))
            for i in 0..<description.count {
                values.base[i] =
                    switch description.start {
                    case .uniform(let bound): (2 * random.uniform() - 1) * bound
                    case .normal(let deviation): random.normal() * deviation
                    case .constant(let value): value
                    }
            }
            if let row = description.zeroRow {
                let width = description.count / description.shape[0]
                (values.base + row * width).update(repeating: 0, count: width)
            }
            let stored = storage.base + parameter.storedOffset
            if let panels = description.panels {
                panels.pack(values.pointer, into: stored)
            } else {
                stored.update(from: values.base, count: values.count)
            }
        }
    }

    /// A network with the weights of a package.
    public init(_ package: ModelPackage) throws(NeuralNetworkError) {
        architecture = package.architecture
        graph = try Graph(package.architecture)
        storage = FloatBuffer(count: graph.storedCount)
        try load(package.weights)
    }

    /// The number of parameters.
    public var parameterCount: Int { graph.parameterCount }
    /// Floats of one example.
    public var inputCount: Int { graph.inputCount }
    /// The shape of one output.
    public var outputShape: [Int] { graph.outputShape }
    /// Where each parameter lies in `weights`.
    public var slices: [ParameterSlice] { graph.parameters.map(\.slice) }

    /// The parameters' values in PyTorch's order, those of `slices` one after the other.
    public var weights: [Float] {
        Array(unsafeUninitializedCapacity: parameterCount) { weights, filled in
            if let base = weights.baseAddress { graph.unpack(storage.pointer, into: base) }
            filled = parameterCount
        }
    }

    /// One parameter's values by its PyTorch name, or nil.
    public subscript(name: String) -> [Float]? {
        slices.first { $0.name == name }.map { Array(weights[$0.range]) }
    }

    /// Replaces all parameters; throws if their number differs or one of them is none that its layer can use.
    public func load(_ weights: [Float]) throws(NeuralNetworkError) {
        try graph.checkWeights(weights)
        weights.withUnsafeBufferPointer { weights in
            if let base = weights.baseAddress { graph.pack(base, into: storage.base) }
        }
    }
}
