extension CardDocument {
    /// The card in GitHub's Markdown; plots are files beside it.
    var markdown: String {
        var lines = ["# \(Self.escape(title))", "", Self.escape(lead)]
        for section in sections {
            lines += ["", "## \(Self.escape(section.title))"]
            for block in section.blocks { lines += [""] + Self.lines(block) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(_ block: Block) -> [String] {
        switch block {
        case .paragraph(let text): [escape(text)]
        case .list(let items): items.map { "- \(escape($0))" }
        case .table(let header, let rows):
            [row(header.map(title)), row(header.map { $0.hasPrefix("#") ? "---:" : "---" }, isEscaped: true)]
                + rows.map { row($0) }
        case .code(let text):
            [fence(text), text, fence(text)]
        case .plots(let plots):
            plots.map { "![\(escape($0.caption))](\($0.file))" }
        }
    }

    static func title(_ header: String) -> String { String(header.trimmingPrefix(/[#`]/)) }

    private static func row(_ cells: [String], isEscaped: Bool = false) -> String {
        "| " + cells.map { isEscaped ? $0 : escape($0) }.joined(separator: " | ") + " |"
    }

    /// More backticks than there are in the text.
    private static func fence(_ text: String) -> String {
        let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        return String(repeating: "`", count: max(3, longest + 1))
    }

    /// Text that Markdown takes as it is: on one line, its signs escaped.
    private static func escape(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return words.reduce(into: "") { escaped, character in
            if "\\`*_{}[]<>#|!~&$".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
    }
}
