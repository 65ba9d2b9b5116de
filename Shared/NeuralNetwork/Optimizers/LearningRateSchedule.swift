import Foundation

/// The learning rate of each step.
public enum LearningRateSchedule: Sendable, Hashable {
    /// The same throughout.
    case constant
    /// Rises linearly over the first `warmup` share of all steps, then falls along half a cosine to `floor` times the
    /// rate.
    case cosine(warmup: Float = 0.05, floor: Float = 0.01)

    /// What the rate is multiplied by in `step` (from 0) of `steps`.
    public func factor(step: Int, steps: Int) -> Float {
        switch self {
        case .constant: return 1
        case .cosine(let warmup, let floor):
            let rising = Int((Float(steps) * warmup).rounded(.up))
            if step < rising { return Float(step + 1) / Float(rising) }
            let share = Double(step - rising) / Double(max(1, steps - rising))
            return floor + (1 - floor) * Float(0.5 * (1 + cos(.pi * min(1, share))))
        }
    }
}

extension LearningRateSchedule: Codable {
    private enum Kind: String, Codable, CaseIterable { case constant, cosine }

    /// Reads `{"type": "cosine", "warmup": 0.05, "floor": 0.01}` or `{"type": "constant"}`.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .constant: self = .constant
        case .cosine:
            self = .cosine(warmup: try field("warmup", default: 0.05), floor: try field("floor", default: 0.01))
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        switch self {
        case .constant: try fields.encode(Kind.constant, forKey: "type")
        case .cosine(let warmup, let floor):
            try fields.encode(Kind.cosine, forKey: "type")
            try fields.encode(warmup, forKey: "warmup")
            try fields.encode(floor, forKey: "floor")
        }
    }
}
