/// Letters as tall as what they stand for: the information of a motif's positions, or contributions of a sequence's bases.
///
/// Of each position the lowest stand next to the axis; what is negative hangs upside down below it.
public struct SequenceLogo: Sendable {
    /// The title.
    public var title: String
    /// What the height says, with its unit.
    public var height: Axis
    /// The heights of A, C, G and T at each position.
    public var positions: [[Double]]
    /// The number of the first position.
    public var first: Int
    /// The most positions of a row; rows are of one length, but for the last.
    public var rowLength: Int

    /// Describes a logo.
    public init(title: String, height: Axis, positions: [[Double]], first: Int = 1, rowLength: Int = 110) {
        precondition(positions.allSatisfy { $0.count == 4 } && rowLength > 0)
        self.title = title
        self.height = height
        self.positions = positions
        self.first = first
        self.rowLength = rowLength
    }

    /// Draws it.
    public func plot() -> Plot {
        let stacks = positions.flatMap { heights in
            [heights.filter { $0 > 0 }.reduce(0, +), heights.filter { $0 < 0 }.reduce(0, +)]
        }
        let ticks = Ticks(height, values: stacks + [0], count: 3)
        let labels = ticks.values.map(ticks.label)
        let left = 48 + 6.8 * Double(labels.map(\.count).max() ?? 1)
        let rows = Swift.max(1, (positions.count + rowLength - 1) / rowLength)
        let longest = (positions.count + rows - 1) / rows
        let step = Swift.max(Self.leastStep, Swift.min(Self.mostStep, Self.width / Double(Swift.max(1, longest))))
        var elements: [SVGElement] = []
        for row in 0..<rows {
            let range = row * longest..<Swift.min(positions.count, (row + 1) * longest)
            let frame = LogoRow(left: left, top: 42 + Double(row) * Self.rowHeight, step: step, ticks: ticks)
            elements += frame.axes(range, first: first, label: height.label)
            for (column, position) in range.enumerated() {
                elements += frame.letters(positions[position], column: column)
            }
        }
        let size = Swift.max(left + step * Double(longest) + 20, 32 + 7.6 * Double(title.count))
        return Plot(width: size, height: 42 + Self.rowHeight * Double(rows) + 6, title: title, elements)
    }

    private static let rowHeight = LogoRow.height + 34
    private static let width = 1000.0
    private static let leastStep = 9.0
    private static let mostStep = 26.0
}

/// One row of a logo.
private struct LogoRow {
    let left, top, step: Double
    let ticks: Ticks

    static let height = 96.0

    private func place(_ value: Double) -> Double { top + (1 - ticks.share(value)) * Self.height }

    func axes(_ range: Range<Int>, first: Int, label: String) -> [SVGElement] {
        let right = left + step * Double(range.count)
        var elements: [SVGElement] = []
        for value in ticks.values {
            elements.append(.line(left, place(value), right, place(value), style: value == 0 ? "axis" : "grid"))
            elements.append(
                .text(ticks.label(value), x: left - 8, y: place(value) + 4, style: "quiet", anchor: "end"))
        }
        elements.append(.line(left, top, left, top + Self.height, style: "axis"))
        let spacing = range.count > 40 ? 10 : 5
        for position in range where position == range.lowerBound || (first + position) % spacing == 0 {
            // The number of the first one, unless the next stands too near.
            let next = spacing - (first + position) % spacing
            if (first + position) % spacing != 0, Double(next) * step < 34 { continue }
            let x = left + step * (Double(position - range.lowerBound) + 0.5)
            elements.append(
                .text("\(first + position)", x: x, y: top + Self.height + 17, style: "quiet", anchor: "middle"))
        }
        let middle = SVGElement.number(top + Self.height / 2)
        elements.append(
            SVGElement(
                "text",
                [("transform", "translate(20 \(middle)) rotate(-90)"), ("class", "text"), ("text-anchor", "middle")],
                text: label))
        return elements
    }

    func letters(_ heights: [Double], column: Int) -> [SVGElement] {
        let x = left + step * Double(column)
        var elements: [SVGElement] = []
        for isUpright in [true, false] {
            let order = heights.indices.filter { isUpright ? heights[$0] > 0 : heights[$0] < 0 }
                .sorted { abs(heights[$0]) < abs(heights[$1]) }
            var from = 0.0
            for letter in order {
                let to = from + heights[letter]
                let (high, low) = (place(Swift.max(from, to)), place(Swift.min(from, to)))
                from = to
                guard low - high > 0.4 else { continue }
                // Letters are drawn in a square of 100; upside down from the lower edge.
                let scale = (low - high) / 100
                elements.append(
                    SVGElement(
                        "path",
                        [
                            ("d", Self.shapes[letter]), ("class", "base\(letter)"),
                            (
                                "transform",
                                "translate(\(SVGElement.number(x + step * 0.04)) "
                                    + "\(SVGElement.number(isUpright ? high : low))) "
                                    + "scale(\(Self.factor(step * 0.92 / 100)) \(Self.factor(isUpright ? scale : -scale)))"
                            ),
                        ]))
            }
        }
        return elements
    }

    private static func factor(_ value: Double) -> String { String((value * 10_000).rounded() / 10_000) }

    /// A, C, G and T.
    private static let shapes = [
        "M0 100L37 0H63L100 100H77L70 78H30L23 100ZM36 60H64L50 19Z",
        "M100 31C94 11 76 0 52 0C20 0 0 20 0 50C0 80 20 100 52 100C76 100 94 89 100 69L78 64C74 76 66 82 52 82"
            + "C33 82 23 70 23 50C23 30 33 18 52 18C66 18 74 24 78 36Z",
        "M100 31C94 11 76 0 52 0C20 0 0 20 0 50C0 80 20 100 52 100C73 100 90 92 100 82V46H54V63H79V73C72 79 63 82 53 82"
            + "C33 82 23 70 23 50C23 30 33 18 52 18C66 18 74 24 78 36Z",
        "M0 0H100V19H62V100H38V19H0Z",
    ]
}
