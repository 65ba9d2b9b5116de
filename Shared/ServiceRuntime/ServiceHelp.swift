import Commands

/// What a service's `--help` prints.
func serviceHelp(
    _ name: String, _ summary: String, _ consumes: [String], _ produces: [String], _ keys: [Configuration.Key]
) -> String {
    var help = HelpText()
    help.paragraph(summary.isEmpty ? "helicase-\(name)" : "helicase-\(name): \(summary)")
    help.section("USAGE")
    help.paragraph("helicase-\(name) [options]", indent: 2)
    if !consumes.isEmpty || !produces.isEmpty {
        help.section("TOPICS")
        help.table(consumes.map { ("reads", $0) } + produces.map { ("writes", $0) })
    }
    func section(_ title: String, _ keys: [Configuration.Key]) {
        guard !keys.isEmpty else { return }
        help.section(title)
        for key in keys {
            help.paragraph("\(key.flag)\(key.isFlag ? "" : " VALUE"), \(key.variable)", indent: 2)
            help.paragraph(key.help + (key.default.map { " Default: \($0)" } ?? ""), indent: 6)
        }
    }
    section("OPTIONS OF THIS SERVICE", keys)
    section("OPTIONS OF EVERY SERVICE", Configuration.Key.common)
    help.section("CONFIGURATION")
    help.paragraph(
        "A flag wins over its variable, that over the file's line `name = value`, that over the default. Give "
            + "passwords in variables or in the file: flags are visible to everyone on the machine.", indent: 2)
    help.section("SIGNALS AND EXIT STATUS")
    help.paragraph(
        "The first SIGTERM or SIGINT lets the unit in hand finish and ends with 0, a second ends at once. 1 is a "
            + "failure, 2 a mistake in flags or configuration.", indent: 2)
    return help.text
}
