/// Help in the layout all executables share: a fixed width, titled sections, aligned tables.
public struct HelpText {
    /// What was written.
    public private(set) var text = ""
    private let columns: Int

    /// Begins with nothing.
    public init(columns: Int = 100) { self.columns = columns }

    /// Words, wrapped; a line end stays one.
    public mutating func paragraph(_ words: String, indent: Int = 0) {
        for line in words.split(separator: "\n", omittingEmptySubsequences: false) {
            for wrapped in wrap(String(line), width: columns - indent) { append(wrapped, indent: indent) }
        }
    }

    /// A title behind an empty line.
    public mutating func section(_ title: String) {
        if !text.isEmpty { text += "\n" }
        text += title + "\n"
    }

    /// Names on the left, explanations on the right; a name that is too long has a line of its own.
    public mutating func table(_ rows: [(name: String, explanation: String)]) {
        let widest = rows.map(\.name.count).filter { $0 <= 30 }.max() ?? 30
        let indent = 2 + widest + 2
        for row in rows {
            var lines = wrap(row.explanation, width: columns - indent)[...]
            if row.name.count <= widest {
                let padding = String(repeating: " ", count: widest - row.name.count + 2)
                append(row.name + padding + (lines.popFirst() ?? ""), indent: 2)
            } else {
                append(row.name, indent: 2)
            }
            for line in lines { append(line, indent: indent) }
        }
    }

    private mutating func append(_ line: String, indent: Int) {
        let line = String(repeating: " ", count: indent) + line
        text += (line.lastIndex { $0 != " " }.map { line[...$0] } ?? "") + "\n"
    }

    private func wrap(_ words: String, width: Int) -> [String] {
        var lines = [""]
        for word in words.split(separator: " ") {
            let last = lines.count - 1
            if lines[last].isEmpty {
                lines[last] = String(word)
            } else if lines[last].count + 1 + word.count <= width {
                lines[last] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
