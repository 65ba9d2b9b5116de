/// Collects the nodes that compute a network, layer after layer.
///
/// Values are known to layers by shapes without the batch, channels last, as everywhere; where an operator wants its axes in
/// another order it asks for the value in that `Layout`. A value is transposed only when it is first asked for in a
/// layout in which nobody made it, so a stack of convolutions has one transposition before it and at most one after.
struct ONNXGraphBuilder {
    /// An order of a value's axes, the batch's first axis included.
    enum Layout {
        /// `(N, …, C)`, as our own.
        case channelsLast
        /// `(N, C, …)`, as convolutions and pools want it.
        case channelsFirst
        /// `(L, N, C)`, as recurrent layers want it.
        case positionsFirst

        /// The axes of `(N, …, C)` in this order, for a value of `rank` axes beside the batch.
        fileprivate func axes(rank: Int) -> [Int] {
            switch self {
            case .channelsLast: Array(0...rank)
            case .channelsFirst: [0, rank] + Array(1..<rank)
            case .positionsFirst: [1, 0] + Array(2..<rank + 1)
            }
        }
    }

    private(set) var graph = ONNXGraph()
    /// The names of each value, by the order of its axes.
    private var names: [[(axes: [Int], name: String)]] = []
    /// The outputs of nodes, which have neither names nor outputs here.
    private var computed: [ONNXNode: String] = [:]
    /// The names of constants by what they are called where nothing else is.
    private var constants: [String: String] = [:]
    private var used: Set<String> = []
    private var scope = ""
    private var parameters: [String: ParameterView] = [:]

    /// Begins a layer: names of its nodes start with its own, and `parameters` are those that it may ask for.
    mutating func begin(_ layer: String, _ parameters: [String: ParameterView] = [:]) {
        scope = layer
        self.parameters = parameters
    }

    mutating func declareInput(_ input: ONNXValueInfo) {
        used.insert(input.name)
        graph.inputs.append(input)
    }

    mutating func declareOutput(_ output: ONNXValueInfo) { graph.outputs.append(output) }

    // MARK: Values

    /// The name of the value in a layout; adds a transposition if nobody has made it so yet.
    mutating func name(of value: ONNXValue, _ layout: Layout = .channelsLast) -> String {
        name(of: value, axes: layout.axes(rank: value.shape.count))
    }

    private mutating func name(of value: ONNXValue, axes: [Int]) -> String {
        if let known = names[value.index].first(where: { $0.axes == axes }) { return known.name }
        let made = names[value.index][0]
        let transposed = node("Transpose", [made.name], [.integers("perm", axes.map { made.axes.firstIndex(of: $0)! })])
        names[value.index].append((axes, transposed))
        return transposed
    }

    /// A value that a node has made in this layout.
    mutating func value(_ name: String, shape: [Int], _ layout: Layout = .channelsLast) -> ONNXValue {
        names.append([(layout.axes(rank: shape.count), name)])
        return ONNXValue(index: names.count - 1, shape: shape)
    }

    /// What `body` makes of each number by itself, in whatever layout the value is there.
    mutating func map(_ value: ONNXValue, _ body: (inout ONNXGraphBuilder, String) -> String) -> ONNXValue {
        combine([value], shape: value.shape) { graph, names, _ in body(&graph, names[0]) }
    }

    /// What `body` makes of values in one layout, the first one's; it gets their names and the axis of channels.
    mutating func combine(
        _ values: [ONNXValue], shape: [Int], _ body: (inout ONNXGraphBuilder, [String], Int) -> String
    ) -> ONNXValue {
        let axes = names[values[0].index][0].axes
        let inputs = values.map { name(of: $0, axes: axes) }
        names.append([(axes, body(&self, inputs, axes.firstIndex(of: shape.count)!))])
        return ONNXValue(index: names.count - 1, shape: shape)
    }

    /// What `body` makes of all positions of a value `(…, C)`, in whatever layout it is there: one `(C)`.
    ///
    /// `body` gets the value's name and its axes of positions.
    mutating func reduce(_ value: ONNXValue, _ body: (inout ONNXGraphBuilder, String, [Int]) -> String) -> ONNXValue {
        let (axes, name) = names[value.index][0]
        let positions = axes.indices.filter { (1..<value.shape.count).contains(axes[$0]) }
        return self.value(body(&self, name, positions), shape: value.shape.suffix(1))
    }

    /// The same numbers in another shape, as after `flatten`.
    mutating func reshaped(_ value: ONNXValue, _ shape: [Int]) -> ONNXValue {
        if value.shape == shape { return value }
        return self.value(reshape(name(of: value), [0] + shape), shape: shape)
    }

    /// The four channels of bases: for each set of letters, the share of each.
    mutating func letters(of bases: ONNXValue) -> ONNXValue {
        let shares = (0..<16).flatMap { (set: Int) -> [Float] in
            let share = 1 / Float(set.nonzeroBitCount)
            return (0..<4).map { (channel: Int) -> Float in set >> channel & 1 == 0 ? 0 : share }
        }
        let table = constant("letters", .float, shape: [16, 4], shares)
        return value(node("Gather", [table, name(of: bases)]), shape: bases.shape + [4])
    }

    /// How many of `length` positions are valid in each example, `(N)` of `int32`, by an input of such numbers `(1)`.
    mutating func validCounts(_ numbers: ONNXValue, of length: Int) -> String {
        let whole = node("Ceil", [name(of: numbers)])
        let clamped = node("Clip", [whole, scalar(0), scalar(Float(length))])
        return reshape(
            node("Cast", [clamped], [.integer("to", ONNXTensor.ElementType.int32.rawValue)]), [-1])
    }

    // MARK: Nodes

    /// Adds an operator with one output, and returns the output's name; what is there already is not computed again.
    mutating func node(
        _ operation: String, _ inputs: [String], _ attributes: [ONNXAttribute] = [], output: String? = nil
    ) -> String {
        var node = ONNXNode(operation: operation, inputs: inputs, attributes: attributes)
        if output == nil, let known = computed[node] { return known }
        let name = unique("\(scope)/\(operation)")
        computed[node] = output ?? name
        node.name = name
        node.outputs = [output ?? name]
        graph.nodes.append(node)
        return node.outputs[0]
    }

    /// An array in another shape; 0 keeps the size of that axis, the batch's.
    mutating func reshape(_ name: String, _ shape: [Int]) -> String { node("Reshape", [name, integers(shape)]) }

    // MARK: Constants

    /// A parameter of the present layer by its name in the layer.
    func parameter(_ name: String) -> ParameterView {
        guard let view = parameters[name] else { preconditionFailure("layer \(scope) has no parameter \(name)") }
        return view
    }

    /// An initializer that shows parameters of the present layer, one view after another; called by `name` in the layer.
    mutating func initializer(_ name: String, _ views: [ParameterView], shape: [Int]? = nil) -> String {
        let shape = shape ?? views[0].shape
        precondition(shape.reduce(1, *) == views.reduce(0) { $0 + $1.count })
        let tensor = ONNXTensor(
            name: unique("\(scope).\(name)"), type: .float, shape: shape, content: .parameters(views))
        graph.initializers.append(tensor)
        return tensor.name
    }

    /// An initializer that is a parameter of the present layer as it stands.
    mutating func initializer(_ name: String) -> String { initializer(name, [parameter(name)]) }

    /// A one-dimensional constant, such as a shape.
    mutating func integers(_ values: [Int]) -> String {
        constant("int64\(values)", .int64, shape: [values.count], values.map(Int64.init))
    }

    /// A scalar constant.
    mutating func scalar(_ value: Float) -> String { constant("float \(value)", .float, shape: [], [value]) }

    /// A constant that its name tells all of; asked for again it is the same.
    mutating func constant<Element>(
        _ name: String, _ type: ONNXTensor.ElementType, shape: [Int], _ elements: [Element]
    ) -> String {
        if let known = constants[name] { return known }
        let bytes = elements.withUnsafeBytes(Array.init)
        let tensor = ONNXTensor(name: unique(name), type: type, shape: shape, content: .bytes(bytes[...]))
        graph.initializers.append(tensor)
        constants[name] = tensor.name
        return tensor.name
    }

    private mutating func unique(_ name: String) -> String {
        var candidate = name
        var number = 1
        while !used.insert(candidate).inserted {
            number += 1
            candidate = "\(name)_\(number)"
        }
        return candidate
    }
}

/// A value of the graph, whatever the layouts that it is there in.
struct ONNXValue {
    fileprivate let index: Int
    /// Without the batch, channels last.
    let shape: [Int]
}
