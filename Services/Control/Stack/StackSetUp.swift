import Events
import Foundation
import Messaging
import ModelRegistry
import NeuralNetwork
import Observability
import Schemas
import Storage
import TaskCatalog
import Tasks
import VariantCalling

/// What a stack needs before its services start: topics, tables and a model.
struct StackSetUp: Sendable {
    /// The services of a stack, in the order of starting.
    static let stages = ["report", "infer", "encode", "align", "ingest", "train"]

    let kafka: String
    let topicPrefix: String
    let database: String
    let environment: [String: String]
    let partitions: Int
    let logger: Logger

    func run() async throws {
        var environment = environment
        environment["HELICASE_KAFKA"] = kafka
        environment["HELICASE_TOPIC_PREFIX"] = topicPrefix
        environment["HELICASE_DATABASE"] = database
        let messaging = try MessagingConfiguration(environment: environment)
        let topics = Topics.declarations(partitions: partitions)
        let created = try await Admin.createTopics(topics, messaging)
        if !created.isEmpty { logger.notice("topics are created", ["topics": .integer(created.count)]) }
        let database = Database(try DatabaseConfiguration(environment: environment))
        let applied = try await Migrator(database, migrations: SchemaFiles.migrations()).migrate()
        if !applied.isEmpty { logger.notice("the database is migrated", ["migrations": .integer(applied.count)]) }
        let events = try await BundledModel.registerMissing(in: ModelRegistry(database), logger: logger)
        if !events.isEmpty { try await ModelAnnouncement.send(events, messaging: messaging, topics: topics) }
        await database.close()
    }
}

/// The models that come with the suite.
enum BundledModel {
    /// Registers and promotes those of which no version is in production; returns what is to be announced.
    static func registerMissing(in registry: ModelRegistry, logger: Logger) async throws -> [ModelEvent] {
        if try await registry.description(of: CallingModel.name) == nil {
            let description = try JSONDecoder().decode(ModelDescription.self, from: CallingModel.bundledDescription())
            try await registry.describe(CallingModel.name, as: description, actor: "helicase")
        }
        let known = Set(try await registry.versions().filter { $0.state == .production }.map(\.name))
        var events: [ModelEvent] = []
        if !known.contains(CallingModel.name) {
            events += try await register(CallingModel.bundledPackage(), CallingModel.name, in: registry, logger)
        }
        for bundled in TaskCatalog.suite.all.compactMap({ ($0 as? any ItemTask)?.bundled }) {
            for name in bundled.names where !known.contains(name) {
                guard let package = try bundled.package(name) else { continue }
                events += try await register(package, name, in: registry, logger)
            }
        }
        return events
    }

    private static func register(
        _ package: ModelPackage, _ name: String, in registry: ModelRegistry, _ logger: Logger
    ) async throws -> [ModelEvent] {
        let (version, event) = try await registry.register(
            package, name: name, actor: "helicase", reason: "comes with the suite")
        do {
            let promoted = try await registry.promote(
                name: name, version: version.version, actor: "helicase", reason: "no version was in production")
            logger.notice("the bundled model is promoted", ["model": .string(version.label)])
            return [event] + promoted
        } catch let refused as PromotionRefused {
            // Whoever gave the model a policy before it had a version decides which one it is.
            logger.warning("the bundled model is not promoted", ["model": .string(version.label)], error: refused)
            return [event]
        }
    }
}

/// Tells the topic `models` of changes in the registry.
enum ModelAnnouncement {
    static func send(
        _ events: [ModelEvent], messaging: MessagingConfiguration, topics: [TopicDeclaration]
    ) async throws {
        let producer = try await Producer(messaging, topics: topics)
        for event in events { try await producer.send(event.record(source: "control")) }
        await producer.close()
    }
}
