import Foundation

/// Reads the operator's command line against a tree of ``Command`` declarations, which also make its help.
public struct CommandLineParser: Sendable {
    let root: Command
    let version: String

    /// Makes a parser for the program that `root` declares.
    public init(_ root: Command, version: String = BuildInformation.version) {
        self.root = root
        self.version = version
    }

    /// Reads `arguments`, which are without the program's name.
    ///
    /// Throws when there is nothing to run: status 0 for `--help` and `--version`, 2 for a mistake, which the text
    /// explains.
    public func parse(_ arguments: [String]) throws(CommandLineExit) -> ParsedCommand {
        var commands = [root]
        var given: [String: [String]] = [:]
        var positional: [String] = []
        var scanner = ArgumentScanner(arguments)
        while let argument = scanner.next() {
            let command = commands[commands.count - 1]
            switch argument {
            case .option("--help", _), .option("-h", _):
                throw CommandLineExit(.success, help(for: commands))
            // A command may have a version of its own: of what it takes.
            case .option("--version", _) where !commands.contains { $0.options.contains { $0.name == "version" } }:
                throw CommandLineExit(.success, "\(root.name) \(version)\n")
            case .option(let flag, let value):
                let known = commands.flatMap(\.options)
                guard let option = known.first(where: { "--\($0.name)" == flag }) else {
                    let flags = known.map { "--\($0.name)" } + ["--help", "--version"]
                    throw mistake(unknownFlag(flag, among: flags).message, commands)
                }
                if option.value == nil, value != nil { throw mistake("\(flag) takes no value", commands) }
                if !option.isRepeatable, given[option.name] != nil { throw mistake("\(flag) is given twice", commands) }
                do throws(StartError) {
                    var text = value ?? ""
                    if option.value != nil, value == nil { text = try scanner.value(of: flag) }
                    given[option.name, default: []].append(text)
                } catch {
                    throw mistake(error.message, commands)
                }
            case .positional(let word) where command.subcommands.isEmpty:
                positional.append(word)
            case .positional(let word):
                guard let next = command.subcommands.first(where: { $0.name == word }) else {
                    throw mistake("unknown command \(word): \(hint(for: word, below: command))", commands)
                }
                commands.append(next)
            }
        }
        return try check(commands, given, positional)
    }

    /// What somebody may have meant: a command that is spelled alike, one of that name elsewhere, or what there is.
    private func hint(for word: String, below command: Command) -> String {
        let names = command.subcommands.map(\.name)
        let begun = names.filter { word.count > 1 && $0.hasPrefix(word) }
        if begun.count == 1 { return "did you mean \(begun[0])?" }
        if let near = nearest(to: word, among: names) { return "did you mean \(near)?" }
        let elsewhere = paths(to: word, below: root)
        if elsewhere.count == 1 { return "did you mean `\(([root.name] + elsewhere[0]).joined(separator: " "))`?" }
        return "there are \(names.joined(separator: ", "))"
    }

    private func paths(to word: String, below command: Command) -> [[String]] {
        command.subcommands.flatMap { next in
            (next.name == word ? [[word]] : []) + paths(to: word, below: next).map { [next.name] + $0 }
        }
    }

    /// The help of the command that `path` leads to, or of the last command on it that exists.
    public func help(for path: [String] = []) -> String {
        var commands = [root]
        for word in path {
            guard let next = commands[commands.count - 1].subcommands.first(where: { $0.name == word }) else { break }
            commands.append(next)
        }
        return help(for: commands)
    }

    private func check(
        _ commands: [Command], _ given: [String: [String]], _ positional: [String]
    ) throws(CommandLineExit) -> ParsedCommand {
        let command = commands[commands.count - 1]
        if !command.subcommands.isEmpty { throw CommandLineExit(.usage, help(for: commands)) }

        let options = commands.flatMap(\.options)
        for option in options where option.isRequired && given[option.name] == nil {
            throw mistake("--\(option.name) \(option.value ?? "") is missing: \(option.help)", commands)
        }
        if positional.count < command.arguments.count {
            let missing = command.arguments[positional.count]
            if missing.isRequired { throw mistake("\(missing.name) is missing: \(missing.help)", commands) }
        }
        if positional.count > command.arguments.count, command.arguments.last?.isRepeatable != true {
            throw mistake("unexpected argument \(positional[command.arguments.count])", commands)
        }
        return ParsedCommand(
            path: commands.dropFirst().map(\.name), positional: positional, options: options, given: given)
    }

    private func mistake(_ message: String, _ commands: [Command]) -> CommandLineExit {
        let name = commands.map(\.name).joined(separator: " ")
        return CommandLineExit(.usage, "\(name): \(message)\nSee `\(name) --help`.\n")
    }
}

/// The end of a program that has nothing to run: help that was asked for, or a mistake explained.
public struct CommandLineExit: Error, Sendable, Hashable {
    /// What the process ends with.
    public let status: ExitStatus
    /// What to print, ending in a line feed.
    public let text: String

    /// Makes an end.
    public init(_ status: ExitStatus, _ text: String) {
        self.status = status
        self.text = text
    }

    /// Prints the text, on standard output when it was asked for and on standard error otherwise, and ends the process.
    public func exit() -> Never {
        let stream = status == .success ? FileHandle.standardOutput : .standardError
        // A reader that has gone away is no reason to fail: `helicase --help | head`.
        try? stream.write(contentsOf: Data(text.utf8))
        Foundation.exit(status.rawValue)
    }
}
