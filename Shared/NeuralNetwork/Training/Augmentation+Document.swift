extension Augmentation: Codable {
    private enum Kind: String, Codable, CaseIterable { case reverseComplement, shift, thinning, gaussianNoise }

    /// Reads `{"type": "shift", "maximum": 3}`; an unknown name is an error.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        let inputs: [String]? = try field.optional("inputs")
        switch kind {
        case .reverseComplement:
            self = .reverseComplement(probability: try field("probability", default: 0.5), inputs: inputs)
        case .shift: self = .shift(maximum: try field("maximum"), inputs: inputs)
        case .thinning: self = .thinning(minimum: try field("minimum"), inputs: inputs)
        case .gaussianNoise: self = .gaussianNoise(deviation: try field("deviation"), inputs: inputs)
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        switch self {
        case .reverseComplement(let probability, _):
            try fields.encode(Kind.reverseComplement, forKey: "type")
            try fields.encode(probability, forKey: "probability")
        case .shift(let maximum, _):
            try fields.encode(Kind.shift, forKey: "type")
            try fields.encode(maximum, forKey: "maximum")
        case .thinning(let minimum, _):
            try fields.encode(Kind.thinning, forKey: "type")
            try fields.encode(minimum, forKey: "minimum")
        case .gaussianNoise(let deviation, _):
            try fields.encode(Kind.gaussianNoise, forKey: "type")
            try fields.encode(deviation, forKey: "deviation")
        }
        try fields.encodeIfPresent(inputs, forKey: "inputs")
    }
}
