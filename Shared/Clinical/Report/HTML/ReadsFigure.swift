/// The reads around an allele as SVG: one path a kind of read, one text for all letters, so that hundreds of pictures fit into a page.
///
/// A read is an arrow in the direction of its strand; reads that show the allele are darker, those of low mapping quality only outlined.
/// Letters are bases that differ from the reference, a bar is a deletion, a wedge an insertion behind that base.
struct ReadsFigure {
    private let picture: ReadPicture
    /// The bases of the picture that are drawn.
    private let window: Range<Int>
    private let reference: [UInt8]
    private let drawn: [(row: ReadPicture.Row, bases: [UInt8])]

    /// The most bases and reads that are drawn.
    private static let most = (bases: 160, reads: 60)
    /// Below it a read is only outlined.
    private static let poorMapping = 20
    private static let step = 9
    private static let rowHeight = 9

    init(_ picture: ReadPicture, position: Int) {
        self.picture = picture
        reference = Array(picture.reference.utf8)
        let count = reference.count
        let place = Self.place(position, of: picture)
        let first = max(0, min((place ?? count / 2) - Self.most.bases / 2, count - Self.most.bases))
        window = first..<min(count, first + Self.most.bases)
        drawn = picture.rows.prefix(Self.most.reads).compactMap { row in
            let bases = Array(row.bases.utf8)
            guard row.offset >= 0, row.offset < count, bases.count <= count - row.offset, !bases.isEmpty,
                row.offset < first + Self.most.bases, row.offset + bases.count > first
            else { return nil }
            return (row, bases)
        }
    }

    /// The picture with its text; only words where nothing can be drawn.
    func figure(of position: Int) -> HTML {
        guard !window.isEmpty, !drawn.isEmpty else { return "<p>\(summary)</p>\n" }
        let (with, without) = (drawn.filter(\.row.isSupporting), drawn.filter { !$0.row.isSupporting })
        let width = window.count * Self.step + 12
        var canvas = Canvas(reference, window)
        var y = 30
        for (name, reads) in [("with the variant", with), ("without it", without)] where !reads.isEmpty {
            canvas.labels += "<text x=\"6\" y=\"\(y + 13)\">\(name): \(reads.count) drawn</text>"
            y += 18
            for read in reads {
                canvas.draw(read.row, read.bases, y: y)
                y += Self.rowHeight + 2
            }
        }
        var mark: HTML = ""
        if let place = Self.place(position, of: picture), window.contains(place) {
            let x = 6 + (place - window.lowerBound) * Self.step
            let anchor = x < 60 ? "start" : x > width - 60 ? "end" : "middle"
            mark = """
                <rect class="mark" x="\(x)" y="14" width="\(Self.step)" height="\(y - 14)"/>\
                <text x="\(x + 4)" y="10" text-anchor="\(anchor)">\(PlainWords.grouped(position))</text>
                """
        }
        return """
            <figure class="reads"><svg viewBox="0 0 \(width) \(y + 4)" role="img" aria-label="\(summary)">
            \(mark)\(canvas.markup)</svg>
            <figcaption>\(summary) An arrow is a read in the direction of its strand; letters differ from the reference, bars are deleted \
            bases, wedges inserted ones; reads of mapping quality below \(Self.poorMapping) are outlined.</figcaption></figure>

            """
    }

    private var summary: String {
        let shown = drawn.count < picture.depth ? "; \(drawn.count) of the reads are drawn" : ""
        return "\(picture.supporting) of \(picture.depth) reads show the variant\(shown)."
    }

    /// The column of a position, counted from 1; nil where the picture does not reach it.
    private static func place(_ position: Int, of picture: ReadPicture) -> Int? {
        let (place, isOver) = position.subtractingReportingOverflow(picture.start)
        guard !isOver, place >= 1, place <= picture.reference.utf8.count else { return nil }
        return place - 1
    }

    /// Shapes of all reads, collected by kind.
    private struct Canvas {
        var labels: HTML = ""
        private let reference: [UInt8]
        private let window: Range<Int>
        private var arrows: [(style: String, path: String)] = [("with", ""), ("without", ""), ("poor", "")]
        private var bars = ""
        private var wedges = ""
        private var letters = (text: "", x: "", y: "")

        init(_ reference: [UInt8], _ window: Range<Int>) { (self.reference, self.window) = (reference, window) }

        private func left(_ column: Int) -> Int { 6 + (column - window.lowerBound) * ReadsFigure.step }

        private func middle(_ column: Int) -> Int { left(column) + ReadsFigure.step / 2 }

        mutating func draw(_ row: ReadPicture.Row, _ bases: [UInt8], y: Int) {
            let shown = max(row.offset, window.lowerBound)..<min(row.offset + bases.count, window.upperBound)
            let (from, to) = (left(shown.lowerBound), left(shown.upperBound))
            let kind = row.mappingQuality < ReadsFigure.poorMapping ? 2 : row.isSupporting ? 0 : 1
            arrows[kind].path +=
                row.isReverse
                ? "M\(to) \(y)H\(from + 3)l-4 4.5 4 4.5H\(to)z" : "M\(from) \(y)H\(to - 3)l4 4.5-4 4.5H\(from)z"
            for column in shown {
                let base = bases[column - row.offset]
                switch base {
                case UInt8(ascii: "."): continue
                case UInt8(ascii: "-"): bars += "M\(left(column)) \(y + 4)h\(ReadsFigure.step)"
                case UInt8(ascii: "a")...UInt8(ascii: "z"):
                    wedges += "M\(left(column + 1) - 4) \(y)h8l-4 6z"
                    // The letter itself is drawn only where the reference has another.
                    if base - 32 != reference[column] { letter(base - 32, column, y) }
                default: letter(base, column, y)
                }
            }
        }

        private mutating func letter(_ base: UInt8, _ column: Int, _ y: Int) {
            letters.text += base < 0x80 ? String(Unicode.Scalar(base)) : "?"
            letters.x += "\(middle(column)) "
            letters.y += "\(y + 8) "
        }

        var markup: HTML {
            let x = window.map { "\(middle($0))" }.joined(separator: " ")
            var all: HTML =
                "<text class=\"bases\" x=\"\(x)\" y=\"24\">\(String(decoding: reference[window], as: UTF8.self))</text>"
            all += labels
            for arrow in arrows where !arrow.path.isEmpty {
                all += "<path class=\"\(arrow.style)\" d=\"\(arrow.path)\"/>"
            }
            if !bars.isEmpty { all += "<path class=\"bars\" d=\"\(bars)\"/>" }
            if !wedges.isEmpty { all += "<path class=\"wedges\" d=\"\(wedges)\"/>" }
            if !letters.text.isEmpty {
                all += "<text class=\"bases\" x=\"\(letters.x)\" y=\"\(letters.y)\">\(letters.text)</text>"
            }
            return all
        }
    }
}
