import Messaging

/// The topics of the suite, their partitions and who must keep up with them: the one list that creates and checks them.
///
/// Two topics are added to the design's table. `labelled-examples`: training examples share the encoding of `examples` but
/// not their readers: in one topic a stopped `train` would hold up every patient's run on a broker of bounded capacity,
/// and `infer` would wade through training sets. `training-updates`: what the processes that share a training tell each other.
public enum Topics {
    /// Unaligned reads: BAM, keyed by run and batch.
    public static let reads = "reads"
    /// Aligned reads of one lane of a run: BAM, keyed by run and lane.
    public static let alignments = "alignments"
    /// Records of tasks that read no reads: tables, keyed by run and batch.
    public static let items = "items"
    /// Model inputs: safetensors, keyed by run and shard, or by run and batch.
    public static let examples = "examples"
    /// Model inputs with their labels: safetensors, keyed by data set.
    public static let labelledExamples = "labelled-examples"
    /// What a model said: JSON, keyed as the examples.
    public static let predictions = "predictions"
    /// Diagnosis reports: JSON, keyed by sample.
    public static let reports = "reports"
    /// Model versions released, promoted, retired: JSON, keyed by model name, compacted.
    public static let models = "models"
    /// Requests to ingest and to train: JSON, keyed by job.
    public static let jobs = "jobs"
    /// Gradients, plans and members of trainings under way: keyed by job.
    public static let trainingUpdates = "training-updates"
    /// Runs opened, sealed, completed, failed: JSON, keyed by run.
    public static let runs = "runs"
    /// Records that could not be used, as they were, with the reason in their headers.
    public static let deadLetters = "dead-letters"

    /// The consumer group of a stage: all its processes share it.
    public enum Group {
        /// The group of the ingest processes.
        public static let ingest = "ingest"
        /// The group of the align processes.
        public static let align = "align"
        /// The group of the encode processes.
        public static let encode = "encode"
        /// The group of the train processes.
        public static let train = "train"
        /// The group of the infer processes.
        public static let infer = "infer"
        /// The group of the report processes.
        public static let report = "report"
    }

    /// Which group reads which topics.
    public static let subscriptions: [(group: String, topics: [String])] = [
        (Group.ingest, [jobs]), (Group.align, [reads]), (Group.encode, [alignments, items]),
        (Group.infer, [examples]), (Group.report, [predictions]), (Group.train, [jobs, labelledExamples]),
    ]

    /// All topics as they are to be created.
    ///
    /// - Parameters:
    ///   - partitions: how many ways each stage can be scaled.
    ///   - replicationFactor: copies of each partition, 3 on a cluster of a hospital.
    ///   - retentionHours: how long bulk records stay.
    public static func declarations(
        partitions: Int = 8, replicationFactor: Int = 1, retentionHours: Int = 72
    ) -> [TopicDeclaration] {
        let retention = String(retentionHours * 3_600_000)
        func topic(
            _ name: String, partitions: Int = partitions, cleanup: String = "delete", retention: String? = retention,
            readers: [String] = []
        ) -> TopicDeclaration {
            var configuration = ["cleanup.policy": cleanup, "max.message.bytes": "8388608"]
            configuration["retention.ms"] = retention
            return TopicDeclaration(
                name: name, partitions: partitions, replicationFactor: replicationFactor,
                configuration: configuration, readers: readers)
        }
        return [
            topic(reads, readers: [Group.align]),
            topic(alignments, readers: [Group.encode]),
            topic(items, readers: [Group.encode]),
            topic(examples, readers: [Group.infer]),
            topic(labelledExamples, readers: [Group.train]),
            topic(predictions, readers: [Group.report]),
            topic(jobs),
            topic(trainingUpdates, retention: "3600000"),
            topic(reports, retention: "-1"),
            topic(models, partitions: 1, cleanup: "compact", retention: nil),
            topic(runs, cleanup: "compact,delete", retention: "-1"),
            topic(deadLetters, retention: "-1"),
        ]
    }
}
