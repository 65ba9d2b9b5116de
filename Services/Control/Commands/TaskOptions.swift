import Commands
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
        guard command.declares("track") else { return [] }
        return try command.values("track").map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else {
                throw StartError(.usage, "--track: \"\(text)\" is not NAME=FILE, such as signal=signal.bw")
            }
            return ItemTrack(name: parts[0], path: parts[1])
        }
    }
}
