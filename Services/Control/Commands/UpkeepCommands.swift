import Commands
import Events
import Foundation
import Messaging
import Schemas
import Storage

/// `helicase topics`.
enum TopicCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        let endpoints = try Endpoints(command)
        switch verb {
        case "create":
            let created = try await Admin.createTopics(endpoints.topics, endpoints.messaging)
            print(created.isEmpty ? "All topics are there." : "Created: \(created.joined(separator: ", ")).")
            try await check(endpoints)
        case "check":
            try await check(endpoints)
            print("All topics are as they should be.")
        case "lag":
            let lag = try await StackReport.lag(endpoints.messaging)
            if command.flag("json") {
                print(String(decoding: try EventCoding.encode(lag), as: UTF8.self))
            } else {
                print(StackReport.table(lag).joined(separator: "\n"))
            }
        default: preconditionFailure("topics \(verb) is declared and not handled")
        }
    }

    private static func check(_ endpoints: Endpoints) async throws {
        let problems = try await Admin.checkTopics(endpoints.topics, endpoints.messaging)
        guard problems.isEmpty else { throw ControlError(problems.joined(separator: "\n")) }
    }
}

/// `helicase database`.
enum DatabaseCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        try await Endpoints(command).withDatabase { database in
            let migrator = Migrator(database, migrations: try SchemaFiles.migrations())
            switch verb {
            case "migrate":
                let applied = try await migrator.migrate()
                print(
                    applied.isEmpty
                        ? "The tables are of this version already."
                        : "Applied: \(applied.map(\.name).joined(separator: ", ")).")
            case "check":
                try await migrator.check()
                print("The tables are of this version.")
            default: preconditionFailure("database \(verb) is declared and not handled")
            }
        }
    }
}

/// `helicase schemas`.
enum SchemaCommands {
    static func run(_ verb: String, _ command: ParsedCommand) throws {
        let root = SchemaFiles.folder
        let files = (FileManager.default.enumerator(atPath: root.path)?.allObjects ?? []).compactMap { $0 as? String }
            .filter { name in ["json", "md", "sql"].contains { name.hasSuffix("." + $0) } }.sorted()
        switch verb {
        case "list": print(files.joined(separator: "\n"))
        case "show":
            let name = command.positional[0]
            guard files.contains(name) else {
                throw ControlError("there is no \(name); `helicase schemas list` shows what there is")
            }
            print(try Files.text(root.appendingPathComponent(name).path), terminator: "")
        default: preconditionFailure("schemas \(verb) is declared and not handled")
        }
    }
}
