import Plots

/// Markup in which every text that is put in is escaped: the literal's own characters are markup, what stands in `\( )` is text.
///
/// So no name, term or remark of a file can become an element, wherever a page puts it. Markup goes into markup as it is.
struct HTML: Sendable, ExpressibleByStringInterpolation {
    /// The markup.
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    /// Text, and nothing but text.
    init(_ text: String) { self.text = Self.escaped(text) }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ markup: HTML) { text += markup.text }

        mutating func appendInterpolation(_ markup: [HTML]) { for part in markup { text += part.text } }

        mutating func appendInterpolation(_ outside: String) { text += HTML.escaped(outside) }

        mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
    }

    static func + (one: HTML, other: HTML) -> HTML {
        var sum = one
        sum.text += other.text
        return sum
    }

    static func += (one: inout HTML, other: HTML) { one.text += other.text }

    /// Whether there is nothing.
    var isEmpty: Bool { text.isEmpty }

    /// ``Markup/escaped(_:)``, without what would turn the order of the characters around it.
    private static func escaped(_ text: String) -> String {
        let turns: (Unicode.Scalar) -> Bool = { scalar in
            switch scalar.value {
            case 0x200e, 0x200f, 0x202a...0x202e, 0x2066...0x2069: true
            default: false
            }
        }
        guard text.unicodeScalars.contains(where: turns) else { return Markup.escaped(text) }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { shown.append(turns(scalar) ? "\u{fffd}" : scalar) }
        return Markup.escaped(String(shown))
    }
}

extension HTML {
    /// Parts of a page one behind the other.
    static func all(_ parts: [HTML]) -> HTML { parts.reduce(into: HTML("")) { $0 += $1 } }

    /// A list of points; nothing of none.
    static func list(_ items: [HTML], ordered: Bool = false, style: String = "") -> HTML {
        guard !items.isEmpty else { return "" }
        let body = all(items.map { "<li>\($0)</li>" })
        let attribute: HTML = style.isEmpty ? "" : " class=\"\(style)\""
        return ordered ? "<ol\(attribute)>\(body)</ol>\n" : "<ul\(attribute)>\(body)</ul>\n"
    }

    /// Names with what they are, in their order; a line whose value is nil is left out.
    static func facts(_ lines: [(name: String, value: HTML?)]) -> HTML {
        let shown = lines.compactMap { line in
            line.value.map { value -> HTML in "<div><dt>\(line.name)</dt><dd>\(value)</dd></div>" }
        }
        return shown.isEmpty ? "" : "<dl class=\"facts\">\(all(shown))</dl>\n"
    }

    /// A column of a table: its head, how wide it is in hundredths, and whether it holds numbers.
    struct Column {
        var name: String
        var width: Int
        var isNumber: Bool

        init(_ name: String, _ width: Int, isNumber: Bool = false) {
            (self.name, self.width, self.isNumber) = (name, width, isNumber)
        }
    }

    /// A table with its caption; the first cell of a row is its head.
    ///
    /// Words break where a cell is too narrow, so nothing is clipped.
    static func table(_ caption: String, _ columns: [Column], _ rows: [[HTML]], style: String = "") -> HTML {
        let widths = all(columns.map { "<col style=\"width:\($0.width)%\" />" })
        func number(_ place: Int) -> HTML { columns[place].isNumber ? " class=\"n\"" : "" }
        let heads = all(columns.indices.map { "<th scope=\"col\"\(number($0))>\(columns[$0].name)</th>" })
        let body = all(
            rows.map { row in
                let cells = zip(columns.indices, row).map { place, cell -> HTML in
                    place == 0
                        ? "<th scope=\"row\"\(number(place))>\(cell)</th>" : "<td\(number(place))>\(cell)</td>"
                }
                return "<tr>\(all(cells))</tr>\n"
            })
        return """
            <table class="\(style)"><caption>\(caption)</caption><colgroup>\(widths)</colgroup>
            <thead><tr>\(heads)</tr></thead><tbody>
            \(body)</tbody></table>

            """
    }

    /// Something that is not stated, said so.
    static func orMissing(_ text: String?) -> HTML {
        guard let text, !text.isEmpty else { return "<em class=\"missing\">not stated</em>" }
        return "\(text)"
    }
}
