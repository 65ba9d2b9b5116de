import Events
import ModelRegistry
import Schemas
import ServiceRuntime
import VariantCalling

/// `helicase-infer`: scores candidates with the production version of the calling network.
@main
struct InferService {
    private static let summary = """
        scores candidate alleles with the production version of the calling network.

        The version is loaded from the registry in PostgreSQL; `models` tells of promotions, and the next batch is scored \
        with the new version. All that waits is scored in one batch: a prediction does not depend on its batch.
        """

    static func main() async {
        await runService(
            name: "infer", summary: summary, consumes: [Topics.examples, Topics.models],
            produces: [Topics.predictions, Topics.deadLetters],
            keys: [Configuration.Key("infer.model", help: "The model in the registry.", default: CallingModel.name)]
        ) { context in
            let services = try await StageServices(
                context, topics: Topics.declarations(), migrations: SchemaFiles.migrations())
            let follower = ModelFollower(
                name: try context.configuration.string("infer.model"), registry: ModelRegistry(services.database),
                context: context, messaging: services.messaging)
            try await follower.loadFirst()
            let processor = Processor(
                context, services: services, group: Topics.Group.infer, topics: [Topics.examples],
                deadLetterTopic: Topics.deadLetters, handler: ExamplesHandler(services: services, follower: follower),
                limits: .init(records: 64, bytes: 32 << 20, linger: .milliseconds(20)))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await follower.follow() }
                try await processor.run()
                group.cancelAll()
            }
        }
    }
}
