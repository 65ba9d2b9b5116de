/// What a person's genes say of drugs: the section of a report, with everything that it rests on.
public struct PharmacogenomicResult: Sendable, Hashable, Codable {
    /// The sample's name in the file of variants.
    public var sample: String
    /// The genes by symbol.
    public var genes: [GeneResult]
    /// What guidelines recommend, by drug; empty where no guideline speaks of what was found.
    public var advice: [DrugAdvice]
    /// What counted as evidence.
    public var thresholds: EvidenceThresholds
    /// The files of knowledge.
    public var sources: [PharmacogenomicKnowledge.Source]
    /// What one should know of the input.
    public var remarks: [String]
    /// What no result of this kind can say.
    public var limits: [String]
}

/// A gene's alleles and what they mean.
public struct GeneResult: Sendable, Hashable, Codable {
    /// Where the alleles come from.
    public enum Origin: String, Sendable, Hashable, Codable {
        /// The file of variants.
        case variants
        /// Another program's call.
        case outside
        /// There is no call.
        case none
    }

    /// The gene's symbol.
    public var gene: String
    /// Where the alleles come from.
    public var origin: Origin
    /// The diplotypes of the best rank; several where the calls do not tell them apart, none where there is no call.
    public var diplotypes: [Diplotype]
    /// Further diplotypes that fit all calls, of a lower rank.
    public var otherDiplotypes: [Diplotype]
    /// What is known of the person, one entry for each phenotype that the data leaves open, the called ones first.
    public var phenotypes: [Phenotype]
    /// Whether ``phenotypes`` has entries that only positions without data allow.
    public var phenotypesDependOnMissingPositions: Bool
    /// Named alleles that cannot be excluded, for the positions that define them have no data.
    public var notExcluded: [OpenAllele]
    /// The heterozygous positions whose order would tell the diplotypes apart.
    public var toBePhased: [String]
    /// All positions of the definition, with what the sample has there.
    public var positions: [PositionEvidence]
    /// Why there is no call, or how the calls were read.
    public var remarks: [String]
    /// The release of the allele definitions; nil for genes without any.
    public var definitionVersion: String?

    /// A pair of alleles, or one of a gene of which the person has one copy.
    public struct Diplotype: Sendable, Hashable, Codable {
        /// `*1/*2`.
        public var name: String
        /// The alleles of each copy; several where a chromosome carries several variants that count each by itself.
        public var alleles: [[String]]
        /// What they do, in CPIC's words; `unknown` for alleles without a word.
        public var functions: [String]
        /// What the pair means; nil where no table says.
        public var phenotype: Phenotype?
        /// How many seen positions the alleles' definitions speak of; nil for another program's call.
        public var score: Int?
        /// What tables of phenotypes are asked about: an allele of each copy, of several the one with the worst function.
        public var deciding: [String]
    }

    /// An allele that may be there.
    public struct OpenAllele: Sendable, Hashable, Codable {
        /// The allele.
        public var name: String
        /// The positions that would tell.
        public var positions: [String]
    }

    /// A position of the definition.
    public struct PositionEvidence: Sendable, Hashable, Codable {
        /// Where.
        public var locus: AlleleLocus
        /// What the sample has; nil without data.
        public var call: LocusCall?
        /// Why there is no call.
        public var reason: String?
    }

    /// The positions without data.
    public var missing: [AlleleLocus] { positions.filter { $0.call == nil }.map(\.locus) }
}

/// What a guideline recommends for a drug.
public struct DrugAdvice: Sendable, Hashable, Codable {
    /// The drug, or several of one recommendation.
    public var drug: String
    /// `CPIC` or `DPWG`.
    public var source: String
    /// The guideline's name.
    public var guideline: String
    /// Whom it is for.
    public var population: String
    /// How strong it is, in the guideline's words.
    public var strength: String
    /// What it was looked up by: `CYP2C19 Poor Metabolizer`.
    public var lookup: String
    /// What to do.
    public var recommendation: String
    /// What follows from each gene.
    public var implications: String
    /// The diplotypes that it holds for, by gene.
    public var diplotypes: [String]
    /// Whether other advice of the same guideline may hold instead: calls or positions without data leave several open.
    public var isConditional: Bool
}
