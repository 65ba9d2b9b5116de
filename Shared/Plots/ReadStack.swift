/// Reads at a site, one below the other on the reference, as genome browsers show them.
///
/// Letters that are the reference's are dots; others are letters, as opaque as their quality is good. Deletions are lines, insertions are
/// marked behind their position. Groups of reads stand apart under their names.
public struct ReadStack: Sendable {
    /// What a read shows at a position.
    public enum Cell: Sendable, Hashable {
        /// A letter with its Phred quality.
        case letter(String, quality: Int)
        /// The position is missing in the read.
        case deletion
        /// Nothing is known.
        case none
    }

    /// A read.
    public struct Read: Sendable {
        /// The column of the first cell.
        public var start: Int
        /// A cell a column.
        public var cells: [Cell]
        /// Letters that are inserted behind a column.
        public var insertions: [Int: String]
        /// Whether it is of the reverse strand.
        public var isReverse: Bool
        /// Whether it is drawn pale, as one of little weight.
        public var isPale: Bool

        /// Describes a read.
        public init(start: Int, cells: [Cell], insertions: [Int: String] = [:], isReverse: Bool, isPale: Bool = false) {
            self.start = start
            self.cells = cells
            self.insertions = insertions
            self.isReverse = isReverse
            self.isPale = isPale
        }
    }

    /// The title.
    public var title: String
    /// The reference's letters, one a column.
    public var reference: [String]
    /// The number of the first column.
    public var first: Int
    /// The column that is marked.
    public var marked: Int
    /// Groups of reads with their names.
    public var groups: [(name: String, reads: [Read])]
    /// The most reads of a group that are drawn; of more, every so many.
    public var mostReads: Int

    /// Describes a stack.
    public init(
        title: String, reference: [String], first: Int, marked: Int, groups: [(name: String, reads: [Read])],
        mostReads: Int = 40
    ) {
        precondition(reference.indices.contains(marked) && mostReads > 0)
        self.title = title
        self.reference = reference
        self.first = first
        self.marked = marked
        self.groups = groups
        self.mostReads = mostReads
    }

    /// Draws it.
    public func plot() -> Plot {
        let (left, right) = (16.0, 16.0 + Self.step * Double(reference.count))
        var elements: [SVGElement] = []
        var y = 48.0
        // The first number would begin left of the picture.
        for column in reference.indices where (first + column) % 10 == 0 && column > 2 {
            elements.append(.text("\(first + column)", x: x(column), y: y, style: "quiet", anchor: "middle"))
        }
        y += 18
        for (column, letter) in reference.enumerated() {
            elements.append(.text(letter, x: x(column), y: y, style: Self.style(letter), anchor: "middle"))
        }
        let top = y - 13
        y += 8
        for group in groups where !group.reads.isEmpty {
            let shown = Self.some(group.reads, mostReads)
            let note = shown.count < group.reads.count ? ", \(shown.count) of them drawn" : ""
            y += 18
            elements.append(.text("\(group.name): \(group.reads.count)\(note)", x: left, y: y, style: "text"))
            y += 6
            for read in shown {
                elements += draw(read, y: y)
                y += Self.row
            }
        }
        elements.insert(
            .rectangle(
                x: x(marked) - Self.step / 2, y: top, width: Self.step, height: y - top + 2, style: "cell",
                [("fill-opacity", "0.12")]), at: 0)
        let width = Swift.max(right + 16, 32 + 7.6 * Double(title.count))
        return Plot(width: width, height: y + 14, title: title, elements)
    }

    private static let step = 13.0
    private static let row = 13.0

    private func x(_ column: Int) -> Double { 16 + Self.step * (Double(column) + 0.5) }

    private static func style(_ letter: String) -> String {
        switch letter {
        case "A": "base0"
        case "C": "base1"
        case "G": "base2"
        case "T": "base3"
        default: "quiet"
        }
    }

    /// As many reads, evenly among all.
    private static func some(_ reads: [Read], _ most: Int) -> [Read] {
        guard reads.count > most else { return reads }
        return (0..<most).map { reads[$0 * reads.count / most] }
    }

    private func draw(_ read: Read, y: Double) -> [SVGElement] {
        let (from, to) = (x(read.start) - Self.step / 2, x(read.start + read.cells.count - 1) + Self.step / 2)
        // An arrow's head tells the strand.
        let (low, high) = (y + 1, y + Self.row - 1)
        let middle = (low + high) / 2
        func point(_ x: Double, _ y: Double) -> String { "\(SVGElement.number(x)) \(SVGElement.number(y))" }
        let corners =
            read.isReverse
            ? [point(to, low), point(from + 4, low), point(from - 1, middle), point(from + 4, high), point(to, high)]
            : [point(from, low), point(to - 4, low), point(to + 1, middle), point(to - 4, high), point(from, high)]
        var elements = [
            SVGElement(
                "path",
                [
                    ("d", "M" + corners.joined(separator: "L") + "Z"), ("class", read.isReverse ? "fill3" : "fill0"),
                    ("fill-opacity", read.isPale ? "0.07" : "0.16"),
                ])
        ]
        for (offset, cell) in read.cells.enumerated() {
            let column = read.start + offset
            switch cell {
            case .none: continue
            case .deletion:
                elements.append(
                    .line(x(column) - Self.step / 2, middle, x(column) + Self.step / 2, middle, style: "axis"))
            case .letter(let letter, let quality):
                guard letter != reference[column] else { continue }
                elements.append(
                    SVGElement(
                        "text",
                        [
                            ("x", SVGElement.number(x(column))), ("y", SVGElement.number(high - 0.5)),
                            ("class", Self.style(letter)), ("text-anchor", "middle"),
                            ("fill-opacity", SVGElement.number(Swift.max(0.3, Swift.min(1, Double(quality) / 30)))),
                        ], text: letter))
            }
        }
        for (column, letters) in read.insertions.sorted(by: { $0.key < $1.key }) where column >= read.start {
            let place = x(column) + Self.step / 2
            elements.append(
                SVGElement(
                    "path",
                    [
                        ("d", "M\(point(place - 3, low))L\(point(place + 3, low))L\(point(place, middle))Z"),
                        ("class", "fill1"),
                    ], [SVGElement("title", text: "insertion of \(letters)")]))
        }
        return elements
    }
}
