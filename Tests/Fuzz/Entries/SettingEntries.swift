import Commands
import Foundation
import Messaging
import Storage

extension FuzzEntry {
    /// The settings of a service: up to a line `--`, lines of the command line; to the next, variables; then the file.
    static let configuration = FuzzEntry("configuration", longest: 1024) { input in
        let (arguments, variables, text) = sections(input)
        var environment = Dictionary(
            variables.compactMap { line in
                line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
            }
        ) { $1 }
        environment["HELICASE_CONFIG"] = nil
        let file = InputFile.forThisThread
        file.hold(text)
        // No other file than the input.
        let own = arguments.filter { !$0.hasPrefix("--config") }
        let configuration = try Configuration(
            keys: Configuration.Key.common, arguments: ["--config=\(file.path)"] + own, environment: environment)
        let password = try? configuration.string("database")
        for (name, value, _) in configuration.redacted where name == "database" {
            try FuzzFinding.unless(password?.isEmpty != false || value == "***", "the log shows the database's URL")
        }
        for name in ["workers", "http-port"] { _ = try? configuration.int(name, in: 0...65535) }
        for name in ["shutdown-timeout", "kafka", "log-level"] {
            _ = (try? configuration.duration(name), try? configuration.bytes(name), try? configuration.bool(name))
        }
        _ = try? configuration.path("state")
        let resolved = configuration.resolvedEnvironment
        _ = try? MessagingConfiguration(environment: resolved)
        if let database = try? DatabaseConfiguration(environment: resolved) { _ = "\(database)" }
    }

    /// An operator's command line, a line a word.
    static let commandLine = FuzzEntry("command-line", longest: 256) { input in
        let words = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let parsed = try CommandLineParser(program, version: "1").parse(words)
        if parsed.path.first == "run" {
            _ = (parsed.value("sample"), parsed.values("fastq"), parsed.flag("json"))
            _ = try parsed.integer("limit", in: 1...1000)
        }
    }

    private static let program = Command(
        name: "program", summary: "Fuzzed.",
        options: [.option("state", "FOLDER", help: "The folder.")],
        subcommands: [
            Command(
                name: "run", summary: "Runs.",
                options: [
                    .option("sample", "NAME", help: "The sample.", isRequired: true),
                    .option("fastq", "FILE", help: "A file.", isRepeatable: true),
                    .option("limit", "N", help: "A number.", default: "10"), .flag("json", help: "As JSON."),
                ],
                arguments: [.init("INPUT", help: "A file.", isRequired: false, isRepeatable: true)]),
            Command(
                name: "models", summary: "Models.",
                subcommands: [Command(name: "list", summary: "Lists."), Command(name: "promote", summary: "Promotes.")]),
        ])

    private static func sections(_ input: [UInt8]) -> (arguments: [String], variables: [String], file: [UInt8]) {
        var parts: [[String]] = [[]]
        var rest = input[...]
        while parts.count < 3, let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            if line == "--" { parts.append([]) } else { parts[parts.count - 1].append(line) }
        }
        return (parts[0], parts.count > 1 ? parts[1] : [], Array(rest))
    }
}
