/// What a person's variants say for a gene, for a ranking that looks at them too.
///
/// A source answers for one gene at a time and sees nothing of others, so a gene's score never depends on unrelated variants.
public protocol VariantEvidence: Sendable {
    /// The variants that were found in a gene; empty where it was looked at and none was found.
    func variants(ofGene gene: String) throws -> [GeneVariant]
}

/// A variant of a person in a gene.
public struct GeneVariant: Sendable, Hashable, Codable {
    /// The five classes of ACMG and AMP (Richards 2015).
    public enum Class: String, Sendable, Hashable, Codable, CaseIterable {
        // The words are the documentation.
        case benign, likelyBenign, uncertain, likelyPathogenic, pathogenic
    }

    /// Copies of the allele.
    public enum Zygosity: String, Sendable, Hashable, Codable, CaseIterable {
        // The words are the documentation.
        case heterozygous, homozygous, hemizygous
    }

    /// Where a phased allele lies: alleles with one set and one haplotype are on the same chromosome.
    public struct Phase: Sendable, Hashable, Codable {
        /// The phase set, `PS` of a VCF with its contig.
        public var set: String
        /// 0 or 1: the place in `GT` (0|1 is 1).
        public var haplotype: Int

        /// A place.
        public init(set: String, haplotype: Int) { (self.set, self.haplotype) = (set, haplotype) }
    }

    /// How messages call it, `chr7:117559590:ATCT>A` or HGVS.
    public var name: String
    /// Its class.
    public var `class`: Class
    /// Its copies.
    public var zygosity: Zygosity
    /// Nil where it is not phased.
    public var phase: Phase?
    /// On the part of X that does not pair with Y.
    public var isOnX: Bool

    /// A variant.
    public init(name: String, class: Class, zygosity: Zygosity, phase: Phase? = nil, isOnX: Bool = false) {
        (self.name, self.class, self.zygosity, self.phase, self.isOnX) = (name, `class`, zygosity, phase, isOnX)
    }

    /// Three copies of a gene's two are no more than two.
    var isEnough: Bool { zygosity != .heterozygous }
}

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

    /// The fit that the disease's inheritance allows and whose weaker variant has the highest class; of equals the first in the list.
    ///
    /// `inheritance` are HPO terms of `HP:0000005`; without any that is known here, dominant and recessive fits both count.
    public init(_ variants: [GeneVariant], inheritance: Set<String>, sex: PhenotypeCase.Sex) {
        let telling = variants.filter { $0.class.weight > 0 }
        let isRecessive = inheritance.contains("HP:0000007")
        let isXRecessive = inheritance.contains("HP:0001419")
        let isDominant = !inheritance.isDisjoint(with: ["HP:0000006", "HP:0001423", "HP:0001417"])
        let isUnknown = !isRecessive && !isXRecessive && !isDominant
        var fits: [InheritanceFit] = []
        for (place, one) in telling.enumerated() {
            if one.isOnX, sex == .male, one.isEnough {
                fits.append(.init(.hemizygous, [one]))
            } else if one.isEnough {
                fits.append(.init(.homozygous, [one]))
            } else if isDominant || isUnknown {
                fits.append(.init(.dominant, [one]))
            }
            guard isRecessive || isXRecessive || isUnknown, !one.isEnough else { continue }
            for other in telling.dropFirst(place + 1) where !other.isEnough {
                switch Self.areApart(one, other) {
                case true?: fits.append(.init(.compoundHeterozygous, [one, other]))
                case nil: fits.append(.init(.possiblyCompoundHeterozygous, [one, other]))
                case false?: break
                }
            }
            if !isUnknown, !isDominant { fits.append(.init(.carrier, [one])) }
        }
        var best = InheritanceFit(.none, [])
        for fit in fits where fit.weight > best.weight { best = fit }
        self = best
    }

    private init(_ finding: Finding, _ variants: [GeneVariant]) { (self.finding, self.variants) = (finding, variants) }

    /// Whether two alleles are on different chromosomes; nil where they are not phased with each other.
    private static func areApart(_ one: GeneVariant, _ other: GeneVariant) -> Bool? {
        guard let left = one.phase, let right = other.phase, left.set == right.set else { return nil }
        return left.haplotype != right.haplotype
    }

    /// What the fit adds to a gene's score, a logarithm of odds: that of the weaker variant's class, less what the finding leaves open.
    public var weight: Float {
        let least = variants.map(\.class.weight).min() ?? 0
        return switch finding {
        case .dominant, .homozygous, .compoundHeterozygous, .hemizygous: least
        case .possiblyCompoundHeterozygous: least * 0.7
        case .carrier: least * 0.1
        case .none: 0
        }
    }
}

extension GeneVariant.Class {
    /// How much a variant of the class raises the odds that it is pathogenic, as a logarithm.
    ///
    /// A point of evidence is a factor of 350^(1/8) (Tavtigian 2020); likely pathogenic begins at six points, pathogenic at ten.
    var weight: Float {
        switch self {
        case .benign, .likelyBenign: 0
        case .uncertain: 1.5
        case .likelyPathogenic: 4.4
        case .pathogenic: 7.3
        }
    }
}
