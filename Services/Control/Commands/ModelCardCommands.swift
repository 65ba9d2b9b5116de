import Commands
import Foundation
import ModelRegistry

/// `helicase models card` and `describe`.
enum ModelCardCommands {
    static func card(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let version = try await ModelCommands.chosen(registry, command)
        let path = command.value("output") ?? ""
        try OutputPath.checkFolder(path)
        try OutputPath.checkNew(["card.html", "card.md"], in: path, force: command.flag("force"))
        let folder = URL(fileURLWithPath: path, isDirectory: true)
        let card = try await registry.card(of: version.name, version: version.version)
        try Files.act(path, .write) { try card.write(to: folder) }
        print("The card of \(version.label) is in \(folder.path): card.html, card.md and plots.")
    }

    static func describe(_ registry: ModelRegistry, _ command: ParsedCommand) async throws {
        let (name, path) = (command.positional[0], command.positional[1])
        try await registry.describe(name, as: Files.document(path), actor: ModelCommands.actor)
        print("\(name) is described.")
    }
}
