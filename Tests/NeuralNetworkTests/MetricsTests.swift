import Foundation
import Testing

@testable import NeuralNetwork

/// The reference values that `Tools/make_metric_golden.py` took from scikit-learn, SciPy and lifelines.
struct MetricGolden {
    let content: Safetensors
    private let expected: [String: Value]

    private enum Value: Decodable {
        case one(Double)
        case several([Double])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Double.self) {
                self = .one(value)
            } else {
                self = .several(try container.decode([Double].self))
            }
        }
    }

    init() throws {
        content = try Golden.content("metrics")
        expected = try JSONDecoder().decode(
            [String: Value].self, from: Data(try #require(content.metadata["expected"]).utf8))
    }

    func floats(_ name: String) throws -> [Float] { try #require(content[name]?.floats) }

    func doubles(_ name: String) throws -> [Double] { try #require(content[name]).doubles }

    func isReference(_ name: String, _ value: Double?, tolerance: Double = 1e-12) -> Bool {
        guard case .one(let reference) = expected[name], let value else { return false }
        return abs(value - reference) < tolerance
    }

    func isReference(_ name: String, _ values: [Double?]) -> Bool {
        guard case .several(let references) = expected[name], references.count == values.count else { return false }
        return zip(values, references).allSatisfy { abs(($0 ?? .nan) - $1) < 1e-12 }
    }
}

@Suite("Metrics")
struct MetricsTests {
    let golden: MetricGolden
    let weights: [Double]

    init() throws {
        golden = try MetricGolden()
        weights = try golden.floats("weights").map(Double.init)
    }

    @Test("Areas under the curves are scikit-learn's, ties and weights included")
    func ranking() throws {
        let ranked = RankedScores(
            scores: try golden.floats("scores"), positives: try golden.floats("positives").map { $0 > 0 })
        #expect(golden.isReference("auroc", ranked.auroc()))
        #expect(golden.isReference("auroc.weighted", ranked.auroc(weights: weights)))
        #expect(golden.isReference("averagePrecision", ranked.averagePrecision()))
        #expect(golden.isReference("averagePrecision.weighted", ranked.averagePrecision(weights: weights)))
    }

    @Test("The ROC curve has scikit-learn's corners, and thinning keeps its ends and its order")
    func curves() throws {
        let ranked = RankedScores(
            scores: try golden.floats("scores"), positives: try golden.floats("positives").map { $0 > 0 })
        let curve = ranked.rocCurve()
        #expect(curve.map(\.x) == (try golden.doubles("rocX")))
        #expect(curve.map(\.y) == (try golden.doubles("rocY")))
        let thin = ranked.rocCurve(limit: 6)
        #expect(thin.count <= 6 && thin.first == curve.first && thin.last == curve.last)
        #expect(thin.map(\.x) == thin.map(\.x).sorted() && thin.map(\.y) == thin.map(\.y).sorted())

        let precisions = ranked.precisionRecallCurve()
        #expect(precisions.last?.x == 1 && precisions.map(\.x) == precisions.map(\.x).sorted())
        var (area, recall) = (0.0, 0.0)
        for point in precisions {
            area += (point.x - recall) * point.y
            recall = point.x
        }
        #expect(golden.isReference("averagePrecision", area))
        #expect(ranked.precisionRecallCurve(limit: 5).count <= 5)
    }

    @Test("Measures of a classification are scikit-learn's")
    func classification() throws {
        let predictions = ClassProbabilities(
            probabilities: try golden.floats("probabilities"), labels: try golden.floats("labels").map { Int($0) },
            classes: 4)
        let confusion = predictions.confusion()
        #expect(golden.isReference("matthews", confusion.matthewsCorrelation))
        #expect(golden.isReference("matthews.weighted", predictions.confusion(weights: weights).matthewsCorrelation))
        #expect(golden.isReference("f1", (0..<4).map(confusion.f1)))
        #expect(golden.isReference("precision", (0..<4).map(confusion.precision)))
        #expect(golden.isReference("recall", (0..<4).map(confusion.recall)))
        // Probabilities that are rounded to floats do not quite sum to 1.
        #expect(golden.isReference("crossEntropy", predictions.crossEntropy(), tolerance: 1e-7))
        #expect(golden.isReference("brier", predictions.brierScore(), tolerance: 1e-7))
        let metrics = ClassificationMetrics(predictions)
        #expect(golden.isReference("auroc.classes", metrics.auroc))
        #expect(metrics.matthewsCorrelation == confusion.matthewsCorrelation)

        let binary = ClassProbabilities(
            probabilities: try golden.floats("probabilityOfOne"),
            labels: try golden.floats("positives").map { Int($0) }, classes: 1)
        #expect(golden.isReference("brier.binary", binary.brierScore()))
        #expect(binary.classes == 2 && binary.probabilities.count == 120)
        let calls = try golden.floats("scores").map { $0 > 0 ? 1 : 0 }
        #expect(
            golden.isReference(
                "matthews.binary",
                ConfusionMatrix(labels: binary.labels, calls: calls, classes: 2).matthewsCorrelation))
    }

    @Test("The concordance index is lifelines', with ties and times that are only lower bounds")
    func concordance() throws {
        let (scores, times) = (try golden.floats("scores"), try golden.floats("numbers"))
        let observed = try golden.floats("observed").map { $0 > 0 }
        #expect(golden.isReference("concordance", Concordance(predictions: scores, times: times).index()))
        let censored = Concordance(predictions: scores, times: times, observed: observed)
        #expect(golden.isReference("concordance.censored", censored.index()))
        #expect(golden.isReference("concordance.weighted", censored.index(weights: weights)))
    }

    @Test("Measures of a regression are SciPy's and scikit-learn's")
    func regression() throws {
        let (scores, numbers) = (try golden.floats("scores"), try golden.floats("numbers"))
        let pairs = PairedNumbers(predictions: scores, targets: numbers)
        #expect(golden.isReference("pearson", pairs.pearson()))
        #expect(golden.isReference("rSquared", pairs.rSquared()))
        #expect(golden.isReference("rSquared.weighted", pairs.rSquared(weights: weights)))
        #expect(golden.isReference("meanSquaredError", pairs.meanSquaredError()))
        #expect(golden.isReference("meanAbsoluteError", pairs.meanAbsoluteError()))
        let ranks = RankCorrelation(scores, numbers)
        #expect(golden.isReference("spearman", ranks.spearman()))
        #expect(golden.isReference("spearman.weighted", ranks.spearman(weights: weights)))

        let missing: [Float] = [.nan, .nan]
        let metrics = RegressionMetrics(
            predictions: zip(scores + [1, 2], scores + [1, 2]).flatMap { [$0, $1] },
            targets: zip(numbers + missing, scores + missing).flatMap { [$0, $1] }, width: 2)
        #expect(metrics.count == 62 && metrics.outputs[0].count == 60)
        #expect(golden.isReference("spearman", metrics.outputs[0].spearman))
        #expect(metrics.outputs[1].meanSquaredError == 0 && metrics.outputs[1].rSquared == 1)
    }

    @Test("Accuracy, confusion, cross-entropy and calibration error of four examples")
    func metrics() {
        let metrics = ClassificationMetrics(
            probabilities: [0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.95, 0.05], labels: [0, 1, 1, 0], classes: 2, bins: 10)
        #expect(metrics.count == 4)
        #expect(metrics.accuracy == 0.75)
        #expect(metrics.confusion == [[2, 0], [1, 1]])
        let crossEntropy = -(log(0.9) + log(0.8) + log(0.4) + log(0.95)) / 4
        #expect(abs(metrics.crossEntropy - crossEntropy) < 1e-6)
        // Bins 0.9: confidence 1.85, 2 right; 0.8: 0.8, 1 right; 0.6: 0.6, none right.
        #expect(abs(metrics.calibrationError - (0.15 + 0.2 + 0.6) / 4) < 1e-6)
    }

    @Test("Several labels are measured where they are known")
    func multiLabel() {
        let metrics = MultiLabelMetrics(
            probabilities: [0.9, 0.2, 0.1, 0.6, 0.8, 0.3], targets: [1, .nan, 0, 1, 1, .nan], width: 2)
        #expect(
            metrics.count == 3 && metrics.labels.map(\.count) == [3, 1] && metrics.labels.map(\.positives) == [2, 1])
        #expect(metrics.labels[0].auroc == 1 && metrics.labels[1].auroc == nil)
        #expect(metrics.accuracy == 1 && metrics.auroc == 1 && metrics.averagePrecision == 1)
    }

    @Test("What is not defined is nil, and numbers that are none trap nothing")
    func undefined() throws {
        for scores in [[], [1, 2], [1, 1]] as [[Float]] {
            for isPositive in [true, false] {
                let ranked = RankedScores(scores: scores, positives: scores.map { _ in isPositive })
                #expect(ranked.auroc() == nil && ranked.averagePrecision() == nil)
                #expect(ranked.rocCurve().isEmpty && ranked.precisionRecallCurve().isEmpty)
            }
        }
        let broken = RankedScores(scores: [1, .nan, 2], positives: [true, false, true])
        #expect(broken.auroc() == nil && broken.rocCurve().isEmpty)
        #expect(ConfusionMatrix([]).accuracy == nil)
        #expect(ConfusionMatrix([[5, 0], [0, 0]]).matthewsCorrelation == nil)
        #expect(ConfusionMatrix([[5, 0], [0, 0]]).recall(of: 1) == nil)
        #expect(Concordance(predictions: [], times: []).index() == nil)
        #expect(Concordance(predictions: [1, 2], times: [3, 3]).index() == nil)
        #expect(Concordance(predictions: [1, .nan], times: [3, 4]).index() == nil)
        #expect(Concordance(predictions: [1, 2], times: [3, 4], observed: [false, false]).index() == nil)
        for numbers in [[], [1], [2, 2, 2], [1, .nan, 3], [1, .infinity, 2]] as [[Float]] {
            let pairs = PairedNumbers(predictions: numbers, targets: numbers)
            #expect(pairs.pearson() == nil && pairs.rSquared() == nil)
        }
        #expect(RankCorrelation([1, .nan], [1, 2]).spearman() == nil && RankCorrelation([], []).spearman() == nil)
        let metrics = ClassificationMetrics(probabilities: [], labels: [], classes: 3)
        #expect(metrics.accuracy == 0 && metrics.auroc == nil)
        #expect(metrics.confusion == [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
        _ = ClassificationMetrics(probabilities: [.nan, .nan, .infinity, -1], labels: [0, 1], classes: 2)
        _ = MultiLabelMetrics(probabilities: [.nan, 2], targets: [1, 0], width: 1)
    }

    @Test("Reports of before several tasks are still read")
    func oldDocuments() throws {
        let old = #"{"count":2,"accuracy":1,"crossEntropy":0.5,"calibrationError":0.1,"confusion":[[1,0],[0,1]]}"#
        let metrics = try JSONDecoder().decode(ClassificationMetrics.self, from: Data(old.utf8))
        #expect(metrics.accuracy == 1 && metrics.auroc == nil && metrics.matthewsCorrelation == 1)
    }

    @Test("Every task has its loss and its measures by name")
    func evaluation() throws {
        let classes = try EvaluationMetrics(
            .softmaxCrossEntropy(), outputs: [1, 0, 0, 2], targets: [0, 1], width: 2)
        #expect(classes.classification?.accuracy == 1 && classes.figures["auroc"] == 1 && classes.count == 2)
        #expect(abs(classes.loss - (log(1 + exp(-1)) + log(1 + exp(-2))) / 2) < 1e-6)
        let one = try EvaluationMetrics(.binaryCrossEntropy(), outputs: [1, -1, 4], targets: [1, 0, .nan], width: 1)
        #expect(one.classification?.confusion == [[1, 0], [0, 1]])
        let labels = try EvaluationMetrics(.binaryCrossEntropy(), outputs: [1, -1], targets: [1, 1], width: 2)
        #expect(labels.multiLabel?.accuracy == 0.5 && labels.classification == nil)
        let rates = try EvaluationMetrics(.poisson, outputs: [0, log(2)], targets: [1, 2], width: 1)
        #expect((rates.regression?.outputs[0].meanSquaredError ?? 1) < 1e-12 && rates.figures["loss"] == rates.loss)
        let decoded = try JSONDecoder().decode(EvaluationMetrics.self, from: JSONEncoder().encode(rates))
        #expect(decoded == rates)
        #expect(throws: NeuralNetworkError.self) {
            try EvaluationMetrics(.softmaxCrossEntropy(), outputs: [1, 0], targets: [7], width: 2)
        }
    }
}
