/// The learning rate of each step, as a multiple of the greatest.
public enum LearningRateSchedule: Sendable, Hashable {
    /// The same throughout.
    case constant
    /// Rises linearly over the first `warmup` share of all steps, then stays.
    case linear(warmup: Float = 0.05)
    /// Rises linearly over the first `warmup` share of all steps, then falls along half a cosine to `floor` times the
    /// rate.
    case cosine(warmup: Float = 0.05, floor: Float = 0.01)
    /// PyTorch's `OneCycleLR` (Smith and Topin 2018) for the rate alone.
    ///
    /// From `1 / divFactor` of the rate along half a cosine to all of it, over the first `pctStart` share of all steps,
    /// and along another to `1 / finalDivFactor` of the first.
    case oneCycle(pctStart: Float = 0.3, divFactor: Float = 25, finalDivFactor: Float = 10_000)

    /// What the rate is multiplied by in `step` (from 0) of `steps`.
    public func factor(step: Int, steps: Int) -> Float {
        switch self {
        case .constant: return 1
        case .linear(let warmup): return Self.rise(step, over: warmup, of: steps).factor
        case .cosine(let warmup, let floor):
            let (rise, rising) = Self.rise(step, over: warmup, of: steps)
            if step < rising { return rise }
            let share = Double(step - rising) / Double(max(1, steps - rising))
            return Float(Self.anneal(1, Double(floor), share))
        case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
            let first = 1 / Double(divFactor)
            let top = Double(pctStart) * Double(steps) - 1
            let end = Double(steps) - 1
            if Double(step) <= top, top > 0 { return Float(Self.anneal(first, 1, Double(step) / top)) }
            let share = end > max(0, top) ? (Double(step) - max(0, top)) / (end - max(0, top)) : 1
            return Float(Self.anneal(1, first / Double(finalDivFactor), share))
        }
    }

    /// Throws if a number is out of range.
    func check() throws(NeuralNetworkError) {
        func require(_ holds: Bool, _ place: String, _ message: String) throws(NeuralNetworkError) {
            if !holds { throw NeuralNetworkError(.invalidOptions, message, place: "schedule.\(place)") }
        }
        switch self {
        case .constant: break
        case .linear(let warmup): try require((0...1).contains(warmup), "warmup", "must be in 0...1")
        case .cosine(let warmup, let floor):
            try require((0...1).contains(warmup), "warmup", "must be in 0...1")
            try require((0...1).contains(floor), "floor", "must be in 0...1")
        case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
            try require((0...1).contains(pctStart), "pctStart", "must be in 0...1")
            try require(divFactor >= 1 && divFactor.isFinite, "divFactor", "must be at least 1")
            try require(finalDivFactor >= 1 && finalDivFactor.isFinite, "finalDivFactor", "must be at least 1")
        }
    }

    /// The factor of a linear rise, and how many steps it takes.
    private static func rise(_ step: Int, over share: Float, of steps: Int) -> (factor: Float, steps: Int) {
        let rising = Int((Float(steps) * share).rounded(.up))
        return (step < rising ? Float(step + 1) / Float(rising) : 1, rising)
    }

    /// Half a cosine from `start` to `end`.
    private static func anneal(_ start: Double, _ end: Double, _ share: Double) -> Double {
        end + (start - end) * 0.5 * (1 + PortableMath.cosine(ofPi: min(1, max(0, share))))
    }
}

extension LearningRateSchedule: Codable {
    private enum Kind: String, Codable, CaseIterable { case constant, linear, cosine, oneCycle }

    /// Reads `{"type": "cosine", "warmup": 0.05, "floor": 0.01}`; what is left out takes its default.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .constant: self = .constant
        case .linear: self = .linear(warmup: try field("warmup", default: 0.05))
        case .cosine:
            self = .cosine(warmup: try field("warmup", default: 0.05), floor: try field("floor", default: 0.01))
        case .oneCycle:
            self = .oneCycle(
                pctStart: try field("pctStart", default: 0.3), divFactor: try field("divFactor", default: 25),
                finalDivFactor: try field("finalDivFactor", default: 10_000))
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        switch self {
        case .constant: try fields.encode(Kind.constant, forKey: "type")
        case .linear(let warmup):
            try fields.encode(Kind.linear, forKey: "type")
            try fields.encode(warmup, forKey: "warmup")
        case .cosine(let warmup, let floor):
            try fields.encode(Kind.cosine, forKey: "type")
            try fields.encode(warmup, forKey: "warmup")
            try fields.encode(floor, forKey: "floor")
        case .oneCycle(let pctStart, let divFactor, let finalDivFactor):
            try fields.encode(Kind.oneCycle, forKey: "type")
            try fields.encode(pctStart, forKey: "pctStart")
            try fields.encode(divFactor, forKey: "divFactor")
            try fields.encode(finalDivFactor, forKey: "finalDivFactor")
        }
    }
}
