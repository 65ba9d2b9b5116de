extension LayerSpecification {
    /// How the outputs of branches become one.
    public enum Join: String, Codable, Sendable, Hashable, CaseIterable {
        /// Side by side in the last dimension; all others are equal.
        case concatenate
        /// Their sum; shapes are equal.
        case add
        /// Their product, number by number; shapes are equal.
        case multiply
    }

    /// One of several ways through a network.
    public struct Branch: Sendable, Hashable {
        /// The network's input that it begins at; nil: what comes into the layer.
        public var input: String?
        /// Its layers; without any it hands on what it reads.
        public var layers: [LayerSpecification]

        /// A branch of layers.
        public init(_ layers: [LayerSpecification], input: String? = nil) {
            self.input = input
            self.layers = layers
        }
    }

    /// Runs branches beside each other, on what comes in or on other inputs of the network, and joins their outputs.
    public static func parallel(_ branches: [Branch], join: Join = .concatenate) -> LayerSpecification {
        LayerSpecification(Branches(branches: branches, join: join))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Branches.self, to: $0) }

extension LayerSpecification.Branch: Codable {
    /// Reads `{"input": "tracks", "layers": […]}`, or a list of layers alone.
    public init(from decoder: any Decoder) throws {
        if let layers = try? [LayerSpecification](from: decoder) {
            self.init(layers)
            return
        }
        var field = try DocumentFields(decoder)
        self.init(try field("layers"), input: try field.optional("input"))
        try field.end()
    }

    /// Writes the fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encodeIfPresent(input, forKey: "input")
        try fields.encode(layers, forKey: "layers")
    }
}

/// The parameters of the second branch's first layer are called `4.1.0.weight`.
struct Branches: LayerDefinition {
    static let type = "parallel"

    var branches: [LayerSpecification.Branch]
    var join: LayerSpecification.Join

    init(branches: [LayerSpecification.Branch], join: LayerSpecification.Join) {
        self.branches = branches
        self.join = join
    }

    init(_ field: inout DocumentFields) throws {
        branches = try field("branches")
        join = try field("join", default: .concatenate)
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        guard !branches.isEmpty else { throw graph.invalid("needs at least one branch") }
        var outputs: [Value] = []
        for (index, branch) in branches.enumerated() {
            let start = if let name = branch.input { try graph.input(named: name) } else { input }
            let output = try graph.add(branch.layers, to: start, branch: index)
            try graph.checkNumbers(output)
            outputs.append(output)
        }
        for (index, output) in outputs.enumerated() {
            let fits =
                join == .concatenate
                ? output.shape.dropLast() == outputs[0].shape.dropLast() : output.shape == outputs[0].shape
            guard fits else {
                throw graph.invalid(
                    "cannot \(join) an output of \(outputs[0].shape) and branch \(index)'s \(output.shape)")
            }
        }
        return try graph.apply(JoinLayer(shapes: outputs.map(\.shape), join: join), to: outputs)
    }
}
