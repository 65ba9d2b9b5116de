/// Curves over one axis.
public struct LineChart: Sendable {
    /// A place of a curve.
    public struct Point: Sendable, Hashable {
        /// Along the horizontal axis.
        public var x: Double
        /// Along the vertical axis.
        public var y: Double
        /// How much the point stands for, from 0 to 1: the area of its marker.
        public var weight: Double
        /// What is written beside its marker; nothing if nil.
        public var label: String?

        /// Makes a point.
        public init(_ x: Double, _ y: Double, weight: Double = 0.1, label: String? = nil) {
            self.x = x
            self.y = y
            self.weight = weight
            self.label = label
        }
    }

    /// A curve.
    public struct Series: Sendable {
        /// Its name in the legend.
        public var name: String
        /// Its points, in order; those that are not finite are left out.
        public var points: [Point]
        /// Whether each point has a marker.
        public var hasMarkers: Bool
        /// Whether it is only there to compare with, such as chance.
        public var isReference: Bool
        /// Whether a line joins its points; without one they are a cloud, and have markers.
        public var hasLine: Bool

        /// Makes a curve.
        public init(
            _ name: String, _ points: [Point], hasMarkers: Bool = false, isReference: Bool = false, hasLine: Bool = true
        ) {
            self.name = name
            self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
            self.hasMarkers = hasMarkers || !hasLine
            self.isReference = isReference
            self.hasLine = hasLine
        }
    }

    /// The title.
    public var title: String
    /// The horizontal axis.
    public var x: Axis
    /// The vertical axis.
    public var y: Axis
    /// The curves; the fifth looks like the first.
    public var series: [Series]

    /// Describes a chart.
    public init(title: String, x: Axis, y: Axis, series: [Series]) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
    }

    /// Draws it.
    public func plot() -> Plot {
        let points = series.flatMap(\.points)
        let (xTicks, yTicks) = (Ticks(x, values: points.map(\.x)), Ticks(y, values: points.map(\.y)))
        let legend = Legend(series, width: Self.width - 32)
        let labels = yTicks.values.map(yTicks.label)
        let frame = Frame(
            left: 42 + 6.8 * Double(labels.map(\.count).max() ?? 1), top: 44 + legend.height,
            right: Self.width - 20, bottom: Self.height - 50 + legend.height, x: xTicks, y: yTicks)
        return Plot(
            width: Self.width, height: Self.height + legend.height, title: title,
            legend.elements(x: 16, y: 46) + frame.elements(x: x.label, y: y.label)
                + zip(series, legend.looks).flatMap { frame.curve($0, look: $1) })
    }

    private static let width = 460.0
    private static let height = 330.0
}

/// How a curve is drawn.
struct CurveLook {
    let stroke: String
    let fill: String

    /// The looks of curves in their order; references do not use up colours.
    static func all(_ series: [LineChart.Series]) -> [CurveLook] {
        var number = 0
        return series.map { series in
            if series.isReference { return CurveLook(stroke: "line reference", fill: "quiet") }
            defer { number += 1 }
            return CurveLook(
                stroke: "line stroke\(number % 4)" + (number % 4 > 0 ? " dash\(number % 4)" : ""),
                fill: "fill\(number % 4)")
        }
    }
}

/// The names of the curves, in rows above the chart.
private struct Legend {
    let looks: [CurveLook]
    private let series: [LineChart.Series]
    private let places: [(x: Double, row: Int)]

    init(_ series: [LineChart.Series], width: Double) {
        self.series = series
        looks = CurveLook.all(series)
        var (x, row) = (0.0, 0)
        var places: [(x: Double, row: Int)] = []
        for series in series {
            let size = 36 + 6.6 * Double(series.name.count) + 18
            if x > 0, x + size > width + 18 { (x, row) = (0, row + 1) }
            places.append((x, row))
            x += size
        }
        self.places = places
    }

    var height: Double { Double((places.last?.row ?? -1) + 1) * 20 }

    func elements(x: Double, y: Double) -> [SVGElement] {
        zip(zip(series, looks), places).flatMap { item, place in
            let (left, middle) = (x + place.x, y + Double(place.row) * 20)
            var elements =
                item.0.hasLine ? [SVGElement.line(left, middle, left + 28, middle, style: item.1.stroke)] : []
            if item.0.hasMarkers {
                elements.append(.circle(x: left + 14, y: middle, radius: 3.5, style: item.1.fill))
            }
            return elements + [.text(item.0.name, x: left + 36, y: middle + 4, style: "text")]
        }
    }
}

/// The area of the curves with its axes.
private struct Frame {
    let left: Double
    let top: Double
    let right: Double
    let bottom: Double
    let x: Ticks
    let y: Ticks

    func place(_ point: LineChart.Point) -> (x: Double, y: Double) {
        (left + x.share(point.x) * (right - left), bottom - y.share(point.y) * (bottom - top))
    }

    func elements(x xLabel: String, y yLabel: String) -> [SVGElement] {
        var elements: [SVGElement] = []
        for value in y.values {
            let height = bottom - y.share(value) * (bottom - top)
            elements.append(.line(left, height, right, height, style: "grid"))
            elements.append(.text(y.label(value), x: left - 8, y: height + 4, style: "quiet", anchor: "end"))
        }
        for value in x.values {
            let place = left + x.share(value) * (right - left)
            elements.append(.line(place, top, place, bottom, style: "grid"))
            elements.append(.line(place, bottom, place, bottom + 5, style: "axis"))
            elements.append(.text(x.label(value), x: place, y: bottom + 19, style: "quiet", anchor: "middle"))
        }
        elements.append(.line(left, top, left, bottom, style: "axis"))
        elements.append(.line(left, bottom, right, bottom, style: "axis"))
        elements.append(.text(xLabel, x: (left + right) / 2, y: bottom + 38, style: "text", anchor: "middle"))
        let middle = SVGElement.number((top + bottom) / 2)
        elements.append(
            SVGElement(
                "text",
                [("transform", "translate(20 \(middle)) rotate(-90)"), ("class", "text"), ("text-anchor", "middle")],
                text: yLabel))
        return elements
    }

    func curve(_ series: LineChart.Series, look: CurveLook) -> [SVGElement] {
        let places = series.points.map(place)
        let path = places.map { "\(SVGElement.number($0.x)),\(SVGElement.number($0.y))" }.joined(separator: " ")
        var elements =
            series.hasLine && places.count > 1
            ? [SVGElement("polyline", [("points", path), ("class", look.stroke)])] : []
        if series.hasMarkers || places.count == 1 {
            elements += zip(series.points, places).map { point, place in
                let radius = 2.5 + 5.5 * min(1, max(0, point.weight)).squareRoot()
                return .circle(x: place.x, y: place.y, radius: radius, style: look.fill)
            }
        }
        for (point, place) in zip(series.points, places) {
            guard let label = point.label else { continue }
            // Towards the middle, where there is room.
            let isLeft = place.x < (left + right) / 2
            elements.append(
                .text(
                    label, x: place.x + (isLeft ? 7 : -7), y: place.y + 4, style: "text",
                    anchor: isLeft ? "start" : "end"))
        }
        return elements
    }
}
