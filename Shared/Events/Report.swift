import Foundation
import Genomics

/// A sample's report (`reports`): what was found, with what, and what could not be seen.
public struct Report: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .report }

    /// Whether all reads of the run are in the report, and all that was asked of them.
    public enum Status: String, Codable, Sendable, CaseIterable {
        /// Every stage's ledger is closed, and every read of the input was used.
        case final
        /// Every stage's ledger is closed, but reads are missing or torn apart, or something of the question could not be used;
        /// ``Report/missing`` says which.
        case incomplete
    }

    /// The calls, counted.
    public struct Calls: Codable, Sendable, Hashable {
        /// Candidate alleles that were scored.
        public var candidates: Int
        /// Sites that passed, single-nucleotide.
        public var snvs: Int
        /// Sites that passed, insertions and deletions.
        public var indels: Int
        /// Passed sites with two different alleles.
        public var heterozygous: Int
        /// Passed sites with two equal alternate alleles.
        public var homozygous: Int
        /// Sites that were called and filtered.
        public var filtered: Int
        /// Transitions over transversions of the passed SNVs; nil without a transversion.
        public var transitionsToTransversions: Double?

        /// Makes counts.
        public init(
            candidates: Int = 0, snvs: Int = 0, indels: Int = 0, heterozygous: Int = 0, homozygous: Int = 0,
            filtered: Int = 0, transitionsToTransversions: Double? = nil
        ) {
            self.candidates = candidates
            self.snvs = snvs
            self.indels = indels
            self.heterozygous = heterozygous
            self.homozygous = homozygous
            self.filtered = filtered
            self.transitionsToTransversions = transitionsToTransversions
        }
    }

    /// How much of the target could be called.
    public struct Callability: Codable, Sendable, Hashable {
        /// Bases of the target: the regions asked for, or the whole reference.
        public var targetBases: Int
        /// Bases by state, named as in `CallabilitySummary.State`; they sum to ``targetBases``.
        public var basesByState: [String: Int]
        /// The longest stretches that could not be called, with the reason.
        public var notCallable: [Stretch]
        /// How many such stretches there are in all.
        public var notCallableStretches: Int

        /// Makes a summary.
        public init(
            targetBases: Int, basesByState: [String: Int], notCallable: [Stretch], notCallableStretches: Int
        ) {
            self.targetBases = targetBases
            self.basesByState = basesByState
            self.notCallable = notCallable
            self.notCallableStretches = notCallableStretches
        }

        /// Bases that could not be called, and why.
        public struct Stretch: Codable, Sendable, Hashable {
            /// Where.
            public var interval: Interval
            /// Why: a state of `CallabilitySummary.State`.
            public var reason: String

            /// Makes a stretch.
            public init(interval: Interval, reason: String) {
                self.interval = interval
                self.reason = reason
            }
        }
    }

    /// Input that could not be used as it was meant: all trouble of one kind in one file, counted together.
    public struct Problem: Codable, Sendable, Hashable {
        /// The stage that met it.
        public var stage: String
        /// The file.
        public var file: String?
        /// The number of the first such record in the file, counted from 1; nil when the trouble is the whole file.
        public var record: Int?
        /// The field of the record.
        public var field: String?
        /// What is wrong, with the first such record.
        public var message: String
        /// The kind of trouble, the same word in every report.
        public var kind: String?
        /// How many records have it; 1 when nil.
        public var count: Int?
        /// The numbers of the first records that have it, at most ``placeLimit``; nil when there is but one.
        public var places: [Int]?
        /// Whether reads are missing or torn apart because of it.
        public var isLoss: Bool?

        /// How many places of a problem are listed.
        public static let placeLimit = 10

        /// Makes a problem.
        public init(
            stage: String, file: String?, record: Int?, field: String?, message: String, kind: String? = nil,
            count: Int? = nil, places: [Int]? = nil, isLoss: Bool? = nil
        ) {
            self.stage = stage
            self.file = file
            self.record = record
            self.field = field
            self.message = message
            self.kind = kind
            self.count = count
            self.places = places
            self.isLoss = isLoss
        }
    }

    /// A file of the report, kept in the database.
    public struct Artifact: Codable, Sendable, Hashable {
        /// The file's name.
        public var name: String
        /// Its bytes.
        public var size: Int
        /// Its SHA-256, in hexadecimal.
        public var sha256: String

        /// Makes an artifact.
        public init(name: String, size: Int, sha256: String) {
            self.name = name
            self.size = size
            self.sha256 = sha256
        }
    }

    /// The run.
    public var run: Identifier
    /// The version of this run's report, counted from 1.
    public var version: Int
    /// Whether all reads of the run are in it.
    public var status: Status
    /// What is missing from an incomplete report, a sentence each; nil when nothing is.
    public var missing: [String]?
    /// The sample.
    public var sample: String
    /// When it was made.
    public var createdAt: Date
    /// The reference's file name and digest.
    public var reference: String
    /// `ReferenceGenome.digest`.
    public var referenceDigest: String
    /// What ingest counted.
    public var input: RunCounts
    /// The calls, counted.
    public var calls: Calls
    /// Every model version that scored a candidate of the run.
    public var models: [PredictionBatch.Model]
    /// What was not callable and why.
    public var callability: Callability
    /// Input that could not be used, by file and kind, at most ``problemLimit`` of it.
    public var problems: [Problem]
    /// How many problems there were in all, each record counted.
    public var problemCount: Int
    /// The VCF, its index and the other files.
    public var artifacts: [Artifact]
    /// What the reads and the calls are like; nil in reports of earlier versions.
    public var quality: Quality?
    /// With which sex chromosomes was called, and why; nil in reports of earlier versions.
    public var sex: CalledSex?
    /// What became of the alleles that the run was to answer; nil where none were named.
    public var sites: Sites?
    /// How sure the calls are, in bands of GQ; nil in reports of earlier versions.
    public var reliability: CallReliability?
    /// What the calls mean for the person: a document of its own form (`ClinicalReport` of the module Clinical); nil where nobody asked.
    public var clinical: JSONDocument?
    /// What is otherwise than in the version before; nil in a run's first report.
    public var amendment: Amendment?

    /// What an amended report says otherwise.
    public struct Amendment: Codable, Sendable, Hashable {
        /// The version that this one takes the place of.
        public var of: Int
        /// What a person is told otherwise, a sentence each.
        public var changes: [String]
        /// Knowledge, models and software of other versions.
        public var sources: [String]

        /// Says what changed.
        public init(of version: Int, changes: [String], sources: [String]) {
            (of, self.changes, self.sources) = (version, changes, sources)
        }
    }

    /// How many problems a report lists.
    public static let problemLimit = 100
    /// How many sentences ``missing`` holds.
    public static let missingLimit = 20

    /// Makes a report.
    public init(
        run: Identifier, version: Int, status: Status, sample: String, createdAt: Date, reference: String,
        referenceDigest: String, input: RunCounts, calls: Calls, models: [PredictionBatch.Model],
        callability: Callability, problems: [Problem], problemCount: Int, artifacts: [Artifact],
        missing: [String]? = nil, quality: Quality? = nil, sex: CalledSex? = nil, sites: Sites? = nil,
        reliability: CallReliability? = nil, clinical: JSONDocument? = nil
    ) {
        self.run = run
        self.version = version
        self.status = status
        self.missing = missing
        self.sample = sample
        self.createdAt = createdAt
        self.reference = reference
        self.referenceDigest = referenceDigest
        self.input = input
        self.calls = calls
        self.models = models
        self.callability = callability
        self.problems = problems
        self.problemCount = problemCount
        self.artifacts = artifacts
        self.quality = quality
        self.sex = sex
        self.sites = sites
        self.reliability = reliability
        self.clinical = clinical
    }
}
