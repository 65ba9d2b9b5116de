/// An array of numbers that flows through a graph: where it lies, and its shape without the batch.
struct Value: Sendable, Hashable {
    var buffer: Int
    var shape: [Int]
    var kind = InputSpecification.Kind.numbers

    var count: Int { shape.reduce(1, *) }
}

/// One layer at its place in a graph.
struct Node: Sendable {
    var layer: any Layer
    /// The buffers that it reads.
    var inputs: [Int]
    /// The buffer that it writes.
    var output: Int
    /// The layer's place in the document, which begins its parameters' names: `4.0`.
    var name: String
    var parameterOffset = 0
    /// Whether a training leaves its parameters as they are.
    var isFixed = false
}

/// Joins layers into a graph.
struct GraphBuilder {
    private(set) var nodes: [Node] = []
    /// Floats an example of each buffer.
    private(set) var buffers: [Int] = []
    private(set) var inputs: [String: Value] = [:]
    /// The inputs that some layer takes for lengths.
    private(set) var lengths: Set<String> = []
    private var path: [Int] = []
    /// The head whose layers are added.
    private var head: String?

    init(_ specifications: [InputSpecification]) throws(NeuralNetworkError) {
        for specification in specifications {
            let place = specification.place
            try Self.check(specification.shape, place: place)
            guard specification.kind == .numbers || specification.shape.count == 1 else {
                throw NeuralNetworkError(
                    .invalidArchitecture, "\(specification.kind) have the shape [length], not \(specification.shape)",
                    place: place)
            }
            if let problem = specification.strandProblem {
                throw NeuralNetworkError(.invalidArchitecture, "strand: \(problem)", place: place)
            }
            let value = Value(buffer: buffers.count, shape: specification.shape, kind: specification.kind)
            guard inputs.updateValue(value, forKey: specification.name) == nil else {
                throw NeuralNetworkError(.invalidArchitecture, "there are two inputs of this name", place: place)
            }
            buffers.append(specification.count)
        }
    }

    /// An input of the network.
    func input(named name: String) throws(NeuralNetworkError) -> Value {
        guard let value = inputs[name] else {
            throw invalid("there is no input '\(name)'; there are: \(inputs.keys.sorted().joined(separator: ", "))")
        }
        return value
    }

    /// The input that has each example's valid positions, for a layer to read beside its own; none without a name.
    mutating func lengths(named name: String?) throws(NeuralNetworkError) -> [Value] {
        guard let name else { return [] }
        let value = try input(named: name)
        guard value.kind == .numbers, value.shape == [1] else {
            throw invalid("needs lengths of numbers with the shape [1]; '\(name)' is \(value.shape) of \(value.kind)")
        }
        lengths.insert(name)
        return [value]
    }

    /// Adds layers one after the other; `index`, where given, is that of the branch they are in.
    mutating func add(
        _ layers: [LayerSpecification], to input: Value, branch: Int? = nil
    ) throws(NeuralNetworkError) -> Value {
        if let branch { path.append(branch) }
        defer { if branch != nil { path.removeLast() } }
        var value = input
        for (index, layer) in layers.enumerated() {
            path.append(index)
            defer { path.removeLast() }
            value = try layer.definition.add(to: &self, input: value)
        }
        return value
    }

    /// Adds the layers of a head.
    mutating func add(_ head: Head, to input: Value) throws(NeuralNetworkError) -> Value {
        self.head = head.name
        defer { self.head = nil }
        let value = try add(head.layers, to: input)
        try checkNumbers(value)
        return value
    }

    /// Adds a layer's arithmetic.
    ///
    /// A layer whose document makes several names them by `part`.
    mutating func apply(
        _ layer: any Layer, to inputs: Value..., part: String? = nil
    ) throws(NeuralNetworkError) -> Value {
        try apply(layer, to: inputs, part: part)
    }

    /// Adds a layer's arithmetic on several inputs.
    mutating func apply(
        _ layer: any Layer, to inputs: [Value], part: String? = nil
    ) throws(NeuralNetworkError) -> Value {
        try Self.check(layer.outputShape, place: place)
        let value = Value(buffer: buffers.count, shape: layer.outputShape)
        buffers.append(value.count)
        let parts = (head.map { [$0] } ?? []) + path.map(String.init) + (part.map { [$0] } ?? [])
        let name = parts.joined(separator: ".")
        nodes.append(Node(layer: layer, inputs: inputs.map(\.buffer), output: value.buffer, name: name))
        guard layer.parameters.reduce(0, { $0 + $1.storedCount }) <= Limit.parameters,
            layer.scratchCount(1, training: true) <= Limit.scratch, layer.keptCount(1) <= Limit.scratch
        else { throw invalid("the layer is too large") }
        return value
    }

    // MARK: Checks of a layer's parameters

    /// The present layer, for messages.
    var place: String {
        (head.map { "head \($0), " } ?? "") + "layers" + path.map { "[\($0)]" }.joined()
    }

    func invalid(_ message: String) -> NeuralNetworkError {
        NeuralNetworkError(.invalidArchitecture, message, place: place)
    }

    func check(_ value: Int, _ name: String, from least: Int = 1) throws(NeuralNetworkError) {
        guard (least...Limit.dimension).contains(value) else {
            throw invalid("\(name) \(value) is not in \(least)...\(Limit.dimension)")
        }
    }

    /// Throws unless the value is `(L, C)` of numbers with at least so many positions.
    func checkPositions(_ value: Value, atLeast count: Int = 1) throws(NeuralNetworkError) {
        try checkNumbers(value)
        guard value.shape.count == 2 else {
            throw invalid("needs an input of positions × channels, not \(value.shape)")
        }
        try checkSpan(value, count)
    }

    /// Throws unless the value has at least so many positions.
    func checkSpan(_ value: Value, _ count: Int) throws(NeuralNetworkError) {
        guard value.shape[0] >= count else {
            throw invalid("spans \(count) positions and its input has only \(value.shape[0])")
        }
    }

    /// Throws where the value is of bases or tokens.
    func checkNumbers(_ value: Value) throws(NeuralNetworkError) {
        guard value.kind == .numbers else { throw invalid("needs numbers, and its input is of \(value.kind)") }
    }

    /// Far above any sensible network, and far below what could overflow or exhaust memory unseen.
    enum Limit {
        static let dimension = 1 << 20
        static let values = 1 << 24
        static let scratch = 1 << 26
        static let parameters = 1 << 28
    }

    private static func check(_ shape: [Int], place: String) throws(NeuralNetworkError) {
        guard (1...4).contains(shape.count), shape.allSatisfy({ (1...Limit.dimension).contains($0) }),
            shape.reduce(1, { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }) <= Limit.values
        else {
            throw NeuralNetworkError(
                .invalidArchitecture,
                "shape \(shape) is out of range: 1 to 4 dimensions of at least 1, at most \(Limit.values) values",
                place: place)
        }
    }
}
