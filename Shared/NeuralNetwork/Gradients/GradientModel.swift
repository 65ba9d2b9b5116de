/// A network whose outputs can be followed back to its inputs and to the inputs of every layer, as inference computes it:
/// running statistics, no dropout.
///
/// Inputs are relaxed (``RelaxedInput``): a gradient of base codes has four numbers a position. Gradients have the same
/// bytes in any batch and from any number of workers. Safe to use from many threads, each with a workspace of its own.
///
/// `@unchecked Sendable`: the buffers are written only by `init`.
public final class GradientModel: @unchecked Sendable {
    /// A layer at its place, as users name it.
    public struct LayerPlace: Sendable, Hashable {
        /// The place in the document, which begins the names of its parameters: `4.0`.
        public let name: String
        /// What it computes, such as `Conv1d`.
        public let type: String
        /// The floats of each of its inputs.
        public let inputCounts: [Int]
        /// The shape of its output.
        public let outputShape: [Int]
        /// How ``multipliers(_:input:references:points:workspace:)`` goes through it.
        public let rule: MultiplierRule
    }

    let graph: Graph
    let kernels: Kernels
    let parameters: FloatBuffer
    let prepared: FloatBuffer
    let preparedOffsets: [Int]
    /// The inputs, in the order of a relaxed example.
    public let inputs: [RelaxedInput]
    /// The layers, each after those that it reads.
    public let layers: [LayerPlace]
    /// Floats of an example of the network.
    public let exampleCount: Int

    /// Copies the network's present weights; `simd` forces an instruction set, else `SIMDLevel.current()` is used.
    public convenience init(_ network: Network, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        self.init(graph: network.graph, parameters: FloatBuffer(copying: network.storage), kernels: try Kernels(simd))
    }

    /// The model of a package.
    public convenience init(_ package: ModelPackage, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        let network = try Network(package)
        self.init(graph: network.graph, parameters: network.storage, kernels: try Kernels(simd))
    }

    /// The model of one head of a package; throws where there is no such head.
    public convenience init(_ package: ModelPackage, head: String, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        let network = try Network(package)
        self.init(
            graph: try network.graph.computing(head: head), parameters: network.storage, kernels: try Kernels(simd))
    }

    private init(graph original: Graph, parameters: FloatBuffer, kernels: Kernels) {
        let relaxed = original.relaxed()
        graph = relaxed.graph
        inputs = relaxed.inputs
        exampleCount = original.inputCount
        self.parameters = parameters
        self.kernels = kernels
        let (offsets, count) = graph.preparedOffsets(training: true)
        preparedOffsets = offsets
        prepared = FloatBuffer(count: count)
        graph.prepare(parameters.pointer, into: prepared.base, offsets: offsets, training: true, kernels: kernels)
        layers = graph.nodes.map { [buffers = graph.buffers] node in
            LayerPlace(
                name: node.name, type: Self.name(of: node.layer), inputCounts: node.inputs.map { buffers[$0] },
                outputShape: node.layer.outputShape, rule: node.layer.multiplierRule)
        }
    }

    /// Floats of a relaxed example.
    public var inputCount: Int { graph.inputCount }
    /// Floats of one output.
    public var outputCount: Int { graph.outputCount }

    /// The relaxed form of an example: what gradients are at.
    public func relaxed(_ example: [Float]) -> [Float] {
        precondition(example.count == exampleCount)
        return Array(unsafeUninitializedCapacity: inputCount) { relaxed, filled in
            example.withUnsafeBufferPointer { example in
                guard let from = example.baseAddress, let to = relaxed.baseAddress else { return }
                for input in inputs { input.relax(from, parameters: parameters.pointer, into: to) }
            }
            filled = inputCount
        }
    }

    /// The memory that one caller of the methods needs, and the threads that work for it.
    public func makeWorkspace(workers: Int = 1) -> GradientWorkspace { GradientWorkspace(self, workers: workers) }

    private static func name(of layer: any Layer) -> String {
        let name = layer is FrozenBatchNormLayer ? "BatchNorm" : String(describing: type(of: layer))
        return name.hasSuffix("Layer") ? String(name.dropLast("Layer".count)) : name
    }
}

/// Outputs, and the gradients of a weighted sum of them.
public struct InputGradients: Sendable, Hashable {
    /// `count × outputCount` logits.
    public var outputs: [Float]
    /// `count × inputCount`: the gradients of the relaxed inputs.
    public var inputs: [Float]
}

/// The gradient of a weighted sum of the outputs with respect to what one layer reads.
public struct LayerGradient: Sendable, Hashable {
    /// The layer.
    public var layer: GradientModel.LayerPlace
    /// What it read, of each of its inputs.
    public var inputs: [[Float]]
    /// The gradients of each of its inputs, summed over all layers that read the same.
    public var gradients: [[Float]]
}

/// What a difference of outputs is due to.
public struct InputMultipliers: Sendable, Hashable {
    /// The input's logits.
    public var outputs: [Float]
    /// `references × outputCount`: the references' logits.
    public var referenceOutputs: [Float]
    /// `references × inputCount`: of each float of the relaxed input, its share a unit of its difference to the reference.
    public var multipliers: [Float]
}
