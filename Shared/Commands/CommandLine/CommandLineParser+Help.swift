extension CommandLineParser {
    /// The help of the last of `commands`, each of which is a subcommand of the one before.
    func help(for commands: [Command]) -> String {
        let command = commands[commands.count - 1]
        let name = commands.map(\.name).joined(separator: " ")
        let ignored = Set(commands.flatMap(\.ignoredOptions))
        let inherited = commands.dropLast().flatMap(\.options).filter { !ignored.contains($0.name) }
        var help = HelpText()
        help.paragraph("\(name): \(command.summary)")

        help.section("USAGE")
        help.paragraph(usage(command, name: name, hasOptions: !inherited.isEmpty), indent: 2)
        if !command.discussion.isEmpty {
            help.section("ABOUT")
            help.paragraph(command.discussion, indent: 2)
        }
        if !command.subcommands.isEmpty {
            help.section("COMMANDS")
            help.table(command.subcommands.map { ($0.name, $0.summary) })
        }
        if !command.arguments.isEmpty {
            help.section("ARGUMENTS")
            help.table(command.arguments.map { ($0.name, $0.help) })
        }
        help.section("OPTIONS")
        let own = command.options + inherited
        let version = own.contains { $0.name == "version" } ? [] : [("--version", "The version.")]
        help.table(own.map(row) + [("-h, --help", "This text.")] + version)
        if !command.examples.isEmpty {
            help.section("EXAMPLES")
            for example in command.examples {
                help.paragraph(example.explanation, indent: 2)
                help.paragraph(example.line, indent: 6)
            }
        }
        if !command.subcommands.isEmpty {
            help.section("`\(name) COMMAND --help` explains a command.")
        }
        return help.text
    }

    private func usage(_ command: Command, name: String, hasOptions: Bool) -> String {
        if !command.subcommands.isEmpty { return "\(name) COMMAND [options]" }
        let required = command.options.filter(\.isRequired).map { "--\($0.name) \($0.value ?? "")" }
        let isAnyOptional = hasOptions || command.options.contains { !$0.isRequired }
        let arguments = command.arguments.map { argument in
            let word = argument.name + (argument.isRepeatable ? " ..." : "")
            return argument.isRequired ? word : "[\(word)]"
        }
        return ([name] + required + (isAnyOptional ? ["[options]"] : []) + arguments).joined(separator: " ")
    }

    private func row(_ option: Command.Option) -> (name: String, explanation: String) {
        let name = "--\(option.name)" + (option.value.map { " \($0)" } ?? "")
        var notes = option.isRequired ? ["required"] : []
        if option.isRepeatable { notes.append("repeatable") }
        if let value = option.default { notes.append("default: \(value)") }
        return (name, option.help + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"))
    }
}
