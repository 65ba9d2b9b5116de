import Foundation

/// What a person's variants mean: the one document that every form of a report (JSON, FHIR, HTML, tables) is made from.
///
/// A form shows what stands here and adds nothing, so all forms of one run hold the same findings. Everything is in the order in which it is to be
/// read. Two makings from the same calls, case and knowledge are equal.
public struct ClinicalReport: Sendable, Hashable, Codable {
    /// The form of this document, 2: a report that counted variants only was 1.
    public var format = 2
    /// Who was looked at, and why.
    public var subject: Subject
    /// What a doctor reads first.
    public var conclusion: Conclusion
    /// The alleles that matter, by importance.
    public var findings: [Finding]
    /// Diseases ranked by what the person shows and by the findings; nil without a case.
    public var diagnosis: PhenotypeRanking?
    /// Medically actionable findings that the question did not ask for; nil where the request does not consent to them.
    public var secondary: [Finding]?
    /// What genes say of drugs; nil where it was not asked for.
    public var drugs: PharmacogenomicResult?
    /// Polygenic scores.
    public var risk: [RiskFinding]
    /// Scores that were asked for and are not told, with the reason; nil where there is none.
    public var untoldRisk: [UntoldRisk]?
    /// The relatives who were looked at, and what could not be known of them; nil without a pedigree.
    public var family: Family?
    /// How well the genes that were asked about could be seen.
    public var coverage: [GeneCoverage]
    /// How alleles became findings, counted.
    public var counts: Counts
    /// How it was done.
    public var methods: [Statement]
    /// What it cannot say.
    public var limits: [Statement]
    /// What was not used as it was given: unknown terms, foreign contigs, mismatched REF.
    public var remarks: [String]
    /// What it rests on.
    public var provenance: Provenance
    /// HGNC's identifiers (`HGNC:1100`) of the genes that the report names, by symbol; nil where the gene models say none.
    public var geneIDs: [String: String]?
    /// Who made it, as CLIA § 493.1291 demands; nil where nobody said.
    public var laboratory: Laboratory?

    /// The sentence that every form begins and ends with.
    public static let disclaimer =
        "Not for clinical use until a laboratory has validated it: this report was made by software alone."

    /// A report of its parts; those that were not asked for are empty.
    public init(
        subject: Subject, conclusion: Conclusion, findings: [Finding], diagnosis: PhenotypeRanking? = nil,
        secondary: [Finding]? = nil, drugs: PharmacogenomicResult? = nil, risk: [RiskFinding] = [],
        coverage: [GeneCoverage] = [], counts: Counts = Counts(), methods: [Statement] = [],
        limits: [Statement] = [], remarks: [String] = [], provenance: Provenance, laboratory: Laboratory? = nil
    ) {
        self.subject = subject
        self.conclusion = conclusion
        self.findings = findings
        self.diagnosis = diagnosis
        self.secondary = secondary
        self.drugs = drugs
        self.risk = risk
        self.coverage = coverage
        self.counts = counts
        self.methods = methods
        self.limits = limits
        self.remarks = remarks
        self.provenance = provenance
        self.laboratory = laboratory
    }

    /// Who was looked at, and why.
    public struct Subject: Sendable, Hashable, Codable {
        /// The sample's name.
        public var sample: String
        /// The case's name; nil without a case.
        public var caseID: String?
        /// As the case states it.
        public var sex: PhenotypeCase.Sex
        /// As the case states it, in years.
        public var years: Double?
        /// Terms that were seen.
        public var present: [Term]
        /// Terms that were looked for and not seen.
        public var excluded: [Term]

        /// A subject.
        public init(
            sample: String, caseID: String? = nil, sex: PhenotypeCase.Sex = .unknown, years: Double? = nil,
            present: [Term] = [], excluded: [Term] = []
        ) {
            self.sample = sample
            self.caseID = caseID
            self.sex = sex
            self.years = years
            self.present = present
            self.excluded = excluded
        }
    }

    /// A term of an ontology.
    public struct Term: Sendable, Hashable, Codable {
        /// `HP:0001250`.
        public var id: String
        /// `Seizure`.
        public var name: String

        /// A term.
        public init(id: String, name: String) { (self.id, self.name) = (id, name) }
    }

    /// What a doctor reads first, in plain words.
    public struct Conclusion: Sendable, Hashable, Codable {
        /// What was found, said as a laboratory's report says it.
        public enum Result: String, Sendable, Hashable, Codable, CaseIterable {
            /// Pathogenic or likely pathogenic findings that fit how the disease is inherited.
            case positive
            /// Something that may explain the person's disease: uncertain variants, or one of two that a recessive disease needs.
            case inconclusive
            /// Nothing that explains it.
            case negative
        }

        /// The result.
        public var result: Result
        /// What was found, in one sentence.
        public var headline: String
        /// What it means.
        public var meaning: [Statement]
        /// What to do next.
        public var next: [Statement]
        /// How sure it is, with every ambiguity beside the result that it concerns.
        public var certainty: [Statement]

        /// A conclusion.
        public init(
            result: Result, headline: String, meaning: [Statement] = [], next: [Statement] = [],
            certainty: [Statement] = []
        ) {
            self.result = result
            self.headline = headline
            self.meaning = meaning
            self.next = next
            self.certainty = certainty
        }
    }

    /// A sentence that can be asked for its reasons (`helicase report why`).
    public struct Statement: Sendable, Hashable, Codable {
        /// What `report why` takes: `conclusion.meaning.1`.
        public var id: String
        /// The sentence.
        public var text: String
        /// What it rests on: ids of findings, knowledge bases (`clinvar@2026-11`), models (`pileup-caller@3`), `case`, `calls`.
        public var sources: [String]

        /// A sentence.
        public init(id: String, text: String, sources: [String] = []) {
            (self.id, self.text, self.sources) = (id, text, sources)
        }
    }

    /// How alleles became findings; the numbers of an input add up to ``alleles``.
    public struct Counts: Sendable, Hashable, Codable {
        /// Called alleles of the sample.
        public var alleles: Int
        /// How many are no finding, by the reason, such as `common`, `benign`, `intergenic` and `filtered`.
        public var absent: [String: Int]

        /// Counts.
        public init(alleles: Int = 0, absent: [String: Int] = [:]) { (self.alleles, self.absent) = (alleles, absent) }
    }

    /// How well a gene could be seen.
    public struct GeneCoverage: Sendable, Hashable, Codable {
        /// The gene's symbol.
        public var gene: String
        /// Bases of its chosen transcript's coding exons.
        public var bases: Int
        /// How many of them could have been called.
        public var callable: Int

        /// A gene's coverage.
        public init(gene: String, bases: Int, callable: Int) {
            (self.gene, self.bases, self.callable) = (gene, bases, callable)
        }
    }

    /// A polygenic score.
    public struct RiskFinding: Sendable, Hashable, Codable {
        /// The score's identifier of the PGS Catalog.
        public var score: String
        /// What it is for.
        public var trait: String
        /// The sum of the weights.
        public var value: Double
        /// Variants of the score that were seen, of how many.
        public var matched: Int
        /// Variants of the score.
        public var variants: Int
        /// The place within the panel, 0 to 100; nil without a panel.
        public var percentile: Double?
        /// The interval of the percentile; nil without a panel.
        public var interval: [Double]?
        /// The score's file (`name@version`); nil in reports of earlier versions.
        public var source: String?
        /// The panel (`name@version`); nil without one.
        public var panel: String?
        /// The population of the panel that the person is nearest to by principal components; nil without labels.
        public var population: String?
        /// The probability of that population, 0 to 1.
        public var populationProbability: Double?
        /// What is to be said of it, in a sentence, such as why there is no percentile; nil for nothing.
        public var note: String?

        /// A score.
        public init(
            score: String, trait: String, value: Double, matched: Int, variants: Int, percentile: Double? = nil,
            interval: [Double]? = nil
        ) {
            self.score = score
            self.trait = trait
            self.value = value
            self.matched = matched
            self.variants = variants
            self.percentile = percentile
            self.interval = interval
        }
    }

    /// A polygenic score that was asked for and is not told.
    public struct UntoldRisk: Sendable, Hashable, Codable {
        /// The score's identifier of the PGS Catalog.
        public var score: String
        /// What it is for.
        public var trait: String
        /// Variants of the score that were seen, of how many.
        public var matched: Int
        /// Variants of the score.
        public var variants: Int
        /// Why it is not told, in a sentence.
        public var reason: String

        /// A score.
        public init(score: String, trait: String, matched: Int, variants: Int, reason: String) {
            (self.score, self.trait, self.matched) = (score, trait, matched)
            (self.variants, self.reason) = (variants, reason)
        }
    }

    /// What a report rests on.
    public struct Provenance: Sendable, Hashable, Codable {
        /// The version of the suite that made it.
        public var software: String
        /// When it was made.
        public var createdAt: Date
        /// The reference's name and digest.
        public var reference: Source
        /// The file of calls, or the run that made them.
        public var calls: Source
        /// The knowledge bases.
        public var knowledge: [Source]
        /// The networks.
        public var models: [Source]

        /// A provenance.
        public init(
            software: String, createdAt: Date, reference: Source, calls: Source, knowledge: [Source] = [],
            models: [Source] = []
        ) {
            self.software = software
            self.createdAt = createdAt
            self.reference = reference
            self.calls = calls
            self.knowledge = knowledge
            self.models = models
        }
    }

    /// A file or model by which something is known.
    public struct Source: Sendable, Hashable, Codable {
        /// Its name, without a folder.
        public var name: String
        /// Its version; empty where it has none.
        public var version: String
        /// Its SHA-256, in hexadecimal; empty where it was not taken.
        public var digest: String
        /// On what terms it may be used; nil where nobody said.
        public var licence: String?

        /// A source.
        public init(name: String, version: String = "", digest: String = "", licence: String? = nil) {
            self.name = name
            self.version = version
            self.digest = digest
            self.licence = licence
        }

        /// `name@version`: what statements and criteria call it.
        public var label: String { version.isEmpty ? name : "\(name)@\(version)" }
    }

    /// The laboratory that answers for a report (CLIA, 42 CFR 493.1291(c)): read from `--laboratory`, nothing of it is made up.
    public struct Laboratory: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Its address.
        public var address: String
        /// Its CLIA number or another licence.
        public var licence: String?
        /// Who answers for the report.
        public var director: String?
        /// Who ordered the test.
        public var orderedBy: String?
        /// The patient's name or unique identifier, as the laboratory has it.
        public var patient: String?
        /// The specimen: source and condition.
        public var specimen: String?
        /// When the specimen was received.
        public var received: String?
        /// What was ordered.
        public var test: String?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case name, address, licence, director, orderedBy, patient, specimen, received, test
        }

        /// A laboratory.
        public init(
            name: String, address: String, licence: String? = nil, director: String? = nil, orderedBy: String? = nil,
            patient: String? = nil, specimen: String? = nil, received: String? = nil, test: String? = nil
        ) {
            self.name = name
            self.address = address
            self.licence = licence
            self.director = director
            self.orderedBy = orderedBy
            self.patient = patient
            self.specimen = specimen
            self.received = received
            self.test = test
        }
    }
}
