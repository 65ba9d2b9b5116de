/// An allele that was found in a person, with what is known of it: what criteria look at.
public struct AnnotatedAllele: Sendable, Hashable, Codable {
    /// The contig, as the file of variants names it.
    public var contig: String
    /// POS, from 1.
    public var position: Int
    /// REF.
    public var reference: String
    /// ALT, of this allele alone.
    public var alternate: String
    /// What the person has; nil where nobody's genotype is known.
    public var call: Call?
    /// What it does to each transcript that it touches, the chosen one first; empty between genes.
    public var consequences: [TranscriptConsequence]
    /// How often it is in populations, by source.
    public var frequencies: [PopulationFrequency]
    /// What ClinVar says of it; nil where ClinVar does not know it.
    public var clinVar: ClinVarRecord?

    /// An allele.
    public init(
        contig: String, position: Int, reference: String, alternate: String, call: Call? = nil,
        consequences: [TranscriptConsequence] = [], frequencies: [PopulationFrequency] = [],
        clinVar: ClinVarRecord? = nil
    ) {
        self.contig = contig
        self.position = position
        self.reference = reference
        self.alternate = alternate
        self.call = call
        self.consequences = consequences
        self.frequencies = frequencies
        self.clinVar = clinVar
    }

    /// `chr7:117559590:ATCT>A`: what messages call it.
    public var name: String { "\(contig):\(position):\(reference)>\(alternate)" }

    /// The consequence on the chosen transcript.
    public var chosen: TranscriptConsequence? { consequences.first }

    /// A person's call of an allele.
    public struct Call: Sendable, Hashable, Codable {
        /// GT as the file has it.
        public var genotype: String
        /// Copies of this allele.
        public var zygosity: GeneVariant.Zygosity
        /// GQ; nil where the file has none.
        public var quality: Int?
        /// DP; nil where the file has none.
        public var depth: Int?
        /// AD of REF and of this allele; nil where the file has none.
        public var depths: [Int]?
        /// The share of a mitochondrial allele (`AF`); nil of others.
        public var share: Double?
        /// The filters that reject it; empty where it passed.
        public var filters: [String]
        /// Nil where it is not phased.
        public var phase: GeneVariant.Phase?

        /// A call.
        public init(
            genotype: String, zygosity: GeneVariant.Zygosity, quality: Int? = nil, depth: Int? = nil,
            depths: [Int]? = nil, share: Double? = nil, filters: [String] = [], phase: GeneVariant.Phase? = nil
        ) {
            self.genotype = genotype
            self.zygosity = zygosity
            self.quality = quality
            self.depth = depth
            self.depths = depths
            self.share = share
            self.filters = filters
            self.phase = phase
        }
    }
}

/// What an allele does to one transcript: a row of the INFO field `CSQ`.
public struct TranscriptConsequence: Sendable, Hashable, Codable {
    /// The gene's symbol.
    public var gene: String
    /// The transcript's accession with its version.
    public var transcript: String
    /// The transcript's biotype, `protein_coding` of those that matter most.
    public var biotype: String
    /// Terms of the Sequence Ontology, the most severe first.
    public var terms: [String]
    /// HIGH, MODERATE, LOW or MODIFIER.
    public var impact: String
    /// `c.` or `n.` with the accession; nil where it has no name.
    public var codingName: String?
    /// `p.` with the accession; nil where it has no name.
    public var proteinName: String?
    /// The exon and how many there are, from 1; nil outside of exons.
    public var exon: Ordinal?
    /// The intron and how many there are; nil outside of introns.
    public var intron: Ordinal?
    /// The first residue that changes, from 1; nil outside of the coding sequence.
    public var residue: Int?
    /// Amino acids before and after, `R/W`; nil outside of the coding sequence.
    public var aminoAcids: String?
    /// What a premature stop codon leads to: `true` where the transcript is decayed, `false` where it escapes; nil where there is none.
    public var isDecayed: Bool?
    /// Whether it is MANE Select.
    public var isManeSelect: Bool

    /// One of several.
    public struct Ordinal: Sendable, Hashable, Codable {
        /// From 1.
        public var number: Int
        /// Of how many.
        public var count: Int

        /// The `number`th of `count`.
        public init(_ number: Int, of count: Int) { (self.number, self.count) = (number, count) }
    }

    /// A row.
    public init(
        gene: String, transcript: String, biotype: String = "protein_coding", terms: [String], impact: String,
        codingName: String? = nil, proteinName: String? = nil, exon: Ordinal? = nil, intron: Ordinal? = nil,
        residue: Int? = nil, aminoAcids: String? = nil, isDecayed: Bool? = nil, isManeSelect: Bool = false
    ) {
        self.gene = gene
        self.transcript = transcript
        self.biotype = biotype
        self.terms = terms
        self.impact = impact
        self.codingName = codingName
        self.proteinName = proteinName
        self.exon = exon
        self.intron = intron
        self.residue = residue
        self.aminoAcids = aminoAcids
        self.isDecayed = isDecayed
        self.isManeSelect = isManeSelect
    }
}

/// How often an allele is in a population.
public struct PopulationFrequency: Sendable, Hashable, Codable {
    /// The knowledge base that says it, `gnomad@2.1.1`.
    public var source: String
    /// The population, in the source's word; empty for all.
    public var population: String
    /// Copies of the allele that were seen.
    public var alleleCount: Int?
    /// Chromosomes that were looked at.
    public var alleleNumber: Int?
    /// The share, 0 to 1.
    public var frequency: Double
    /// People with two copies (or the only one).
    public var homozygotes: Int?

    /// A frequency.
    public init(
        source: String, population: String = "", alleleCount: Int? = nil, alleleNumber: Int? = nil, frequency: Double,
        homozygotes: Int? = nil
    ) {
        self.source = source
        self.population = population
        self.alleleCount = alleleCount
        self.alleleNumber = alleleNumber
        self.frequency = frequency
        self.homozygotes = homozygotes
    }
}

/// What ClinVar says of an allele.
public struct ClinVarRecord: Sendable, Hashable, Codable {
    /// The knowledge base, `clinvar@2026-11`.
    public var source: String
    /// The variation's number.
    public var id: String
    /// The significance in ClinVar's words.
    public var significance: String
    /// The review status in ClinVar's words.
    public var reviewStatus: String
    /// The stars of the review status, 0 to 4.
    public var stars: Int
    /// The conditions, as ClinVar names them.
    public var conditions: [String]

    /// A record.
    public init(
        source: String, id: String, significance: String, reviewStatus: String, stars: Int, conditions: [String] = []
    ) {
        self.source = source
        self.id = id
        self.significance = significance
        self.reviewStatus = reviewStatus
        self.stars = stars
        self.conditions = conditions
    }
}
