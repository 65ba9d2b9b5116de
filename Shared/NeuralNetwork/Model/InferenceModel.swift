/// A network for predictions: its own copy of the weights, laid out for the kernels; safe to use from many threads.
///
/// A record's prediction has the same bytes in any batch, from any thread, and from every instruction set: each output
/// of a product is one chain of fused multiply-adds in the order of k, and whatever runs side by side never adds up.
///
/// `@unchecked Sendable`: both buffers are written only by `init`.
public final class InferenceModel: @unchecked Sendable {
    let graph: Graph
    let kernels: Kernels
    let plan: InferencePlan
    let parameters: FloatBuffer
    let prepared: FloatBuffer
    /// Of each of the plan's nodes.
    let preparedOffsets: [Int]

    /// Copies the network's present weights; `simd` forces an instruction set, else `SIMDLevel.current()` is used.
    public convenience init(_ network: Network, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        self.init(graph: network.graph, parameters: FloatBuffer(copying: network.storage), kernels: try Kernels(simd))
    }

    /// The model of a package.
    public convenience init(_ package: ModelPackage, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        let network = try Network(package)
        self.init(graph: network.graph, parameters: network.storage, kernels: try Kernels(simd))
    }

    /// The model of one head of a package, which computes no more than that needs; throws where there is no such head.
    ///
    /// An example has the floats of all inputs all the same.
    public convenience init(_ package: ModelPackage, head: String, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        let network = try Network(package)
        self.init(
            graph: try network.graph.computing(head: head), parameters: network.storage, kernels: try Kernels(simd))
    }

    /// A model of these parameters, which must not change any more.
    init(graph: Graph, parameters: FloatBuffer, kernels: Kernels) {
        self.graph = graph
        self.kernels = kernels
        let plan = InferencePlan(graph)
        // Parameters that are changed are a copy: the caller may go on training.
        let parameters = plan.folds.isEmpty ? parameters : FloatBuffer(copying: parameters)
        self.parameters = parameters
        for (norm, index) in plan.folds {
            let layer = norm.layer
            let scales = FloatBuffer(count: layer.preparedCount(training: false))
            layer.prepare(
                Preparation(
                    kernels: kernels, training: false, parameters: parameters.pointer + norm.parameterOffset,
                    prepared: scales.base))
            (plan.nodes[index].layer as? any ScalableColumns)?.scaleColumns(
                parameters.base + plan.nodes[index].parameterOffset, scale: scales.base,
                shift: scales.base + scales.count / 2)
        }
        self.plan = plan
        var (offsets, total) = ([Int](), 0)
        for node in plan.nodes {
            offsets.append(total)
            total += (node.layer.preparedCount(training: false) + 15) & ~15
        }
        preparedOffsets = offsets
        prepared = FloatBuffer(count: total)
        for (node, offset) in zip(plan.nodes, offsets) {
            node.layer.prepare(
                Preparation(
                    kernels: kernels, training: false, parameters: parameters.pointer + node.parameterOffset,
                    prepared: prepared.base + offset))
        }
    }

    /// Floats of one example.
    public var inputCount: Int { graph.inputCount }
    /// The shape of one output.
    public var outputShape: [Int] { graph.outputShape }
    /// Floats of one output.
    public var outputCount: Int { graph.outputCount }

    /// The memory that one caller of `predict` needs, and the threads that work for it.
    ///
    /// With several workers they share out the examples of a batch, or the work of a lone example.
    public func makeWorkspace(workers: Int = 1) -> Workspace { Workspace(plan, workers: workers) }

    /// The last layer's outputs (logits) of `count` examples; blocks the thread while it computes, and allocates nothing.
    ///
    /// - Parameters:
    ///   - input: `count × inputCount` floats, channels last, of several inputs one after the other.
    ///   - count: The number of examples, of any size.
    ///   - output: Receives `count × outputCount` floats.
    ///   - workspace: This thread's own, from `makeWorkspace()` of this model.
    public func predict(
        _ input: UnsafeBufferPointer<Float>, count: Int, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        precondition(input.count == count * inputCount && output.count == count * outputCount)
        precondition(workspace.plan.arenaCount == plan.arenaCount && workspace.plan.nodes.count == plan.nodes.count)
        guard count > 0, let input = input.baseAddress, let output = output.baseAddress else { return }
        workspace.run(self, input, count: count, into: output)
    }

    /// The logits of `count` examples, as an array, with a workspace of its own.
    public func predict(_ input: [Float], count: Int) -> [Float] {
        let workspace = makeWorkspace()
        return input.withUnsafeBufferPointer { input in
            Array(unsafeUninitializedCapacity: count * outputCount) { output, filled in
                let output = UnsafeMutableBufferPointer(rebasing: output.prefix(count * outputCount))
                predict(input, count: count, into: output, workspace: workspace)
                filled = count * outputCount
            }
        }
    }
}
