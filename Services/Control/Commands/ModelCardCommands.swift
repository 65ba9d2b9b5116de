import Foundation
import ModelRegistry
import ServiceRuntime

/// `helicase models card` and `describe`.
enum ModelCardCommands {
    static func card(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let version = try await ModelCommands.chosen(registry, command)
        let folder = URL(fileURLWithPath: command.value("output") ?? "", isDirectory: true)
        try await registry.card(of: version.name, version: version.version).write(to: folder)
        print("The card of \(version.label) is in \(folder.path): card.html, card.md and plots.")
    }

    static func describe(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let (name, path) = (command.positional[0], command.positional[1])
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ControlError("\(path) cannot be read")
        }
        let description: ModelDescription
        do {
            description = try JSONDecoder().decode(ModelDescription.self, from: data)
        } catch {
            throw ControlError("\(path) is no description, as `helicase models describe --help` shows one: \(error)")
        }
        try await registry.describe(name, as: description, actor: ModelCommands.actor)
        print("\(name) is described.")
    }
}
