import Commands
import Delivery
import Events
import Schemas
import ServiceRuntime
import TaskCatalog

/// `helicase-infer`: scores examples with the version of a model that their run has.
@main
struct InferService {
    private static let summary = """
        scores examples with the version of a model that their run has.

        The first unit that is scored fixes a run's version: the one that the run names, or the one in production. Versions are loaded \
        from the registry in PostgreSQL when a run asks for them; `models` tells of promotions, which hold for the next run. All that \
        waits is scored in one batch: a prediction does not depend on its batch.

        While an experiment is open (`helicase models shadow` and `canary`), a second version scores all of the examples, or a \
        share of the runs, as well. The two are compared in PostgreSQL, and the unit that completes the planned number of \
        examples gives the verdict.
        """

    static func main() async {
        await runService(
            name: "infer", summary: summary, consumes: [Topics.examples, Topics.models],
            produces: [Topics.predictions, Topics.models, Topics.deadLetters],
            keys: [
                Configuration.Key(
                    "infer.model", help: "The model in the registry that scores runs which name none.",
                    default: TaskCatalog.unnamed.defaultModel ?? "")
            ]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let follower = ModelFollower(
                name: try context.configuration.string("infer.model"), task: TaskCatalog.unnamed, context: context,
                services: services)
            let metrics = ScoringMetrics(context.metrics) { follower.known($0)?.trial?.experiment.id }
            let processor = Processor(
                context, services: services, group: Topics.Group.infer, topics: [Topics.examples],
                deadLetterTopic: Topics.deadLetters,
                handler: ExamplesHandler(services: services, follower: follower, metrics: metrics),
                limits: .init(records: 64, bytes: 32 << 20, linger: .milliseconds(20)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await follower.follow() }
                try await processor.run()
                group.cancelAll()
            }
        }
    }
}
