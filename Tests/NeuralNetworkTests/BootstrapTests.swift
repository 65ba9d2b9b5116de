import Testing

@testable import NeuralNetwork

@Suite("Bootstrap")
struct BootstrapTests {
    @Test("The interval of a mean is that of theory, and the same for the same seed")
    func interval() throws {
        let values = noise(400).map(Double.init)
        func mean(_ weights: [Double]?) -> Double? {
            values.indices.reduce(0) { $0 + values[$1] * (weights?[$1] ?? 1) } / Double(values.count)
        }
        let estimate = try #require(MetricEstimate.bootstrap(count: 400, seed: 3, mean))
        #expect(estimate.value == mean(nil) && estimate.resamples == 1000 && estimate.level == 0.95)
        // Uniform in ±1: a standard error of 1 / √(3 · 400).
        let half = 1.96 / (3.0 * 400).squareRoot()
        #expect(abs((estimate.high - estimate.low) / 2 - half) < 0.1 * half)
        #expect(estimate == MetricEstimate.bootstrap(count: 400, seed: 3, mean))
        #expect(estimate != MetricEstimate.bootstrap(count: 400, seed: 4, mean))
    }

    @Test("The difference of two models on the same examples is surer than that of their intervals")
    func difference() throws {
        var random = SplitMix64(seed: 4)
        let positives = (0..<300).map { _ in random.uniform() < 0.5 }
        let hardness = (0..<300).map { _ in random.normal() }
        func ranked(_ noise: Float) -> RankedScores {
            RankedScores(
                scores: zip(positives, hardness).map { ($0 ? 1 : 0) + $1 + noise * random.normal() },
                positives: positives)
        }
        let (worse, better) = (ranked(2), ranked(0.1))
        let gain = try #require(
            MetricEstimate.difference(count: 300, resamples: 300, from: worse.auroc, to: better.auroc))
        #expect(gain.excludesZero && gain.value > 0)
        let alone = try [worse, better].map {
            try #require(MetricEstimate.bootstrap(count: 300, resamples: 300, $0.auroc))
        }
        let squares = alone.map { ($0.high - $0.low) * ($0.high - $0.low) }
        #expect(gain.high - gain.low < 0.9 * (squares[0] + squares[1]).squareRoot())
        let none = try #require(
            MetricEstimate.difference(count: 300, resamples: 50, from: worse.auroc, to: worse.auroc))
        #expect(none.value == 0 && !none.excludesZero)
    }

    @Test("Examples that share a group are drawn together, so that copies of an example make nothing surer")
    func groups() throws {
        let values = noise(100).map(Double.init)
        func mean(of values: [Double]) -> MetricEstimate.Metric {
            { weights in
                let weights = weights ?? Array(repeating: 1, count: values.count)
                return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
            }
        }
        let copies = values.flatMap { [$0, $0, $0, $0] }
        let groups = ExampleGroups(count: 400, groups: (0..<400).map { 7 - Int64($0 / 4) })
        #expect(groups.count == 100 && groups.indices?.prefix(5) == [0, 0, 0, 0, 1])
        let honest = try #require(MetricEstimate.bootstrap(count: 400, groups: groups, mean(of: copies)))
        let single = try #require(MetricEstimate.bootstrap(count: 100, mean(of: values)))
        let narrow = try #require(MetricEstimate.bootstrap(count: 400, mean(of: copies)))
        #expect(abs(honest.low - single.low) < 1e-12 && abs(honest.high - single.high) < 1e-12)
        #expect(abs((honest.high - honest.low) / (narrow.high - narrow.low) - 2) < 0.3)
        let each = ExampleGroups(count: 400)
        #expect(each.count == 400 && MetricEstimate.bootstrap(count: 400, groups: each, mean(of: copies)) == narrow)
        let gain = try #require(
            MetricEstimate.difference(
                count: 400, groups: groups, from: mean(of: copies.map { $0 * 0.5 }), to: mean(of: copies)))
        #expect(abs(gain.high - gain.low - (honest.high - honest.low) / 2) < 1e-9)
    }

    @Test("A task's measures are estimated together, around what the summary says")
    func tasks() throws {
        let probabilities = noise(300).map { ($0 + 1) / 2 }
        let predictions = ClassProbabilities(
            probabilities: probabilities, labels: noise(300, seed: 3).map { $0 > 0 ? 1 : 0 }, classes: 1)
        let figures = ClassificationMetrics(predictions).figures
        let estimates = predictions.estimates(resamples: 100)
        #expect(estimates.mapValues(\.value) == figures)
        for (name, estimate) in estimates where name != "calibration-error" {
            #expect(estimate.low < estimate.value && estimate.value < estimate.high, "\(name)")
        }
        let numbers = PairedNumbers(predictions: probabilities, targets: noise(300, seed: 4))
        let metrics = RegressionMetrics(predictions: probabilities, targets: noise(300, seed: 4), width: 1)
        #expect(numbers.estimates(resamples: 50).mapValues(\.value) == metrics.figures)
        #expect(PairedNumbers(predictions: [], targets: []).estimates().isEmpty)
    }

    @Test("Draws on which a measure is not defined are left out, and one never defined is nil")
    func undefined() throws {
        let ranked = RankedScores(scores: [1, 2, 3], positives: [false, false, true])
        let estimate = try #require(MetricEstimate.bootstrap(count: 3, resamples: 200, ranked.auroc))
        #expect(estimate.resamples < 200 && estimate.value == 1 && estimate.low == 1)
        #expect(MetricEstimate.bootstrap(count: 0, { _ in 1 }) == nil)
        #expect(MetricEstimate.bootstrap(count: 3, { _ in nil }) == nil)
        #expect(MetricEstimate.bootstrap(count: 3, { _ in .nan }) == nil)
    }
}
