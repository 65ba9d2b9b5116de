import Commands
import Delivery
import Events
import Schemas
import ServiceRuntime

/// `helicase-train`: fits networks to labelled examples and registers them.
@main
struct TrainService {
    private static let summary = """
        fits networks to labelled examples and registers the versions.

        Training requests come from `jobs`, their examples from `labelled-examples` or from files. One process leads a job: it \
        draws the learning curve, saves checkpoints, and registers the version as a candidate. Processes that have nothing \
        to lead share the jobs of others, step by step over `training-updates`, and take over where a leader is lost. The \
        version has the same bytes whichever process computed what and however often the job was interrupted.
        """

    private static let keys = [
        Configuration.Key(
            "train.lease", help: "How long a job waits for a leader that has gone silent.", default: "15s"),
        Configuration.Key("train.checkpoint", help: "How often a leader saves a checkpoint.", default: "30s"),
        Configuration.Key(
            "train.patience", help: "How long a leader waits at least for what another process owes it.", default: "2s"),
        Configuration.Key(
            "train.share-from", help: "Steps that take less than this in one process are not shared.", default: "20ms"),
    ]

    static func main() async {
        await runService(
            name: "train", summary: summary, consumes: [Topics.jobs, Topics.labelledExamples, Topics.trainingUpdates],
            produces: [Topics.models, Topics.jobs, Topics.trainingUpdates, Topics.deadLetters], keys: keys
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let spool = ExampleSpool(
                path: try context.configuration.path("state") + "/train", services: services)
            var settings = TrainingSettings()
            settings.lease = try context.configuration.duration("train.lease")
            settings.checkpointInterval = try context.configuration.duration("train.checkpoint")
            settings.shareFrom = try context.configuration.duration("train.share-from")
            settings.patience = try context.configuration.duration("train.patience")
            let loop = TrainingLoop(context: context, services: services, spool: spool, settings: settings)
            let processor = Processor(
                context, services: services, group: Topics.Group.train, topics: [Topics.jobs, Topics.labelledExamples],
                deadLetterTopic: Topics.deadLetters,
                handler: TrainingHandler(database: services.database, spool: spool, roots: services.dataRoots),
                limits: .init(records: 16, bytes: 32 << 20, linger: .milliseconds(50)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await processor.run() }
                group.addTask { try await loop.run() }
                // Either ends when stopping is asked for; before that, only with an error.
                while try await group.next() != nil { group.cancelAll() }
            }
        }
    }
}
