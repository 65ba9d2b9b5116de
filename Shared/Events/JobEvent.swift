import Genomics

/// A request to the suite (`jobs`), or its outcome.
public struct JobEvent: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .job }

    /// Where a job is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Asked for.
        case requested
        /// Under way, with its progress.
        case running
        /// Somebody asks to end it.
        case cancelRequested = "cancel-requested"
        /// Finished, with an outcome.
        case done
        /// Given up, with a reason.
        case failed
        /// Ended because somebody asked for it.
        case cancelled
    }

    /// The job; an ingest job has the id of its run.
    public var job: Identifier
    /// Where the job is.
    public var state: State
    /// A sample to ingest, when it is one.
    public var ingest: IngestRequest?
    /// A network to train, when it is one.
    public var train: TrainingRequest?
    /// How far a training is that runs.
    public var progress: JobProgress?
    /// Why the job failed or is cancelled, or what came of it.
    public var message: String?

    /// Makes a job event.
    public init(
        job: Identifier, state: State, ingest: IngestRequest? = nil, train: TrainingRequest? = nil,
        progress: JobProgress? = nil, message: String? = nil
    ) {
        self.job = job
        self.state = state
        self.ingest = ingest
        self.train = train
        self.progress = progress
        self.message = message
    }
}

/// One sample's reads and how they are to be called, or the records of another task.
public struct IngestRequest: Codable, Sendable, Hashable {
    /// A file or pair of files of reads.
    public struct Input: Codable, Sendable, Hashable {
        /// What the file holds.
        public enum Format: String, Codable, Sendable, CaseIterable {
            /// FASTQ, single-end or, with a mate file, paired.
            case fastq
            /// FASTQ whose mates follow each other.
            case interleavedFASTQ = "interleaved-fastq"
            /// SAM, BAM or CRAM; reads without a position are mapped, others are taken as they are.
            case alignments
            /// Records of a task that reads no reads.
            case items
            /// Calls of the sample, a VCF: no reads are read, and nothing is called.
            case variants
        }
        /// What the file holds.
        public var format: Format
        /// The file as the ingest process sees it; `-` is its standard input.
        public var path: String
        /// The file of the second mates.
        public var matePath: String?

        /// Makes an input.
        public init(format: Format, path: String, matePath: String? = nil) {
            self.format = format
            self.path = path
            self.matePath = matePath
        }
    }

    /// The sample's name, VCF's column.
    public var sample: String
    /// The files.
    public var inputs: [Input]
    /// The reference FASTA as every process sees it.
    public var reference: String
    /// `ReferenceGenome.digest`: a process with another reference refuses the run.
    public var referenceDigest: String
    /// The preset of the mapper: `sr`, `map-hifi` or `map-ont`.
    public var preset: String
    /// Where to call; everywhere when this and ``regionsArtifact`` are nil.
    public var regions: [Interval]?
    /// Where to call, as a BED file among the run's artifacts: for more regions than a record should carry.
    public var regionsArtifact: Report.Artifact?
    /// What becomes of duplicates, as `DuplicatePolicy` writes it: `mark` when nil, `keep`, or `umi:` and a tag.
    public var duplicates: String?
    /// Whether alignments whose read groups name another sample are taken as this one's; no when nil.
    public var rename: Bool?
    /// Whether interim reports are published while the reads come; no when nil.
    public var interim: Bool?
    /// The sex chromosomes, as `SexChoice` writes them: `XX`, `XY`, or `coverage`, where the depths tell; `coverage` when nil.
    public var sex: String?
    /// How many chromosomes there are where; these count before ``sex``, and of two that overlap the later one.
    public var ploidy: [PloidyStretch]?
    /// The alleles that must be answered; none when nil.
    public var sites: SitesFile?

    /// What the calls are to be interpreted for; calls alone are reported when nil.
    public var clinical: ClinicalRequest?

    /// A VCF of alleles each of which a report answers: called, or why not.
    public struct SitesFile: Codable, Sendable, Hashable {
        /// The file as the encode and report processes see it.
        public var path: String
        /// SHA-256 of the file, in lower-case hexadecimal: another file is refused.
        public var digest: String

        /// Names a file.
        public init(path: String, digest: String) {
            self.path = path
            self.digest = digest
        }
    }

    /// What is asked of a model, where it is not the calling of variants; then there is no preset, and a reference only where the records
    /// are places of one.
    public var task: TaskRequest?

    /// Makes a request.
    public init(
        sample: String, inputs: [Input], reference: String, referenceDigest: String, preset: String,
        regions: [Interval]? = nil, regionsArtifact: Report.Artifact? = nil, duplicates: String? = nil,
        rename: Bool? = nil, interim: Bool? = nil, sex: String? = nil, ploidy: [PloidyStretch]? = nil,
        sites: SitesFile? = nil, clinical: ClinicalRequest? = nil, task: TaskRequest? = nil
    ) {
        self.sample = sample
        self.inputs = inputs
        self.reference = reference
        self.referenceDigest = referenceDigest
        self.preset = preset
        self.regions = regions
        self.regionsArtifact = regionsArtifact
        self.duplicates = duplicates
        self.rename = rename
        self.interim = interim
        self.sex = sex
        self.ploidy = ploidy
        self.sites = sites
        self.clinical = clinical
        self.task = task
    }

    /// The calls that take the place of reads; nil of a run of reads.
    public var variants: String? { inputs.first { $0.format == .variants }?.path }
}

/// A task whose inputs are no reads, and the model that is asked.
public struct TaskRequest: Codable, Sendable, Hashable {
    /// The task's name.
    public var name: String
    /// The model's name in the registry.
    public var model: String
    /// The version; the one in production when the run begins, where it is nil.
    public var version: Int?
    /// What the task is told beside its inputs, such as the name of a column.
    public var options: [String: String]?
    /// Numbers along the reference that are read beside the records, bigWig or bedGraph; none if nil.
    public var tracks: [File]?
    /// Tables and the like that the task reads beside the records, by the names that it has for them; none if nil.
    public var files: [File]?

    /// A file beside the records.
    public struct File: Codable, Sendable, Hashable {
        /// What models or the task call it.
        public var name: String
        /// The file as the ingest process sees it.
        public var path: String
        /// SHA-256 of the file, in lower-case hexadecimal: another file is refused.
        public var digest: String

        /// Names a file.
        public init(name: String, path: String, digest: String) {
            self.name = name
            self.path = path
            self.digest = digest
        }
    }

    /// Makes a request.
    public init(
        name: String, model: String, version: Int? = nil, options: [String: String]? = nil, tracks: [File]? = nil,
        files: [File]? = nil
    ) {
        self.name = name
        self.model = model
        self.version = version
        self.options = options
        self.tracks = tracks
        self.files = files
    }
}
