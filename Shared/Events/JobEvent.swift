import Genomics

/// A request to the suite (`jobs`), or its outcome.
public struct JobEvent: JSONEvent, Hashable {
    /// The event's type.
    public static var type: EventType { .job }

    /// Where a job is.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Asked for.
        case requested
        /// Finished, with an outcome.
        case done
        /// Given up, with a reason.
        case failed
    }

    /// The job; an ingest job has the id of its run.
    public var job: Identifier
    /// Where the job is.
    public var state: State
    /// A sample to ingest, when it is one.
    public var ingest: IngestRequest?
    /// A network to train, when it is one.
    public var train: TrainingRequest?
    /// Why the job failed, or what came of it.
    public var message: String?

    /// Makes a job event.
    public init(
        job: Identifier, state: State, ingest: IngestRequest? = nil, train: TrainingRequest? = nil,
        message: String? = nil
    ) {
        self.job = job
        self.state = state
        self.ingest = ingest
        self.train = train
        self.message = message
    }
}

/// One sample's reads and how they are to be called.
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
    /// Where to call; everywhere when nil.
    public var regions: [Interval]?

    /// Makes a request.
    public init(
        sample: String, inputs: [Input], reference: String, referenceDigest: String, preset: String,
        regions: [Interval]? = nil
    ) {
        self.sample = sample
        self.inputs = inputs
        self.reference = reference
        self.referenceDigest = referenceDigest
        self.preset = preset
        self.regions = regions
    }
}

/// A network to fit to a data set of labelled examples.
public struct TrainingRequest: Codable, Sendable, Hashable {
    /// The task, such as `variants`.
    public var task: String
    /// The data set in `labelled-examples`.
    public var dataset: String
    /// How many shards the data set has.
    public var shards: Int
    /// The seed of initial weights, order and split.
    public var seed: UInt64
    /// Passes over the data.
    public var epochs: Int
    /// Checksums of the files that the data set was made of.
    public var dataDigests: [String: String]
    /// The command that made the data set.
    public var command: String

    /// Makes a request.
    public init(
        task: String, dataset: String, shards: Int, seed: UInt64, epochs: Int, dataDigests: [String: String],
        command: String
    ) {
        self.task = task
        self.dataset = dataset
        self.shards = shards
        self.seed = seed
        self.epochs = epochs
        self.dataDigests = dataDigests
        self.command = command
    }
}
