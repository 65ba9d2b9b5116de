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
    /// What the calls of relatives say of the allele; nil where none were looked at.
    public var relatives: [RelativeCall]?
    /// Whether its class already rests on its being new in the person (PS2, PM6), so that this is not counted twice; nil is no.
    public var isDeNovoCounted: Bool?

    /// A variant.
    public init(
        name: String, class: Class, zygosity: Zygosity, phase: Phase? = nil, isOnX: Bool = false,
        relatives: [RelativeCall]? = nil, isDeNovoCounted: Bool? = nil
    ) {
        (self.name, self.class, self.zygosity, self.phase, self.isOnX) = (name, `class`, zygosity, phase, isOnX)
        (self.relatives, self.isDeNovoCounted) = (relatives, isDeNovoCounted)
    }

    /// Three copies of a gene's two are no more than two.
    var isEnough: Bool { zygosity != .heterozygous }
}

extension GeneVariant.Class {
    /// The class of criteria.
    public init(_ kind: VariantClass) {
        self =
            switch kind {
            case .pathogenic: .pathogenic
            case .likelyPathogenic: .likelyPathogenic
            case .uncertain: .uncertain
            case .likelyBenign: .likelyBenign
            case .benign: .benign
            }
    }

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

    /// In a sentence.
    var words: String {
        switch self {
        case .benign: "benign"
        case .likelyBenign: "likely benign"
        case .uncertain: "uncertain"
        case .likelyPathogenic: "likely pathogenic"
        case .pathogenic: "pathogenic"
        }
    }
}
