/// One of the inputs of an architecture.
public struct InputSpecification: Sendable, Hashable {
    /// What the floats of an input say.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Numbers, channels last.
        case numbers
        /// One base a position, as htslib's 4-bit set of its possible letters: A 1, C 2, G 4, T 8, R = A or G 5, N 15;
        /// 0 is padding.
        ///
        /// To the layers it has four channels, A C G T, in which the letters of a set share 1.
        case bases
        /// One index a position, such as that of an amino acid; for `embedding`.
        case tokens
    }

    /// The name that branches use.
    public var name: String
    /// What the floats say.
    public var kind: Kind
    /// The shape of one example, without the batch: `(L)` for bases and tokens.
    public var shape: [Int]

    /// Describes an input.
    public init(name: String = defaultName, kind: Kind = .numbers, shape: [Int]) {
        self.name = name
        self.kind = kind
        self.shape = shape
    }

    /// The name of a network's only input.
    public static let defaultName = "input"

    /// For messages.
    var place: String { name == Self.defaultName ? name : "input \(name)" }
    /// Floats of one example.
    var count: Int { shape.reduce(1, *) }
}

extension InputSpecification: Codable {
    /// Reads `{"name": "sequence", "kind": "bases", "shape": [1000]}`, or a shape alone.
    public init(from decoder: any Decoder) throws {
        if let shape = try? decoder.singleValueContainer().decode([Int].self) {
            self.init(shape: shape)
            return
        }
        var field = try DocumentFields(decoder)
        self.init(
            name: try field("name", default: Self.defaultName), kind: try field("kind", default: .numbers),
            shape: try field("shape"))
        try field.end()
    }

    /// Writes the shape alone where all else is as usual.
    public func encode(to encoder: any Encoder) throws {
        if name == Self.defaultName, kind == .numbers {
            var shapeOnly = encoder.singleValueContainer()
            try shapeOnly.encode(shape)
            return
        }
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(kind, forKey: "kind")
        try fields.encode(shape, forKey: "shape")
    }
}
