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

    /// What the other strand makes of an input, for `Augmentation.reverseComplement`.
    public enum Strand: String, Sendable, Hashable, Codable, CaseIterable {
        /// Positions in reverse order and letters complemented: of base codes, and of numbers `(L, 4)` that are A C G T.
        case complemented
        /// Positions in reverse order: of a track that runs along the sequence.
        case reversed
        /// Nothing: of an age, or of a sequence of amino acids.
        case unaffected
    }

    /// The name that branches use.
    public var name: String
    /// What the floats say.
    public var kind: Kind
    /// The shape of one example, without the batch: `(L)` for bases and tokens.
    public var shape: [Int]
    /// What the other strand makes of it, where that was said; base codes are complemented all the same.
    public var strand: Strand?

    /// Describes an input.
    public init(name: String = defaultName, kind: Kind = .numbers, shape: [Int], strand: Strand? = nil) {
        self.name = name
        self.kind = kind
        self.shape = shape
        self.strand = strand
    }

    /// The name of a network's only input.
    public static let defaultName = "input"

    /// For messages.
    var place: String { name == Self.defaultName ? name : "input \(name)" }
    /// Floats of one example.
    var count: Int { shape.reduce(1, *) }

    /// What the other strand makes of it; nil where nobody can know.
    var turn: Strand? { strand ?? (kind == .bases ? .complemented : nil) }

    /// Why the input cannot have such a strand, or nil.
    var strandProblem: String? {
        switch (strand, kind) {
        case (nil, _), (.unaffected, _), (.complemented, .bases), (.reversed, .numbers), (.reversed, .tokens): nil
        case (.reversed, .bases): "base codes are complemented on the other strand, not only reversed"
        case (.complemented, .tokens): "tokens have no complement"
        case (.complemented, .numbers):
            shape.count == 2 && shape[1] == 4 ? nil : "only numbers of the shape (L, 4), A C G T, have a complement"
        }
    }
}

extension InputSpecification: Codable {
    /// Reads `{"name": "sequence", "kind": "bases", "shape": [1000]}`, or a shape alone; a track beside it says
    /// `"strand": "reversed"`.
    public init(from decoder: any Decoder) throws {
        if let shape = try? decoder.singleValueContainer().decode([Int].self) {
            self.init(shape: shape)
            return
        }
        var field = try DocumentFields(decoder)
        self.init(
            name: try field("name", default: Self.defaultName), kind: try field("kind", default: .numbers),
            shape: try field("shape"), strand: try field.optional("strand"))
        try field.end()
    }

    /// Writes the shape alone where all else is as usual.
    public func encode(to encoder: any Encoder) throws {
        if name == Self.defaultName, kind == .numbers, strand == nil {
            var shapeOnly = encoder.singleValueContainer()
            try shapeOnly.encode(shape)
            return
        }
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(kind, forKey: "kind")
        try fields.encode(shape, forKey: "shape")
        try fields.encodeIfPresent(strand, forKey: "strand")
    }
}
