import Foundation
import Testing

@testable import Plots

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Pictures of data, however strange.
@Suite("Plots")
struct PlotTests {
    @Test(
        "Ticks are round, inside the range, and enough to read it by",
        arguments: [(0.0, 1.0), (0.017, 0.31), (-3, 8), (99, 101), (1e-7, 3e-7), (0, 4.2e9)])
    func ticks(low: Double, high: Double) {
        let ticks = Ticks(Axis("x"), values: [low, high])
        #expect((3...8).contains(ticks.values.count))
        #expect(ticks.range.lowerBound <= low && ticks.range.upperBound >= high)
        for value in ticks.values { #expect(ticks.range.contains(value)) }
        #expect(Set(ticks.values.map(ticks.label)).count == ticks.values.count, "labels differ")
    }

    @Test("Whole axes have whole ticks; a fixed range stays")
    func axes() {
        #expect(Ticks(Axis("epoch", isWhole: true), values: [1, 2, 3]).values == [1, 2, 3])
        let fixed = Ticks(Axis("rate", 0...1), values: [0.2, 7])
        #expect(fixed.range == 0...1)
        #expect(fixed.values.map(fixed.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
        #expect(fixed.share(7) == 1 && fixed.share(-1) == 0)
    }

    @Test("A bar begins at zero and goes to its side; a strange number is none, and no bars are a picture too")
    func bars() {
        let bars = [("a", 2.0), ("b", -1), ("c", .nan)].map { BarChart.Bar($0, $1) }
        let file = BarChart(title: "t", x: Axis("x", -2...2), bars: bars).plot().file
        #expect(XMLParser(data: Data(file.utf8)).parse())
        // 300 wide from 30.8 on: zero at 180.8.
        #expect(file.contains("x=\"180.80\" y=\"47\" width=\"150\""))
        #expect(file.contains("x=\"105.80\" y=\"69\" width=\"75\""))
        #expect(!file.contains("y=\"91\""))
        #expect(XMLParser(data: Data(BarChart(title: "", x: Axis("x"), bars: []).plot().file.utf8)).parse())
    }

    @Test(
        "A chart of strange data is a picture all the same",
        arguments: [[], [(.nan, 1)], [(1, 1)], [(1, 2), (1, 2)], [(0, .infinity), (1e300, -1e300)]]
            as [[(Double, Double)]])
    func strange(points: [(Double, Double)]) {
        let series = LineChart.Series("a", points.map { LineChart.Point($0, $1) }, hasMarkers: true)
        let plot = LineChart(title: "t", x: Axis("x"), y: Axis("y"), series: [series]).plot()
        #expect(XMLParser(data: Data(plot.file.utf8)).parse())
        #expect(!plot.file.contains("nan") && !plot.file.contains("inf"))
    }

    @Test("Titles and names are texts, not markup")
    func escaped() {
        let text = "<b onload=\"x\">&\u{7}\u{1b}"
        let chart = LineChart(
            title: text, x: Axis(text), y: Axis(text), series: [.init(text, [.init(0, 0), .init(1, 1)])])
        let matrix = MatrixChart(title: text, labels: [text], rows: text, columns: text, counts: [[0]])
        for plot in [chart.plot(), matrix.plot()] {
            #expect(XMLParser(data: Data(plot.file.utf8)).parse())
            #expect(!plot.inline.contains("<b "))
        }
    }

    @Test("A matrix says counts and shares of each row")
    func matrix() {
        let plot = MatrixChart(
            title: "m", labels: ["a", "b"], rows: "true", columns: "called", counts: [[3, 1], [0, 0]]
        ).plot().inline
        for text in [">3<", ">75.0 %<", ">25.0 %<", ">0.0 %<"] { #expect(plot.contains(text), "\(text)") }
    }
}
