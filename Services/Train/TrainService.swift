import Events
import Schemas
import ServiceRuntime

/// `helicase-train`: fits networks to labelled examples and registers them.
@main
struct TrainService {
    private static let summary = """
        fits networks to labelled examples and registers the versions.

        Training requests come from `jobs`, their examples from `labelled-examples`; both are keyed by the data set, so one \
        process has all of a data set. Examples are spooled in the state folder. Once a data set is complete the network \
        is fitted, and the version is registered as a candidate with its weights, data digests, seed and metrics, and \
        announced in `models`. A training that was interrupted starts again and gives the same version.
        """

    static func main() async {
        await runService(
            name: "train", summary: summary, consumes: [Topics.jobs, Topics.labelledExamples],
            produces: [Topics.models, Topics.jobs, Topics.deadLetters]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let spool = ExampleSpool(path: try context.configuration.path("state") + "/train")
            try await Processor(
                context, services: services, group: Topics.Group.train, topics: [Topics.jobs, Topics.labelledExamples],
                deadLetterTopic: Topics.deadLetters,
                handler: TrainingHandler(services: services, spool: spool, context: context),
                limits: .init(records: 16, bytes: 32 << 20, linger: .milliseconds(50))
            ).run()
        }
    }
}
