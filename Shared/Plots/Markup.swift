/// Text on its way into SVG and HTML.
public enum Markup {
    /// The text with everything that would be markup, or that XML has no place for, written so that it is shown as it is.
    ///
    /// It goes by scalars: to a comparison of characters, `<` with a combining accent behind it is no `<`, and to a browser it is.
    public static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{7f}", "\u{fffe}", "\u{ffff}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
