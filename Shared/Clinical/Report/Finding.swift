/// An allele of the person that a report speaks of.
public struct Finding: Sendable, Hashable, Codable {
    /// What statements and `report why` call it: `finding.1`, `secondary.2`; the same in every form of a report.
    public var id: String
    /// The allele, its call, consequences, frequencies and ClinVar's word.
    public var allele: AnnotatedAllele
    /// The gene that it is reported for.
    public var gene: String
    /// `g.` with the reference's accession; nil where the contig has none.
    public var genomicName: String?
    /// `ga4gh:VA.…`; nil where the allele has none.
    public var vrs: String?
    /// Its class, with all 28 criteria.
    public var classification: Classification
    /// What the network that classifies variants says; nil where it does not speak of such variants.
    public var score: PathogenicityScore?
    /// How the person's alleles of the gene fit the way its disease is inherited.
    public var inheritance: InheritanceFit
    /// The disease that the gene causes and that fits best; nil where none is known.
    public var disease: ClinicalReport.Term?
    /// What is open about it, each in a sentence: doubt of the call, of the phase, of the class.
    public var ambiguities: [String]
    /// The reads at its place; nil where no reads are at hand.
    public var reads: ReadPicture?

    /// A finding.
    public init(
        id: String, allele: AnnotatedAllele, gene: String, genomicName: String? = nil, vrs: String? = nil,
        classification: Classification, score: PathogenicityScore? = nil, inheritance: InheritanceFit,
        disease: ClinicalReport.Term? = nil, ambiguities: [String] = [], reads: ReadPicture? = nil
    ) {
        self.id = id
        self.allele = allele
        self.gene = gene
        self.genomicName = genomicName
        self.vrs = vrs
        self.classification = classification
        self.score = score
        self.inheritance = inheritance
        self.disease = disease
        self.ambiguities = ambiguities
        self.reads = reads
    }
}

/// What a network says of an allele, and what that is worth as evidence.
public struct PathogenicityScore: Sendable, Hashable, Codable {
    /// The model, `pathogenicity@1`.
    public var model: String
    /// The probability of pathogenic among the variants that it was calibrated on, 0 to 1.
    public var probability: Double
    /// The local likelihood ratio of pathogenic at this score (Pejaver and others 2022).
    public var likelihoodRatio: Double
    /// Its 95 % interval, lower and upper.
    public var interval: [Double]
    /// PP3 or BP4 with a strength; nil where the ratio is too near 1 for either.
    public var criterion: MetCriterion?
    /// What speaks for and against, the strongest first, in words with what each adds to the log-odds.
    public var reasons: [Reason]

    /// A feature's part in a score.
    public struct Reason: Sendable, Hashable, Codable {
        /// The feature in words.
        public var feature: String
        /// What it adds to the log-odds.
        public var contribution: Double

        /// A part.
        public init(feature: String, contribution: Double) {
            (self.feature, self.contribution) = (feature, contribution)
        }
    }

    /// A score.
    public init(
        model: String, probability: Double, likelihoodRatio: Double, interval: [Double], criterion: MetCriterion?,
        reasons: [Reason] = []
    ) {
        self.model = model
        self.probability = probability
        self.likelihoodRatio = likelihoodRatio
        self.interval = interval
        self.criterion = criterion
        self.reasons = reasons
    }
}

/// The reads around an allele, as few as a picture needs.
public struct ReadPicture: Sendable, Hashable, Codable {
    /// The contig.
    public var contig: String
    /// The 0-based position of the first base that is shown.
    public var start: Int
    /// The reference's bases that are shown.
    public var reference: String
    /// Reads, at most some forty, those that show the allele first.
    public var rows: [Row]
    /// Reads that cover the place, and how many of them show the allele.
    public var depth: Int
    /// Reads that show the allele.
    public var supporting: Int

    /// One read.
    public struct Row: Sendable, Hashable, Codable {
        /// Where its first shown base is, in bases behind ``ReadPicture/start``.
        public var offset: Int
        /// Its bases over the reference's: `.` for the same base, a letter for another, `-` for a deleted one, and a lower-case letter where
        /// bases are inserted behind.
        public var bases: String
        /// Whether it is on the reverse strand.
        public var isReverse: Bool
        /// Whether it shows the allele.
        public var isSupporting: Bool
        /// Its mapping quality.
        public var mappingQuality: Int

        /// A read.
        public init(offset: Int, bases: String, isReverse: Bool, isSupporting: Bool, mappingQuality: Int) {
            self.offset = offset
            self.bases = bases
            self.isReverse = isReverse
            self.isSupporting = isSupporting
            self.mappingQuality = mappingQuality
        }
    }

    /// A picture.
    public init(contig: String, start: Int, reference: String, rows: [Row], depth: Int, supporting: Int) {
        self.contig = contig
        self.start = start
        self.reference = reference
        self.rows = rows
        self.depth = depth
        self.supporting = supporting
    }
}
