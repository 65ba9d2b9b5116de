extension Loss: Codable {
    private enum Kind: String, Codable, CaseIterable {
        case softmaxCrossEntropy, binaryCrossEntropy, focal, meanSquaredError, huber, poisson, generalizedCrossEntropy
    }

    /// Reads `{"type": "softmaxCrossEntropy", "classWeights": [1, 2, 2], "labelSmoothing": 0.1}`; what is left out takes
    /// its default.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .softmaxCrossEntropy:
            self = .softmaxCrossEntropy(
                classWeights: try field.optional("classWeights"),
                labelSmoothing: try field("labelSmoothing", default: 0))
        case .binaryCrossEntropy: self = .binaryCrossEntropy(positiveWeights: try field.optional("positiveWeights"))
        case .focal:
            self = .focal(gamma: try field("gamma", default: 2), classWeights: try field.optional("classWeights"))
        case .meanSquaredError: self = .meanSquaredError
        case .huber: self = .huber(delta: try field("delta", default: 1))
        case .poisson: self = .poisson
        case .generalizedCrossEntropy: self = .generalizedCrossEntropy(q: try field("q", default: 0.7))
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        func type(_ kind: Kind) throws { try fields.encode(kind, forKey: "type") }
        switch self {
        case .softmaxCrossEntropy(let classWeights, let labelSmoothing):
            try type(.softmaxCrossEntropy)
            try fields.encodeIfPresent(classWeights, forKey: "classWeights")
            try fields.encode(labelSmoothing, forKey: "labelSmoothing")
        case .binaryCrossEntropy(let positiveWeights):
            try type(.binaryCrossEntropy)
            try fields.encodeIfPresent(positiveWeights, forKey: "positiveWeights")
        case .focal(let gamma, let classWeights):
            try type(.focal)
            try fields.encode(gamma, forKey: "gamma")
            try fields.encodeIfPresent(classWeights, forKey: "classWeights")
        case .meanSquaredError: try type(.meanSquaredError)
        case .huber(let delta):
            try type(.huber)
            try fields.encode(delta, forKey: "delta")
        case .poisson: try type(.poisson)
        case .generalizedCrossEntropy(let q):
            try type(.generalizedCrossEntropy)
            try fields.encode(q, forKey: "q")
        }
    }
}
