import NeuralNetwork
import Plots

extension ModelCard {
    typealias NamedPlot = CardDocument.NamedPlot

    /// Losses by epoch; nil where the package does not hold them.
    func learningCurve() -> Plot? {
        guard let curve = package.lineage.curve, !curve.isEmpty else { return nil }
        let best = package.lineage.metrics["best-epoch"].map { Int($0) }
        func points(_ loss: (LearningCurvePoint) -> Double?) -> [LineChart.Point] {
            curve.compactMap { point in
                loss(point).map { LineChart.Point(Double(point.epoch), $0, weight: point.epoch == best ? 0.5 : 0.02) }
            }
        }
        let series = [
            LineChart.Series("training", points(\.trainingLoss), hasMarkers: true),
            LineChart.Series("validation", points(\.validationLoss), hasMarkers: true),
        ].filter { !$0.points.isEmpty }
        let title = best.map { "Learning curve; epoch \($0) was kept" } ?? "Learning curve"
        return LineChart(
            title: title, x: Axis("epoch", isWhole: true), y: Axis("mean loss of an example (nats)"), series: series
        ).plot()
    }

    /// ROC and precision-recall of an evaluation.
    func searchPlots(_ evaluation: Evaluation, number: Int) -> [NamedPlot] {
        guard let search = evaluation.figures.search else { return [] }
        func points(_ curve: [CurvePoint]) -> [LineChart.Point] { curve.map { LineChart.Point($0.x, $0.y) } }
        func name(_ metric: String, _ text: String) -> String {
            evaluation.metrics[metric].map { "\(version.label), \(text) \(Self.figure($0.value))" } ?? version.label
        }
        let roc = LineChart(
            title: "ROC on \(evaluation.set)", x: Axis("false positive rate", 0...1),
            y: Axis("true positive rate", 0...1),
            series: [
                .init("chance", [.init(0, 0), .init(1, 1)], isReference: true),
                .init(name("auroc", "area"), points(search.roc)),
            ])
        let precision = LineChart(
            title: "Precision and recall on \(evaluation.set)", x: Axis("recall", 0...1), y: Axis("precision", 0...1),
            series: [
                .init("chance", [.init(0, search.prevalence), .init(1, search.prevalence)], isReference: true),
                .init(name("average-precision", "area"), points(search.precisionRecall)),
            ])
        return [
            NamedPlot(file: "set-\(number)-roc.svg", plot: roc.plot(), caption: roc.title),
            NamedPlot(file: "set-\(number)-precision-recall.svg", plot: precision.plot(), caption: precision.title),
        ]
    }

    /// True by most probable class.
    func confusionPlot(_ evaluation: Evaluation, _ set: EvaluationSet, number: Int) -> [NamedPlot] {
        guard let confusion = evaluation.figures.confusion else { return [] }
        let names: [String] = if case .classes(let names, _) = set.kind { names } else { ["no", "yes"] }
        guard names.count == confusion.count else { return [] }
        let chart = MatrixChart(
            title: "Confusion on \(evaluation.set)", labels: names, rows: "true class", columns: "most probable class",
            counts: confusion)
        return [NamedPlot(file: "set-\(number)-confusion.svg", plot: chart.plot(), caption: chart.title)]
    }

    /// Accuracy by confidence, before and after calibration; markers grow with the number of examples.
    func reliabilityPlot(_ evaluation: Evaluation, number: Int) -> [NamedPlot] {
        guard let after = evaluation.figures.reliabilityAfter else { return [] }
        func series(_ name: String, _ diagram: ReliabilityDiagram) -> LineChart.Series {
            let total = diagram.bins.reduce(0) { $0 + $1.count }
            return LineChart.Series(
                name,
                diagram.bins.filter { $0.count > 0 }.map {
                    LineChart.Point($0.confidence, $0.accuracy, weight: $0.count / max(1, total))
                }, hasMarkers: true)
        }
        let chart = LineChart(
            title: "Reliability on \(evaluation.set)", x: Axis("confidence, the greatest probability", 0...1),
            y: Axis("share of right calls", 0...1),
            series: [.init("ideal", [.init(0, 0), .init(1, 1)], isReference: true)]
                + [series("calibrated", after)]
                + (evaluation.figures.reliabilityBefore.map { [series("before calibration", $0)] } ?? []))
        return [NamedPlot(file: "set-\(number)-reliability.svg", plot: chart.plot(), caption: chart.title)]
    }
}
