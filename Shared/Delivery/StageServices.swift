import Commands
import Messaging
import Observability
import ServiceRuntime
import Storage

/// What every stage works with: the broker, the database and the number of workers.
public struct StageServices: Sendable {
    /// How to reach the broker.
    public let messaging: MessagingConfiguration
    /// The suite's topics.
    public let topics: [TopicDeclaration]
    /// The database.
    public let database: Database
    /// Records handled side by side.
    public let workers: Int
    /// Where files lie that requests may name.
    public let dataRoots: DataRoots

    /// Connects a service to its broker and database, and waits for both and for the topics.
    ///
    /// Throws what no waiting will mend: a wrong configuration, a topic with too few partitions, a database that is newer
    /// than this program or not migrated.
    public init(_ context: ServiceContext, topics: [TopicDeclaration], migrations: [Migration]) async throws {
        let environment = context.configuration.resolvedEnvironment
        var messaging = try MessagingConfiguration(environment: environment)
        messaging.log = { [logger = context.logger] level, facility, message in
            // Syslog's levels: 3 and less are errors, 4 warnings, 5 notices.
            let level: Logger.Level = level <= 4 ? .warning : level == 5 ? .info : .debug
            logger.log(level, "librdkafka", ["facility": .string(facility), "text": .string(message)])
        }
        self.messaging = messaging
        database = Database(try DatabaseConfiguration(environment: environment))
        self.topics = topics
        workers = context.workers
        dataRoots = DataRoots(
            setting: context.configuration.optionalString("data-roots"),
            state: try context.configuration.path("state"))
        context.health.set("database", ready: false, reason: "not reached yet")
        try await database.waitUntilReachable(deadline: .seconds(120))
        try await Migrator(database, migrations: migrations).check()
        context.health.set("database", ready: true, reason: "reachable")
        context.health.set("broker", ready: false, reason: "not reached yet")
        try await Admin.waitUntilReachable(messaging, deadline: .now + .seconds(120))
        // How many partitions a topic has is the operator's business; a stage needs it to be there.
        let problems = try await Admin.checkTopics(topics, messaging, comparingPartitions: false)
        guard problems.isEmpty else {
            throw MessagingError(
                .configuration, problems.joined(separator: "; ") + ". Run `helicase topics create`.")
        }
        context.health.set("broker", ready: true, reason: "reachable")
    }
}
