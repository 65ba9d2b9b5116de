import Commands
import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import Observability
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
            case "export": try await export(registry, command)
            case "history": try await history(registry, command)
            case "live": try await live(registry, command)
            case "card": try await ModelCardCommands.card(registry, command)
            case "describe": try await ModelCardCommands.describe(registry, command)
            case "evaluation-set", "evaluate", "evaluations": try await EvaluationCommands.run(registry, command)
            case "policy", "promote", "rollback": try await PromotionCommands.run(registry, command, endpoints)
            default: preconditionFailure("models \(verb) is declared and not handled")
            }
        }
    }

    private static func convert(_ command: ParsedCommand) throws {
        let path = command.value("output") ?? ""
        try OutputPath.checkFile(path, force: command.flag("force"))
        let package = try ModelPackageFile.read(command.positional[0])
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
        let version = try await chosen(registry, command)
        let package = try await registry.package(version.name, version: version.version)
        let shown = Shown(
            version: version, architecture: package.architecture, lineage: package.lineage,
            history: try await registry.history(of: version.name, version: version.version))
        print(try Timestamp.json(shown))
    }

    private static func history(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let name = command.positional[0]
        let entries = try await registry.history(of: name)
        if command.flag("json") { return print(try Timestamp.json(entries)) }
        guard !entries.isEmpty else { throw ControlError("there is no model \(name); `helicase models list`") }
        let rows = entries.map {
            [
                Timestamp.text($0.change.at), "\(name)@\($0.version)", $0.change.action.rawValue, $0.change.actor,
                $0.change.reason,
            ]
        }
        print(TextTable.lines(["time", "version", "change", "by", "reason"], rows).joined(separator: "\n"))
    }

    private static func live(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let name = command.positional[0]
        let time = try command.value("at").map(Timestamp.parse) ?? .now
        guard let live = try await registry.live(name, at: time) else {
            throw ControlError("no version of \(name) was in production at \(Timestamp.text(time))")
        }
        if command.flag("json") { return print(try Timestamp.json(live)) }
        print("\(name)@\(live.version) since \(Timestamp.text(live.change.at))")
        print("\(live.change.action.rawValue) by \(live.change.actor): \(live.change.reason)")
    }

    private static func export(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let format = try ModelPackageFile.Format(named: command.value("format"))
        let path = command.value("output") ?? ""
        try OutputPath.checkFile(path, force: command.flag("force"))
        let version = try await chosen(registry, command)
        let package = try await registry.package(version.name, version: version.version)
        try ModelPackageFile.write(package, to: path, format)
        print("\(version.label) is written to \(path).")
    }

    private static func importPackage(
        _ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints
    ) async throws {
        let package = try ModelPackageFile.read(command.positional[0])
        let name = command.value("name") ?? CallingModel.name
        try ModelName.check(name)
        try await ServedModels.checkSuccessor(package, of: command.positional[0], named: name, registry)
        let (version, event) = try await registry.register(
            package, name: name, actor: actor, reason: command.value("reason") ?? "")
        try await ModelAnnouncement.send([event], messaging: endpoints.messaging, topics: endpoints.topics)
        print("\(version.label) is registered.")
        guard command.flag("promote") else { return }
        try await PromotionCommands.promoteNew(
            version, registry, endpoints, reason: command.value("reason") ?? "")
    }

    /// The version that the argument names, or the one in production.
    static func chosen(_ registry: ModelRegistry, _ command: ParsedCommand) async throws -> ModelRegistry.Version {
        let (name, number) = try ModelChoice.parse(command.positional[0])
        let found = try await registry.versions(of: name).first { version in
            number.map { $0 == version.version } ?? (version.state == .production)
        }
        if let found { return found }
        throw ControlError(
            (number.map { "there is no \(name)@\($0)" } ?? "no version of \(name) is in production")
                + "; `helicase models list` shows what there is")
    }

    /// Who does it: the user of this shell.
    static var actor: String { ProcessInfo.processInfo.environment["USER"] ?? "uid \(getuid())" }
}
