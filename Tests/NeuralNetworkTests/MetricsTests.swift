import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Metrics")
struct MetricsTests {
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

    @Test("No examples give numbers, not a trap")
    func empty() {
        let metrics = ClassificationMetrics(probabilities: [], labels: [], classes: 3)
        #expect(metrics.accuracy == 0)
        #expect(metrics.confusion == [[0, 0, 0], [0, 0, 0], [0, 0, 0]])
    }

    @Test("Softmax sums to one and survives large logits")
    func softmax() throws {
        let p = try Calibration().probabilities([0, 0, 1000, -1000, 2, 1], classes: 2)
        #expect(p[0] == 0.5 && p[1] == 0.5)
        #expect(p[2] == 1 && p[3] < 1e-30)
        #expect(abs(p[4] - 0.7310586) < 1e-6)
        #expect(try Calibration(temperature: 2).probabilities([2, 0], classes: 2)[0] == p[4])
    }

    @Test("The fitted temperature undoes a known overconfidence")
    func temperature() {
        var random = SplitMix64(seed: 9)
        var (logits, labels): ([Float], [Int]) = ([], [])
        for _ in 0..<4000 {
            // The true log-odds, three times too large as logits.
            let odds = 4 * (2 * random.uniform() - 1)
            labels.append(random.uniform() < 1 / (1 + exp(-odds)) ? 1 : 0)
            logits += [0, 3 * odds]
        }
        let temperature = Calibration(fitting: logits, labels: labels, classes: 2).temperature
        #expect((2.7...3.3).contains(temperature))
    }

    @Test("SplitMix64 gives the reference sequence, and keys in another order another stream")
    func generator() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
        var (a, b) = (SplitMix64(keys: 1, 2), SplitMix64(keys: 2, 1))
        #expect(a.next() != b.next())
        #expect(random.permutation(100).sorted() == Array(0..<100))
        #expect(random.permutation(0).isEmpty)
    }
}
