/// Bars from zero, one below the other: to the right of what is above it, to the left of what is below.
public struct BarChart: Sendable {
    /// A bar.
    public struct Bar: Sendable, Hashable {
        /// What it stands for.
        public var label: String
        /// How long it is; one that is not finite is not drawn.
        public var value: Double
        /// Bars of one group have one color; the fifth group looks like the first.
        public var group: Int

        /// Makes a bar.
        public init(_ label: String, _ value: Double, group: Int = 0) {
            self.label = label
            self.value = value
            self.group = group
        }
    }

    /// The title.
    public var title: String
    /// The axis along the bars.
    public var x: Axis
    /// The bars from top to bottom.
    public var bars: [Bar]

    /// Describes a chart.
    public init(title: String, x: Axis, bars: [Bar]) {
        self.title = title
        self.x = x
        self.bars = bars
    }

    /// Draws it.
    public func plot() -> Plot {
        let ticks = Ticks(x, values: [0] + bars.map(\.value))
        let left = 24 + 6.8 * Double(bars.map(\.label.count).max() ?? 1)
        let (right, top) = (left + 300, 44.0)
        let bottom = top + Self.step * Double(bars.count)
        func place(_ value: Double) -> Double { left + ticks.share(value) * (right - left) }
        var elements: [SVGElement] = []
        for value in ticks.values {
            elements.append(.line(place(value), top, place(value), bottom, style: "grid"))
            elements.append(
                .text(ticks.label(value), x: place(value), y: bottom + 19, style: "quiet", anchor: "middle"))
        }
        for (row, bar) in bars.enumerated() {
            let y = top + Self.step * Double(row)
            elements.append(.text(bar.label, x: left - 8, y: y + 15, style: "text", anchor: "end"))
            guard bar.value.isFinite else { continue }
            let (from, to) = (place(min(0, bar.value)), place(max(0, bar.value)))
            elements.append(
                .rectangle(
                    x: from, y: y + 3, width: to - from, height: Self.step - 6, style: "fill\(abs(bar.group) % 4)"))
        }
        elements.append(.line(place(0), top, place(0), bottom, style: "axis"))
        elements.append(.text(x.label, x: (left + right) / 2, y: bottom + 38, style: "text", anchor: "middle"))
        let width = max(right + 24, 32 + 7.6 * Double(title.count))
        return Plot(width: width, height: bottom + 50, title: title, elements)
    }

    private static let step = 22.0
}
