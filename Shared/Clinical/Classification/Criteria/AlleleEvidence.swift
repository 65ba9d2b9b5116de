/// What is known of an allele beside its annotation: what other parts of the suite, the family's calls and people say.
public struct AlleleEvidence: Sendable {
    /// What a network says of it; nil where none spoke.
    public var score: PathogenicityScore?
    /// Why there is no score, in a sentence; nil for the usual one.
    public var scoreAbsence: String?
    /// What a network says of splicing; nil where none spoke.
    public var splicing: SplicePrediction?
    /// The parents, the family and the other allele of the gene; nil without a family.
    public var family: FamilyEvidence?
    /// How the person's phenotypes fit the gene's disease; nil without a case.
    public var phenotype: PhenotypeFit?
    /// Criteria that people judged for this allele.
    public var assigned: [AssignedCriterion]

    /// Evidence; what is not said is not known.
    public init(
        score: PathogenicityScore? = nil, scoreAbsence: String? = nil, splicing: SplicePrediction? = nil,
        family: FamilyEvidence? = nil, phenotype: PhenotypeFit? = nil, assigned: [AssignedCriterion] = []
    ) {
        self.score = score
        self.scoreAbsence = scoreAbsence
        self.splicing = splicing
        self.family = family
        self.phenotype = phenotype
        self.assigned = assigned
    }
}

/// How much an allele is predicted to change splicing.
public struct SplicePrediction: Sendable, Hashable, Codable {
    /// The model, `splice@1`.
    public var model: String
    /// The greatest change of the probability of a splice site, 0 to 1, as SpliceAI defines it (Jaganathan and others 2019).
    public var delta: Double

    /// A prediction.
    public init(model: String, delta: Double) { (self.model, self.delta) = (model, delta) }
}

/// How a person's phenotypes fit the disease of a gene.
public struct PhenotypeFit: Sendable, Hashable, Codable {
    /// The disease that fits best.
    public var disease: String
    /// The natural logarithm of the likelihood ratio of the phenotypes.
    public var logLikelihoodRatio: Double
    /// The knowledge base or model that says it.
    public var source: String

    /// A fit.
    public init(disease: String, logLikelihoodRatio: Double, source: String) {
        (self.disease, self.logLikelihoodRatio, self.source) = (disease, logLikelihoodRatio, source)
    }
}

/// A criterion that a person judged, as ClinGen's evidence repository lists them.
public struct AssignedCriterion: Sendable, Hashable, Codable {
    /// The criterion.
    public var criterion: Criterion
    /// How strong the evidence is; nil where the person found it not met.
    public var strength: Strength?
    /// What the person wrote; empty for nothing.
    public var evidence: String
    /// Where it is written: `case`, or a file's name.
    public var source: String

    /// A judgment.
    public init(_ criterion: Criterion, _ strength: Strength?, evidence: String = "", source: String = "case") {
        self.criterion = criterion
        self.strength = strength
        self.evidence = evidence
        self.source = source
    }
}
