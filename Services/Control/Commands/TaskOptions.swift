import Commands
import Foundation
import Tasks

/// What a command says to a task beside its inputs.
struct TaskOptions {
    /// By the names that tasks know.
    let values: [String: String]

    /// Options of commands that tasks are told of.
    static let names = ["column", "class", "format"]

    /// Takes them from a command; a track is asked for by the name of the `output` too.
    init(_ command: ParsedCommand, output: String = "") {
        var values: [String: String] = [:]
        for name in Self.names where command.declares(name) { values[name] = command.value(name) }
        let output = output.lowercased()
        if [".bw", ".bigwig"].contains(where: output.hasSuffix) { values["format"] = "bw" }
        if [".bedgraph", ".bdg", ".bedgraph.gz", ".bdg.gz"].contains(where: output.hasSuffix) {
            values["format"] = "bedgraph"
        }
        self.values = values
    }

    /// The tracks that a command names, as `NAME=FILE`.
    static func tracks(_ command: ParsedCommand) throws -> [ItemTrack] {
        try named("track", command, such: "signal=signal.bw").map { ItemTrack(name: $0.name, path: $0.path) }
    }

    /// The files beside the records of a run, as `NAME=FILE`; throws where the task knows no such name.
    static func files(_ command: ParsedCommand, of task: any ItemTask) throws -> [(name: String, path: String)] {
        let files = try named("file", command, such: "\(task.companions.first ?? "NAME")=table.tsv")
        for file in files where !task.companions.contains(file.name) {
            throw StartError(
                .usage,
                "--file: \(task.name) reads no file of the name \(file.name)"
                    + (task.companions.isEmpty ? "" : "; there are \(task.companions.joined(separator: ", "))"))
        }
        guard Set(files.map(\.name)).count == files.count else {
            throw StartError(.usage, "--file: a name comes twice")
        }
        return files
    }

    /// The files beside the records that a command of one task has an option for each of.
    static func companions(_ command: ParsedCommand, of task: any ItemTask) throws -> [String: String] {
        var paths: [String: String] = [:]
        for name in task.companions {
            guard let path = command.value(name) else { continue }
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw ControlError("--\(name): \(path) cannot be read")
            }
            paths[name] = path
        }
        return paths
    }

    private static func named(
        _ option: String, _ command: ParsedCommand, such example: String
    ) throws -> [(name: String, path: String)] {
        guard command.declares(option) else { return [] }
        return try command.values(option).map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw StartError(.usage, "--\(option): \"\(text)\" is not NAME=FILE, such as \(example)")
            }
            return (parts[0], parts[1])
        }
    }
}
