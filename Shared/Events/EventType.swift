/// The `ce_type` of each event; it ends in the schema's major version.
public enum EventType: String, Sendable, CaseIterable {
    /// A batch of unaligned reads (`reads`, BAM).
    case reads = "org.helicase.reads.v1"
    /// All batches of a run are in `reads` (``ReadsSeal``).
    case readsSealed = "org.helicase.reads-sealed.v1"
    /// A batch of alignments of one lane of a run (`alignments`, BAM).
    case laneAlignments = "org.helicase.lane-alignments.v1"
    /// All batches of a lane are in `alignments` (``LaneSeal``).
    case laneSealed = "org.helicase.lane-sealed.v1"
    /// A batch of alignments of one shard, as earlier versions sent them (`alignments`, BAM).
    case alignments = "org.helicase.alignments.v1"
    /// All batches of a shard are in `alignments`, as earlier versions said it (``ShardSeal``).
    case shardSealed = "org.helicase.shard-sealed.v1"
    /// Model inputs of a shard (`examples`, safetensors).
    case examples = "org.helicase.examples.v1"
    /// Model inputs with labels (`labelled-examples`, safetensors).
    case labelledExamples = "org.helicase.labelled-examples.v1"
    /// A batch of records of a task that reads no reads (`items`, a table with tabs).
    case items = "org.helicase.items.v1"
    /// What a model said of a unit's examples (``ScoreBatch``).
    case scores = "org.helicase.scores.v1"
    /// Scores of a shard's candidates, as earlier versions wrote them (``PredictionBatch``).
    case predictions = "org.helicase.predictions.v1"
    /// A diagnosis report (``Report``).
    case report = "org.helicase.report.v1"
    /// A place in a run's reads at which an interim report is wanted (`reads`, ``ReadsMark``).
    case readsMarked = "org.helicase.reads-marked.v1"
    /// Asks for what can be said of the shards of a lane as they are now (`alignments`, ``LaneMark``).
    case laneMarked = "org.helicase.lane-marked.v1"
    /// Asks for what can be said of a shard as it is now, as earlier versions did (`alignments`, ``ShardMark``).
    case shardMarked = "org.helicase.shard-marked.v1"
    /// Model inputs of a shard as it was at a mark (`examples`, safetensors).
    case interimExamples = "org.helicase.interim-examples.v1"
    /// What a model said of them (``InterimScores``).
    case interimScores = "org.helicase.interim-scores.v1"
    /// What can be said of a sample while its reads still come (``InterimReport``).
    case interimReport = "org.helicase.interim-report.v1"
    /// What a run of a task without reads came to (``TaskReport``).
    case taskReport = "org.helicase.task-report.v1"
    /// A change of a model version (``ModelEvent``).
    case model = "org.helicase.model.v1"
    /// A request or its outcome (``JobEvent``).
    case job = "org.helicase.job.v1"
    /// Who shares a training (``TrainingPlan``).
    case trainingPlan = "org.helicase.training-plan.v1"
    /// A process joins or leaves a training (``TrainingMembership``).
    case trainingMembership = "org.helicase.training-membership.v1"
    /// A piece of a shard's gradients (``TrainingRow``).
    case trainingRow = "org.helicase.training-row.v1"
    /// A change of a run (``RunEvent``).
    case run = "org.helicase.run.v1"
}

/// The names of the CloudEvents extension attributes that the suite's records carry (as `ce_<name>` in Kafka's headers).
public enum EventExtension {
    /// The run, a UUID in lower case.
    public static let run = "run"
    /// The lane of a run, from 0.
    public static let lane = "lane"
    /// Where coordinate-sorted reads are: the shards that lie before this one are complete with the batch.
    public static let passed = "passed"
    /// The shard (`GenomeBins.Shard`).
    public static let shard = "shard"
    /// The unit of work of the stage before, such as a batch's number.
    public static let unit = "unit"
    /// The task; that of calling variants where a record does not say it.
    public static let task = "task"
    /// How many records the value holds.
    public static let records = "records"
    /// The number of an interim report's mark.
    public static let mark = "mark"
    /// The data set of labelled examples.
    public static let dataset = "dataset"
    /// The job.
    public static let job = "job"
    /// Which of a job's leaders, counted up.
    public static let term = "term"
    /// The step of a training, from 0.
    public static let step = "step"
    /// The piece of a value that is cut into several records, from 0.
    public static let piece = "piece"
    /// How many pieces there are.
    public static let pieces = "pieces"
}

/// The media types of the suite's values.
public enum ContentType {
    /// JSON of a shared event type.
    public static let json = "application/json"
    /// A BAM file.
    public static let bam = "application/vnd.ga4gh.bam"
    /// A table with tabs.
    public static let table = "text/tab-separated-values"
    /// A safetensors file.
    public static let safetensors = "application/vnd.safetensors"
    /// Bytes whose layout the event's description says.
    public static let bytes = "application/octet-stream"
}
