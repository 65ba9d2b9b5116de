import Foundation

/// A call that was counted, with the scores that its caller gave it.
public struct ScoredCall: Sendable, Hashable {
    /// QUAL, nil when missing.
    public var quality: Double?
    /// The sample's GQ, nil when missing.
    public var genotypeQuality: Double?
    /// How many records of the truth it stands for; 0 for a false positive.
    public var weight: Double
    /// Whether it is counted among the substitutions.
    public var isSubstitution: Bool

    /// Whether it agrees with the truth.
    public var isTrue: Bool { weight > 0 }
}

extension VariantEvaluation {
    /// The calls that were counted, of the list that was compared.
    public func scored(_ variants: [Variant]) -> [ScoredCall] {
        zip(variants, calls).compactMap { variant, verdict in
            let weight: Double
            switch verdict {
            case .agrees(let share): weight = share
            case .disagrees: weight = 0
            case .outside, .tooComplex, .leftOut: return nil
            }
            let quality = variant.sampleField("GQ").flatMap(Double.init)
            return ScoredCall(
                quality: variant.quality, genotypeQuality: quality.flatMap { $0.isFinite ? $0 : nil }, weight: weight,
                isSubstitution: variant.isSubstitution)
        }
    }
}
