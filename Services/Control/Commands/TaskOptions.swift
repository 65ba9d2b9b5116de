import ServiceRuntime

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
}
