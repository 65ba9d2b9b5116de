import Foundation

/// The learning rate of each step.
public enum LearningRateSchedule: Codable, Sendable, Hashable {
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
