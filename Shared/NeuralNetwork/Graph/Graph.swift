/// An architecture's layers, checked and joined, with the place of each one's parameters in the one buffer.
struct Graph: Sendable {
    struct Input: Sendable {
        var specification: InputSpecification
        var buffer: Int
        /// Where the input's floats begin in an example.
        var offset: Int
    }

    /// One of the outputs of an example.
    struct Output: Sendable, Hashable {
        /// The name of the head; nil for the only output of a network without heads.
        var name: String?
        var shape: [Int]
        /// Where its floats begin among those of all outputs.
        var offset = 0
        /// What the other strand makes of it, where that was said.
        var strand: InputSpecification.Strand?
        /// The buffer that it is computed in.
        var buffer: Int

        var count: Int { shape.reduce(1, *) }
    }

    /// A parameter at its place.
    struct Parameter: Sendable {
        var description: ParameterDescription
        /// Its floats in PyTorch's order, among all of the network's.
        var slice: ParameterSlice
        /// Where it begins in the network's buffer.
        var storedOffset: Int
        /// Whether a training leaves it as it is.
        var isFixed = false
    }

    let inputs: [Input]
    /// The inputs that some layer takes for the lengths of others.
    let lengths: Set<String>
    /// In an order in which each layer's inputs come before it.
    var nodes: [Node]
    /// Floats an example of each buffer.
    let buffers: [Int]
    var output: Int
    var outputShape: [Int]
    /// The heads, whose floats follow each other in `output`; without heads, the output itself.
    var outputs: [Output]
    var parameters: [Parameter]
    /// Floats of all parameters in PyTorch's order.
    let parameterCount: Int
    /// Floats of all parameters as they are stored.
    let storedCount: Int

    init(_ architecture: Architecture) throws(NeuralNetworkError) {
        guard let first = architecture.inputs.first else {
            throw NeuralNetworkError(.invalidArchitecture, "there is no input", place: "inputs")
        }
        var builder = try GraphBuilder(architecture.inputs)
        let trunk = try builder.add(architecture.layers, to: builder.input(named: first.name))
        let (output, outputs) = try Self.join(architecture.heads, on: trunk, &builder)
        var nodes = builder.nodes
        guard nodes.count > (architecture.heads.isEmpty ? 0 : 1), let last = nodes.last, last.output == output.buffer
        else {
            throw NeuralNetworkError(.invalidArchitecture, "there is no layer that computes anything", place: "layers")
        }
        var (inputs, offset) = ([Input](), 0)
        for specification in architecture.inputs {
            let value = try builder.input(named: specification.name)
            guard nodes.contains(where: { $0.inputs.contains(value.buffer) }) else {
                throw NeuralNetworkError(
                    .invalidArchitecture, "no layer reads this input", place: specification.place)
            }
            inputs.append(Input(specification: specification, buffer: value.buffer, offset: offset))
            offset += specification.count
        }
        var (parameters, logical, stored) = ([Parameter](), 0, 0)
        for index in nodes.indices {
            nodes[index].parameterOffset = stored
            for description in nodes[index].layer.parameters {
                let name = "\(nodes[index].name).\(description.name)"
                let slice = ParameterSlice(
                    name: name, shape: description.shape, range: logical..<logical + description.count)
                parameters.append(Parameter(description: description, slice: slice, storedOffset: stored))
                logical += description.count
                stored += description.storedCount
            }
            guard stored <= GraphBuilder.Limit.parameters else {
                throw NeuralNetworkError(.invalidArchitecture, "the network is too large", place: nodes[index].name)
            }
        }
        self.inputs = inputs
        lengths = builder.lengths
        self.nodes = nodes
        self.parameters = parameters
        parameterCount = logical
        storedCount = stored
        buffers = builder.buffers
        self.output = output.buffer
        outputShape = output.shape
        self.outputs = outputs
    }

    /// Adds the heads, and what puts their outputs one after the other.
    private static func join(
        _ heads: [Head], on trunk: Value, _ builder: inout GraphBuilder
    ) throws(NeuralNetworkError) -> (Value, [Output]) {
        guard !heads.isEmpty else {
            return (trunk, [Output(shape: trunk.shape, buffer: trunk.buffer)])
        }
        var (outputs, values, offset) = ([Output](), [Value](), 0)
        for head in heads {
            guard !outputs.contains(where: { $0.name == head.name }), builder.inputs[head.name] == nil else {
                throw NeuralNetworkError(
                    .invalidArchitecture, "there is another head or an input of this name", place: head.place)
            }
            let value = try builder.add(head, to: trunk)
            try head.check(shape: value.shape)
            outputs.append(
                Output(
                    name: head.name, shape: value.shape, offset: offset, strand: head.strand, buffer: value.buffer))
            values.append(Value(buffer: value.buffer, shape: [value.count]))
            offset += value.count
        }
        let layer = JoinLayer(shapes: values.map(\.shape), join: .concatenate)
        return (try builder.apply(layer, to: values, part: "heads"), outputs)
    }

    /// The same graph, of which only what one head says is computed; it has one output then, without a name.
    ///
    /// Inputs that the head does not read stay part of an example. Throws where there is no such head.
    func computing(head name: String) throws(NeuralNetworkError) -> Graph {
        guard var head = outputs.first(where: { $0.name == name }) else {
            throw NeuralNetworkError(.mismatch, "there is no head \(name)", place: "heads")
        }
        var graph = self
        var needed: Set<Int> = [head.buffer]
        graph.nodes = nodes.reversed().filter { node in
            guard needed.contains(node.output) else { return false }
            needed.formUnion(node.inputs)
            return true
        }.reversed()
        (head.name, head.offset) = (nil, 0)
        (graph.output, graph.outputShape, graph.outputs) = (head.buffer, head.shape, [head])
        return graph
    }

    /// The same graph, of which a training leaves the parameters of some layers as they are.
    ///
    /// A layer is named as its parameters are: `0` is that of `0.weight`, and all within it. Throws where a name is none.
    func fixing(_ names: [String]) throws(NeuralNetworkError) -> Graph {
        var graph = self
        for name in names {
            func isMeant(_ layer: String) -> Bool { layer == name || layer.hasPrefix("\(name).") }
            let chosen = parameters.indices.filter { isMeant(parameters[$0].slice.name) }
            guard !chosen.isEmpty else {
                throw NeuralNetworkError(
                    .invalidOptions, "there is no layer \"\(name)\" with parameters", place: "fixed")
            }
            for index in chosen { graph.parameters[index].isFixed = true }
            for index in nodes.indices where isMeant(nodes[index].name) { graph.nodes[index].isFixed = true }
        }
        return graph
    }

    /// Names that the labels of a package are of: the last dimension of each output.
    var labelCount: Int { outputs.reduce(0) { $0 + ($1.shape.last ?? 1) } }
    /// Labels where nobody gave any: numbers, of a head its name with the number behind it.
    var defaultLabels: [String] {
        outputs.flatMap { output -> [String] in
            let width = output.shape.last ?? 1
            guard let name = output.name else { return (0..<width).map(String.init) }
            return width == 1 ? [name] : (0..<width).map { "\(name).\($0)" }
        }
    }

    /// Floats of one example.
    var inputCount: Int { inputs.reduce(0) { $0 + $1.specification.count } }
    /// Floats of one output.
    var outputCount: Int { outputShape.reduce(1, *) }

    /// PyTorch's order into the buffer.
    func pack(_ weights: UnsafePointer<Float>, into stored: UnsafeMutablePointer<Float>) {
        for parameter in parameters {
            let (from, to) = (weights + parameter.slice.range.lowerBound, stored + parameter.storedOffset)
            if let panels = parameter.description.panels {
                panels.pack(from, into: to)
            } else {
                to.update(from: from, count: parameter.description.count)
            }
        }
    }

    /// The buffer into PyTorch's order.
    func unpack(_ stored: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>) {
        for parameter in parameters {
            let (from, to) = (stored + parameter.storedOffset, weights + parameter.slice.range.lowerBound)
            if let panels = parameter.description.panels {
                panels.unpack(from, into: to)
            } else {
                to.update(from: from, count: parameter.description.count)
            }
        }
    }

    /// Throws unless every weight, in PyTorch's order, is a number that its layer can use: finite, and no variance below 0.
    func checkWeights(_ weights: [Float]) throws(NeuralNetworkError) {
        guard weights.count == parameterCount else {
            throw NeuralNetworkError(
                .mismatch, "there are \(weights.count) weights and the architecture has \(parameterCount) parameters")
        }
        for parameter in parameters {
            let values = weights[parameter.slice.range]
            guard values.allSatisfy(\.isFinite) else {
                throw NeuralNetworkError(
                    .malformed, "holds a weight that is not a finite number", place: parameter.slice.name)
            }
            if let least = parameter.description.least, let value = values.first(where: { $0 < least }) {
                throw NeuralNetworkError(
                    .malformed, "holds \(value), and none may be below \(least)", place: parameter.slice.name)
            }
        }
    }

    /// How many layers read each buffer.
    var readers: [Int] {
        var readers = Array(repeating: 0, count: buffers.count)
        for node in nodes { for input in node.inputs { readers[input] += 1 } }
        return readers
    }
}

/// Where a parameter lies among a network's weights.
public struct ParameterSlice: Sendable, Hashable {
    /// PyTorch's name in a `Sequential`: `"0.weight"`, `"4.weight_ih_l0_reverse"`.
    public let name: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// Indices among the weights.
    public let range: Range<Int>
}
