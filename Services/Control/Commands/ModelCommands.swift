import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import ServiceRuntime
import VariantCalling

/// `helicase models`.
enum ModelCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        if verb == "convert" { return try convert(command) }
        let endpoints = try Endpoints(command)
        try await endpoints.withDatabase { database in
            let registry = ModelRegistry(database)
            switch verb {
            case "list": try await list(registry, json: command.flag("json"))
            case "show": try await show(registry, command)
            case "import": try await importPackage(registry, command, endpoints)
            case "export":
                let (name, version) = try await chosen(registry, command)
                let package = try await registry.package(name, version: version)
                let path = command.value("output") ?? ""
                try ModelPackageFile.write(package, to: path, .init(named: command.value("format")))
                print("\(name)@\(version) is written to \(path).")
            case "promote":
                let (name, version) = try await chosen(registry, command)
                try await promote(name, version, registry, command, endpoints)
            case "rollback":
                let name = command.positional[0]
                guard let version = try await registry.predecessor(of: name) else {
                    throw ControlError("\(name) has no version that was in production before")
                }
                try await promote(name, version, registry, command, endpoints)
            default: preconditionFailure("models \(verb) is declared and not handled")
            }
        }
    }

    private static func convert(_ command: ParsedCommand) throws {
        let package = try ModelPackageFile.read(command.positional[0])
        let path = command.value("output") ?? ""
        try ModelPackageFile.write(package, to: path, .init(named: command.value("format")))
        print("\(path) is written; its package has the digest \(try package.digest()).")
    }

    private static func list(_ registry: ModelRegistry, json: Bool) async throws {
        let versions = try await registry.versions()
        if json {
            print(String(decoding: try EventCoding.encode(versions), as: UTF8.self))
            return
        }
        let rows = versions.map {
            [
                $0.label, $0.state.rawValue, $0.featureVersion, String($0.digest.prefix(12)),
                $0.createdAt.formatted(.iso8601),
            ]
        }
        print(TextTable.lines(["version", "state", "features", "digest", "registered"], rows).joined(separator: "\n"))
    }

    private struct Shown: Codable {
        var version: ModelRegistry.Version
        var architecture: Architecture
        var lineage: Lineage
        var history: [ModelRegistry.Change]
    }

    private static func show(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let (name, number) = try await chosen(registry, command)
        guard let version = try await registry.versions(of: name).first(where: { $0.version == number }) else {
            throw ControlError("there is no \(name)@\(number)")
        }
        let package = try await registry.package(name, version: number)
        let shown = Shown(
            version: version, architecture: package.architecture, lineage: package.lineage,
            history: try await registry.history(of: name, version: number))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(shown), as: UTF8.self))
    }

    private static func importPackage(
        _ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints
    ) async throws {
        let package = try ModelPackageFile.read(command.positional[0])
        let name = command.value("name") ?? CallingModel.name
        let (version, event) = try await registry.register(
            package, name: name, actor: actor, reason: command.value("reason") ?? "")
        try await ModelAnnouncement.send([event], messaging: endpoints.messaging, topics: endpoints.topics)
        print("\(version.label) is registered.")
        if command.flag("promote") { try await promote(name, version.version, registry, command, endpoints) }
    }

    private static func promote(
        _ name: String, _ version: Int, _ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints
    ) async throws {
        let events = try await registry.promote(
            name: name, version: version, actor: actor, reason: command.value("reason") ?? "")
        try await ModelAnnouncement.send(events, messaging: endpoints.messaging, topics: endpoints.topics)
        print(events.isEmpty ? "\(name)@\(version) is in production already." : "\(name)@\(version) is in production.")
    }

    /// The version that the argument names, or the one in production.
    private static func chosen(
        _ registry: ModelRegistry, _ command: ParsedCommand
    ) async throws -> (name: String, version: Int) {
        let (name, version) = try ModelChoice.parse(command.positional[0])
        if let version { return (name, version) }
        guard let production = try await registry.production(of: name) else {
            throw ControlError("no version of \(name) is in production; `helicase models list` shows what there is")
        }
        return (name, production.version)
    }

    /// Who does it: the user of this shell.
    static var actor: String { ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())" }
}
