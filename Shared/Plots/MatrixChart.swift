import Foundation

/// Counts in rows and columns, such as a confusion matrix: each cell is coloured by its share of the row.
public struct MatrixChart: Sendable {
    /// The title.
    public var title: String
    /// The names of rows and columns.
    public var labels: [String]
    /// What a row is.
    public var rows: String
    /// What a column is.
    public var columns: String
    /// Counts by row and column.
    public var counts: [[Int]]

    /// Describes a chart of a square matrix.
    public init(title: String, labels: [String], rows: String, columns: String, counts: [[Int]]) {
        precondition(counts.count == labels.count && counts.allSatisfy { $0.count == labels.count })
        self.title = title
        self.labels = labels
        self.rows = rows
        self.columns = columns
        self.counts = counts
    }

    /// Draws it.
    public func plot() -> Plot {
        let side = max(44, min(92, 300 / Double(max(1, labels.count))))
        let left = 44 + 6.8 * Double(labels.map(\.count).max() ?? 1)
        let (top, size) = (44.0, side * Double(labels.count))
        var elements: [SVGElement] = []
        for (row, counts) in counts.enumerated() {
            let total = counts.reduce(0, +)
            let y = top + Double(row) * side
            elements.append(.text(labels[row], x: left - 8, y: y + side / 2 + 4, style: "text", anchor: "end"))
            elements.append(
                .text(
                    labels[row], x: left + (Double(row) + 0.5) * side, y: top + size + 19, style: "text",
                    anchor: "middle"))
            for (column, count) in counts.enumerated() {
                let share = total > 0 ? Double(count) / Double(total) : 0
                let x = left + Double(column) * side
                elements += cell(x: x, y: y, side: side, count: count, share: share)
            }
        }
        let middle = SVGElement.number(top + size / 2)
        elements.append(.text(columns, x: left + size / 2, y: top + size + 38, style: "text", anchor: "middle"))
        elements.append(
            SVGElement(
                "text",
                [("transform", "translate(20 \(middle)) rotate(-90)"), ("class", "text"), ("text-anchor", "middle")],
                text: rows))
        let width = max(left + size + 20, 32 + 7.6 * Double(title.count))
        return Plot(width: width, height: top + size + 50, title: title, elements)
    }

    private func cell(x: Double, y: Double, side: Double, count: Int, share: Double) -> [SVGElement] {
        // On the darkest cells black text has less contrast than white.
        let isDark = share > 0.85
        let opacity = ("fill-opacity", SVGElement.number(0.04 + 0.96 * share))
        let middle = x + side / 2
        let color = isDark ? "bright" : "text"
        return [
            .rectangle(x: x + 1, y: y + 1, width: side - 2, height: side - 2, style: "cell", [("rx", "3"), opacity]),
            .text(
                "\(count)", x: middle, y: y + side / 2 + (side < 60 ? 5 : 0),
                style: side < 60 ? color : "\(color) strong",
                anchor: "middle"),
        ]
            + (side < 60
                ? []
                : [
                    .text(
                        String(format: "%.1f %%", 100 * share), x: middle, y: y + side / 2 + 18, style: color,
                        anchor: "middle")
                ])
    }
}
