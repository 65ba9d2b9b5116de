/// One of several outputs of a network: layers of its own, on what the common layers say.
///
/// As JSON: `{"name": "profile", "layers": [{"type": "conv1d", "filters": 2, "kernel": 1}], "strand": "reversed"}`. Its
/// parameters are called `profile.0.weight`, its targets `targets.profile`, its loss `losses.profile` of the options.
public struct Head: Sendable, Hashable {
    /// The name: letters, digits, `_` and `-`, of which the first is a letter.
    public var name: String
    /// Its layers, the first of which reads the output of the common layers; without any it hands that on.
    public var layers: [LayerSpecification]
    /// What the other strand makes of its output and targets, for `Augmentation.reverseComplement`; nil where nobody said.
    public var strand: InputSpecification.Strand?

    /// Describes an output.
    public init(name: String, layers: [LayerSpecification], strand: InputSpecification.Strand? = nil) {
        self.name = name
        self.layers = layers
        self.strand = strand
    }

    /// For messages.
    var place: String { "head \(name)" }

    /// Throws where the name could not be that of a tensor, or the strand is none of such an output.
    func check(shape: [Int]) throws(NeuralNetworkError) {
        let allowed = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard allowed, name.utf8.count <= 64, let first = name.utf8.first,
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= first | 0x20
        else {
            throw NeuralNetworkError(
                .invalidArchitecture,
                "a head's name is a letter, then letters, digits, _ and -, at most 64, and not \"\(name)\"",
                place: "heads")
        }
        if let problem = InputSpecification(name: name, shape: shape, strand: strand).strandProblem {
            throw NeuralNetworkError(.invalidArchitecture, "strand: \(problem)", place: place)
        }
    }
}

extension Head: Codable {
    /// Reads the fields; an unknown one is an error.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        self.init(
            name: try field("name"), layers: try field("layers", default: []), strand: try field.optional("strand"))
        try field.end()
    }

    /// Writes the fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(layers, forKey: "layers")
        try fields.encodeIfPresent(strand, forKey: "strand")
    }
}
