/// How a gene's variants fit the way a disease is inherited.
public struct InheritanceFit: Sendable, Hashable, Codable {
    /// What was found.
    public enum Finding: String, Sendable, Hashable, Codable {
        /// One allele, and the disease is dominant or its inheritance unknown.
        case dominant
        /// Both copies have the same allele.
        case homozygous
        /// Two alleles on different chromosomes.
        case compoundHeterozygous
        /// Two alleles that are not phased: they may be on one chromosome.
        case possiblyCompoundHeterozygous
        /// The only X of a male.
        case hemizygous
        /// One allele of a recessive disease: a carrier.
        case carrier
        /// Nothing but benign variants, or none.
        case none
    }

    /// What was found.
    public var finding: Finding
    /// The variants that make it, at most two.
    public var variants: [GeneVariant]

    /// The fit that the disease's inheritance allows and that raises its odds most (``weight``); of equals the first in the list.
    ///
    /// `inheritance` are HPO terms of `HP:0000005`; without any that is known here, dominant and recessive fits both count. Two alleles are on
    /// different chromosomes where their phase says so, or where each is from another parent.
    public init(_ variants: [GeneVariant], inheritance: Set<String>, sex: PhenotypeCase.Sex) {
        let telling = variants.filter { $0.class.weight > 0 }
        let modes = InheritanceModes(inheritance)
        var best: (fit: InheritanceFit, weight: Float)?
        func offer(_ finding: Finding, _ variants: [GeneVariant]) {
            let fit = InheritanceFit(finding, variants)
            let weight = fit.weight
            if best.map({ weight > $0.weight }) ?? true { best = (fit, weight) }
        }
        for (place, one) in telling.enumerated() {
            if one.zygosity == .hemizygous || one.isOnX && sex == .male && one.isEnough {
                offer(.hemizygous, [one])
            } else if one.isEnough {
                offer(.homozygous, [one])
            } else if modes.takesOne {
                offer(.dominant, [one])
            }
            guard modes.takesTwo, !one.isEnough else { continue }
            for other in telling.dropFirst(place + 1) where !other.isEnough {
                switch Self.areApart(one, other) {
                case true?: offer(.compoundHeterozygous, [one, other])
                case nil: offer(.possiblyCompoundHeterozygous, [one, other])
                case false?: break
                }
            }
            if !modes.takesOne { offer(.carrier, [one]) }
        }
        self = best?.fit ?? InheritanceFit(.none, [])
    }

    private init(_ finding: Finding, _ variants: [GeneVariant]) { (self.finding, self.variants) = (finding, variants) }

    /// Whether two alleles are on different chromosomes; nil where nothing says it.
    private static func areApart(_ one: GeneVariant, _ other: GeneVariant) -> Bool? {
        if let left = one.phase, let right = other.phase, left.set == right.set {
            return left.haplotype != right.haplotype
        }
        guard let left = one.origin, let right = other.origin, left != .neither, right != .neither else { return nil }
        return left != right
    }
}

/// How many alleles a disease takes.
struct InheritanceModes: Sendable, Hashable {
    /// One copy of two is enough, or nobody knows.
    var takesOne: Bool
    /// Both copies are needed, or nobody knows.
    var takesTwo: Bool

    init(_ terms: Set<String>) {
        // Dominant, semidominant, X-linked, X-linked dominant, and dominant of a parent's copy or of new variants alone.
        takesOne = !terms.isDisjoint(with: [
            "HP:0000006", "HP:0032113", "HP:0001417", "HP:0001423", "HP:0012274", "HP:0012275", "HP:0025352",
        ])
        takesTwo = !terms.isDisjoint(with: ["HP:0000007", "HP:0001419", "HP:0032113"])
        if !takesOne, !takesTwo { (takesOne, takesTwo) = (true, true) }
    }
}
