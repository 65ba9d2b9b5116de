/// An optimizer and its settings but for the rate, as PyTorch has them.
///
/// As JSON: `{"type": "sgd", "momentum": 0.9, "nesterov": true}`; without a type it is AdamW.
public enum OptimizerOptions: Sendable, Hashable {
    /// PyTorch's `SGD` without dampening; `weightDecay` is added to the gradient.
    case sgd(momentum: Float = 0, nesterov: Bool = false, weightDecay: Float = 0)
    /// Adam (Kingma and Ba 2015); `weightDecay` is added to the gradient.
    case adam(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0)
    /// Adam with decoupled decay (Loshchilov and Hutter 2019): a step takes `weightDecay` times the rate of each
    /// parameter.
    ///
    /// PyTorch's default decay is 0.01, here it is none.
    case adamW(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0)

    /// Throws if a setting is out of range.
    func check() throws(NeuralNetworkError) {
        func require(_ holds: Bool, _ place: String, _ message: String) throws(NeuralNetworkError) {
            if !holds { throw NeuralNetworkError(.invalidOptions, message, place: "optimizer.\(place)") }
        }
        switch self {
        case .sgd(let momentum, let nesterov, let weightDecay):
            try require((0..<1).contains(momentum), "momentum", "must be in 0..<1")
            try require(!nesterov || momentum > 0, "nesterov", "needs momentum")
            try require((0..<1).contains(weightDecay), "weightDecay", "must be in 0..<1")
        case .adam(let beta1, let beta2, let epsilon, let weightDecay),
            .adamW(let beta1, let beta2, let epsilon, let weightDecay):
            try require((0..<1).contains(beta1), "beta1", "must be in 0..<1")
            try require((0..<1).contains(beta2), "beta2", "must be in 0..<1")
            try require(epsilon > 0 && epsilon.isFinite, "epsilon", "must be above 0")
            try require((0..<1).contains(weightDecay), "weightDecay", "must be in 0..<1")
        }
    }
}

extension OptimizerOptions: Codable {
    private enum Kind: String, Codable, CaseIterable { case sgd, adam, adamW }

    /// Reads settings; what is left out takes its default, and an unknown name is an error.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind(default: .adamW)
        switch kind {
        case .sgd:
            self = .sgd(
                momentum: try field("momentum", default: 0), nesterov: try field("nesterov", default: false),
                weightDecay: try field("weightDecay", default: 0))
        case .adam, .adamW:
            let (beta1, beta2): (Float, Float) = (try field("beta1", default: 0.9), try field("beta2", default: 0.999))
            let epsilon: Float = try field("epsilon", default: 1e-8)
            let weightDecay: Float = try field("weightDecay", default: 0)
            self =
                kind == .adam
                ? .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
                : .adamW(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
        }
        try field.end()
    }

    /// Writes all fields; AdamW's type is left out, as it is in the documents of older packages, whose digest stays.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        func encodeAdam(_ beta1: Float, _ beta2: Float, _ epsilon: Float, _ weightDecay: Float) throws {
            try fields.encode(beta1, forKey: "beta1")
            try fields.encode(beta2, forKey: "beta2")
            try fields.encode(epsilon, forKey: "epsilon")
            try fields.encode(weightDecay, forKey: "weightDecay")
        }
        switch self {
        case .sgd(let momentum, let nesterov, let weightDecay):
            try fields.encode(Kind.sgd, forKey: "type")
            try fields.encode(momentum, forKey: "momentum")
            try fields.encode(nesterov, forKey: "nesterov")
            try fields.encode(weightDecay, forKey: "weightDecay")
        case .adam(let beta1, let beta2, let epsilon, let weightDecay):
            try fields.encode(Kind.adam, forKey: "type")
            try encodeAdam(beta1, beta2, epsilon, weightDecay)
        case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
            try encodeAdam(beta1, beta2, epsilon, weightDecay)
        }
    }
}
