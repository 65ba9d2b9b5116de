import Commands
import Events
import Foundation
import Messaging
import Storage

/// Where the broker and the database are: flags, then variables, then the stack that is up in the state folder.
struct Endpoints: Sendable {
    let environment: [String: String]
    let topics: [TopicDeclaration]
    let stateFolder: String

    init(_ command: ParsedCommand) throws {
        var environment = ProcessInfo.processInfo.environment
        let folder = StackCommands.folder(command)
        let stack = StackState.load(from: folder).flatMap { $0.isUp(in: folder) ? $0 : nil }
        environment["HELICASE_KAFKA"] = command.value("kafka") ?? environment["HELICASE_KAFKA"] ?? stack?.kafka
        environment["HELICASE_DATABASE"] =
            command.value("database") ?? environment["HELICASE_DATABASE"] ?? stack?.database
        environment["HELICASE_TOPIC_PREFIX"] =
            command.value("topic-prefix") ?? environment["HELICASE_TOPIC_PREFIX"] ?? stack?.topicPrefix
        guard environment["HELICASE_KAFKA"] != nil || environment["HELICASE_DATABASE"] != nil else {
            throw ControlError(
                "no stack is up in \(folder): start one with `helicase stack up`, or name a broker and a database with "
                    + "--kafka and --database")
        }
        self.environment = environment
        stateFolder = folder
        let partitions = try command.integer("partitions", in: 1...1000) ?? stack?.partitions ?? 8
        topics = Topics.declarations(partitions: partitions)
    }

    /// How to reach the broker; throws where none is named, so that commands of the database alone need none.
    var messaging: MessagingConfiguration {
        get throws { try MessagingConfiguration(environment: environment) }
    }

    func openDatabase() throws -> Database { Database(try DatabaseConfiguration(environment: environment)) }

    func withDatabase<Result: Sendable>(
        _ body: (Database) async throws -> Result
    ) async throws -> Result {
        let database = try openDatabase()
        do {
            let result = try await body(database)
            await database.close()
            return result
        } catch {
            await database.close()
            guard StorageError.Code.undefinedTable ~= error else { throw error }
            throw ControlError(
                "the database lacks a table of the suite: run `helicase database migrate` on it, or name another with --database"
            )
        }
    }
}
