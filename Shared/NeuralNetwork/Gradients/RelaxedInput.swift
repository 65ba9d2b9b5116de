/// An input as gradients see it: numbers that may change by a little.
///
/// Bases become four numbers a position, the shares of A, C, G and T, as layers see them. Tokens become the rows of the
/// table that an embedding looks up; where several embeddings read one input, each has rows of its own.
public struct RelaxedInput: Sendable, Hashable {
    /// The name of the network's input.
    public let name: String
    /// What the network's input holds.
    public let kind: InputSpecification.Kind
    /// The shape of one example: `(L, 4)` of bases, `(L, width)` of tokens.
    public let shape: [Int]
    /// Where its floats begin in a relaxed example.
    public let offset: Int
    /// Its buffer in the relaxed graph.
    let buffer: Int
    /// Where the input begins in an example of the network.
    let sourceOffset: Int
    /// The table of embedded rows, and where it is among the parameters.
    let table: Table?

    struct Table: Sendable, Hashable {
        let vocabulary: Int
        let padding: Int?
        let parameterOffset: Int
    }

    /// Its floats in a relaxed example.
    public var range: Range<Int> { offset..<offset + shape.reduce(1, *) }

    /// Writes the floats of an example's input.
    func relax(
        _ example: UnsafePointer<Float>, parameters: UnsafePointer<Float>, into relaxed: UnsafeMutablePointer<Float>
    ) {
        let (from, to) = (example + sourceOffset, relaxed + offset)
        switch kind {
        case .numbers: to.update(from: from, count: range.count)
        case .bases:
            for position in 0..<shape[0] { Self.shares(of: from[position], into: to + 4 * position) }
        case .tokens:
            guard let table else { return }
            for position in 0..<shape[0] {
                let row = EmbeddingLayer.row(from[position], vocabulary: table.vocabulary, padding: table.padding)
                (to + position * shape[1]).update(
                    from: parameters + table.parameterOffset + row * shape[1], count: shape[1])
            }
        }
    }

    /// The shares of A, C, G and T in a base code; 0 of padding.
    static func shares(of value: Float, into shares: UnsafeMutablePointer<Float>) {
        let code = BaseConv1dLayer.code(value)
        let share = code == 0 ? 0 : 1 / Float(code.nonzeroBitCount)
        for letter in 0..<4 { shares[letter] = code >> letter & 1 == 0 ? 0 : share }
    }
}

extension Graph {
    /// The graph of inference on relaxed inputs, with the same parameters.
    ///
    /// Convolutions over bases become convolutions over four channels, batch norms take running statistics, and layers of
    /// training only are gone.
    func relaxed() -> (graph: Graph, inputs: [RelaxedInput]) {
        var (nodes, buffers, renamed) = ([Node](), self.buffers, Array(self.buffers.indices))
        var tables: [(node: Node, layer: EmbeddingLayer)] = []
        for var node in self.nodes {
            node.inputs = node.inputs.map { renamed[$0] }
            switch node.layer {
            case let layer as BaseConv1dLayer: node.layer = Conv1dLayer(layer.geometry)
            case let layer as BatchNormLayer: node.layer = FrozenBatchNormLayer(norm: layer)
            case let layer as EmbeddingLayer:
                tables.append((node, layer))
                continue
            case let layer where layer is OneHotLayer || layer.isTrainingOnly:
                renamed[node.output] = node.inputs[0]
                continue
            default: break
            }
            nodes.append(node)
        }
        var (inputs, relaxed, offset) = ([Input](), [RelaxedInput](), 0)
        func add(_ input: Input, shape: [Int], buffer: Int, table: RelaxedInput.Table? = nil) {
            let specification = InputSpecification(name: input.specification.name, shape: shape)
            inputs.append(Input(specification: specification, buffer: buffer, offset: offset))
            relaxed.append(
                RelaxedInput(
                    name: input.specification.name, kind: input.specification.kind, shape: shape, offset: offset,
                    buffer: buffer, sourceOffset: input.offset, table: table))
            buffers[buffer] = specification.count
            offset += specification.count
        }
        for input in self.inputs {
            switch input.specification.kind {
            case .numbers: add(input, shape: input.specification.shape, buffer: input.buffer)
            case .bases: add(input, shape: [input.specification.count, 4], buffer: input.buffer)
            case .tokens:
                for (node, layer) in tables where node.inputs[0] == input.buffer {
                    let table = RelaxedInput.Table(
                        vocabulary: layer.vocabulary, padding: layer.padding, parameterOffset: node.parameterOffset)
                    add(input, shape: layer.outputShape, buffer: node.output, table: table)
                }
            }
        }
        let graph = Graph(
            inputs: inputs, lengths: lengths, nodes: nodes, buffers: buffers, output: renamed[output],
            outputShape: outputShape,
            outputs: outputs.map { output in
                var output = output
                output.buffer = renamed[output.buffer]
                return output
            }, parameters: parameters)
        return (graph, relaxed)
    }

    private init(
        inputs: [Input], lengths: Set<String>, nodes: [Node], buffers: [Int], output: Int, outputShape: [Int],
        outputs: [Output], parameters: [Parameter]
    ) {
        self.inputs = inputs
        self.lengths = lengths
        self.nodes = nodes
        self.buffers = buffers
        self.output = output
        self.outputShape = outputShape
        self.outputs = outputs
        self.parameters = parameters
        parameterCount = parameters.reduce(0) { $0 + $1.description.count }
        storedCount = parameters.reduce(0) { $0 + $1.description.storedCount }
    }
}
