import Commands
import Events
import Foundation
import ModelRegistry
import Observability
import TaskCatalog

/// `helicase models policy`, `promote` and `rollback`.
enum PromotionCommands {
    static func run(_ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints) async throws {
        switch Array(command.path.dropFirst()) {
        case ["promote"]: try await promote(registry, command, endpoints)
        case ["rollback"]: try await rollback(registry, command, endpoints)
        case ["policy", "set"]: try await setRule(registry, command)
        case ["policy", "show"]: try await show(registry, command)
        case ["policy", "remove"]:
            let (name, set) = (command.positional[0], command.value("set") ?? "")
            let metric = command.value("metric") ?? ""
            try await registry.removePolicy(of: name, set: set, metric: metric, actor: ModelCommands.actor)
            print("\(name) may be promoted without \(metric) on \(set).")
        default: preconditionFailure("\(command.path) is declared and not handled")
        }
    }

    /// Promotes a version that has just been made: first it is evaluated as the policy asks.
    static func promoteNew(
        _ version: ModelRegistry.Version, _ registry: ModelRegistry, _ endpoints: Endpoints, reason: String
    ) async throws {
        try await checkServed(version, registry)
        try await ModelEvaluator(registry: registry, tasks: TaskCatalog.suite.all, actor: ModelCommands.actor)
            .evaluateForPolicy(version)
        let events = try await registry.promote(
            name: version.name, version: version.version, actor: ModelCommands.actor, reason: reason)
        try await announce(events, version.label, endpoints)
    }

    /// A version that could not score must not come into the place of one that does, whatever the policy says.
    private static func checkServed(_ version: ModelRegistry.Version, _ registry: ModelRegistry) async throws {
        let package = try await registry.package(version.name, version: version.version)
        try await ServedModels.checkSuccessor(package, of: version.label, named: version.name, registry)
    }

    private static func promote(
        _ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints
    ) async throws {
        let reason = command.value("reason")?.trimmingCharacters(in: .whitespaces)
        if command.flag("override"), reason?.isEmpty ?? true {
            throw StartError(
                .usage, "--override needs a --reason: the history keeps why the policy was passed over")
        }
        let version = try await ModelCommands.chosen(registry, command)
        try await checkServed(version, registry)
        let events = try await registry.promote(
            name: version.name, version: version.version, actor: ModelCommands.actor,
            reason: reason ?? "on the operator's request", override: command.flag("override"))
        try await announce(events, version.label, endpoints)
    }

    private static func rollback(
        _ registry: ModelRegistry, _ command: ParsedCommand, _ endpoints: Endpoints
    ) async throws {
        let name = command.positional[0]
        guard let production = try await registry.production(of: name) else {
            throw ControlError("no version of \(name) is in production")
        }
        let events = try await registry.rollback(
            name: name, from: production.version, actor: ModelCommands.actor, reason: command.value("reason") ?? "")
        let label = events.last.map { "\($0.name)@\($0.version)" } ?? name
        try await announce(events, label, endpoints)
    }

    private static func announce(_ events: [ModelEvent], _ label: String, _ endpoints: Endpoints) async throws {
        try await ModelAnnouncement.send(events, messaging: endpoints.messaging, topics: endpoints.topics)
        print(events.isEmpty ? "\(label) is in production already." : "\(label) is in production.")
    }

    private static func setRule(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        func number(_ option: String) throws -> Double? {
            guard let text = command.value(option) else { return nil }
            if let value = Double(text), value.isFinite { return value }
            throw StartError(.usage, "--\(option): \"\(text)\" is no number")
        }
        let name = command.positional[0]
        let rule = try await registry.setPolicy(
            of: name, set: command.value("set") ?? "", metric: command.value("metric") ?? "",
            required: number("required"), margin: number("margin"), actor: ModelCommands.actor,
            reason: command.value("reason") ?? "")
        print("Who promotes a version of \(name) now needs \(rule.sentence).")
    }

    private static func show(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let name = command.positional[0]
        let rules = try await registry.policies(of: name)
        if command.flag("json") { return print(try Timestamp.json(rules)) }
        if rules.isEmpty { return print("\(name) has no policy: every version may be promoted.") }
        let rows = rules.map { [$0.sentence, $0.actor, Timestamp.text($0.createdAt), $0.reason] }
        print(TextTable.lines(["rule", "by", "since", "reason"], rows).joined(separator: "\n"))
    }
}
