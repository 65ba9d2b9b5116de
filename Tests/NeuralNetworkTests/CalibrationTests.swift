import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Calibration")
struct CalibrationTests {
    /// Logits of `columns` (1 or 2) whose log-odds are three times too large, and labels.
    private static func overconfident(_ count: Int, columns: Int, seed: UInt64 = 9) -> (logits: [Float], labels: [Int])
    {
        var random = SplitMix64(seed: seed)
        var (logits, labels): ([Float], [Int]) = ([], [])
        for _ in 0..<count {
            let odds = 4 * (2 * random.uniform() - 1)
            labels.append(random.uniform() < 1 / (1 + exp(-odds)) ? 1 : 0)
            logits += columns == 1 ? [3 * odds] : [0, 3 * odds]
        }
        return (logits, labels)
    }

    @Test("Softmax sums to one and survives large logits; one logit is a sigmoid")
    func probabilities() throws {
        let p = try Calibration().probabilities([0, 0, 1000, -1000, 2, 1], classes: 2)
        #expect(p[0] == 0.5 && p[1] == 0.5)
        #expect(p[2] == 1 && p[3] < 1e-30)
        #expect(abs(p[4] - 0.7310586) < 1e-6)
        #expect(try Calibration(temperature: 2).probabilities([2, 0], classes: 2)[0] == p[4])
        #expect(abs(try Calibration().probabilities([1], classes: 1)[0] - 0.7310586) < 1e-6)
        #expect(try Calibration().probabilities([1, 0], labels: 2)[1] == 0.5)
        #expect(try Calibration().probabilities([], classes: 3) == [])
    }

    @Test("The fitted temperature undoes a known overconfidence", arguments: [1, 2])
    func temperature(columns: Int) {
        let (logits, labels) = Self.overconfident(4000, columns: columns)
        #expect((2.7...3.3).contains(Calibration(fitting: logits, labels: labels, classes: columns).temperature))
        #expect(Calibration(fitting: [], labels: [], classes: 2).temperature == 1)
        // Examples that are all right want no end of confidence, those that are all wrong none.
        #expect(Calibration(fitting: [1, -1], labels: [1, 0], classes: 1).temperature < 0.051)
        #expect(Calibration(fitting: [1, -1], labels: [0, 1], classes: 1).temperature > 19.9)
    }

    @Test("Isotonic regression is scikit-learn's, between its knots and beyond")
    func isotonic() throws {
        let golden = try MetricGolden()
        let map = IsotonicRegression(
            fitting: try golden.floats("probabilityOfOne"), try golden.floats("positives"), bounds: 0.02...0.98)
        let values = try golden.floats("places").map { map($0) }
        #expect(difference(values, try golden.doubles("isotonic")) < 1e-6)
        #expect(zip(values, values.dropFirst()).allSatisfy(<=))
        #expect(map(.nan).isNaN && map(-.infinity) == values.first && map(.infinity) == values.last)
    }

    @Test("Isotonic calibration makes held-out probabilities reliable, and each example's still sum to one")
    func reliability() throws {
        for columns in [1, 2] {
            let (logits, labels) = Self.overconfident(4000, columns: columns)
            let calibration = Calibration(fitting: logits, labels: labels, classes: columns, method: .isotonic)
            #expect(calibration.isotonic.count == 1)
            let (others, truth) = Self.overconfident(4000, columns: columns, seed: 10)
            let report = try CalibrationReport(calibration, logits: others, labels: truth, classes: columns)
            #expect(report.before.expectedCalibrationError > 0.08 && report.after.expectedCalibrationError < 0.03)
            #expect(report.after.maximumCalibrationError < report.before.maximumCalibrationError)
            #expect(report.after.crossEntropy < report.before.crossEntropy)
            #expect(report.after.brierScore < report.before.brierScore)
            #expect(report.after.reliability.bins.reduce(0) { $0 + $1.count } == 4000)
        }
        let (logits, labels) = (noise(3000).map { 9 * $0 }, (0..<1000).map { $0 % 3 })
        let calibration = Calibration(fitting: logits, labels: labels, classes: 3, method: .isotonic)
        let p = try calibration.probabilities(logits, classes: 3)
        #expect(calibration.isotonic.count == 3 && p.allSatisfy { $0 > 0 && $0 < 1 })
        for first in stride(from: 0, to: 3000, by: 3) {
            let sum: Float = p[first..<first + 3].reduce(0, +)
            #expect(abs(sum - 1) < 1e-6)
        }
    }

    @Test("Labels are calibrated one by one, where they are known")
    func labels() throws {
        let logits: [Float] = [2, 0, -1, 1, 3, -2]
        let calibration = Calibration(
            fitting: logits, targets: [1, .nan, 0, 1, 1, 0], width: 2, method: .isotonic)
        #expect(calibration.isotonic.count == 2)
        let p = try calibration.probabilities(logits, labels: 2)
        #expect(abs(p[0] - 0.8) < 1e-6 && abs(p[2] - 0.2) < 1e-6 && abs(p[3] - 0.75) < 1e-6)
        let temperature = Calibration(fitting: logits, targets: [1, .nan, 0, 1, 1, 0], width: 2).temperature
        #expect(temperature < 0.06)
    }

    @Test("Calibrations of older packages are read and written as they were; broken ones are refused")
    func documents() throws {
        let old = Data(#"{"temperature":1.25}"#.utf8)
        let calibration = try JSONDecoder().decode(Calibration.self, from: old)
        #expect(calibration == Calibration(temperature: 1.25))
        #expect(try JSONEncoder().encode(calibration) == old)
        let isotonic = Calibration(isotonic: [IsotonicRegression(fitting: [0.1, 0.9], [0, 1])])
        #expect(try JSONDecoder().decode(Calibration.self, from: JSONEncoder().encode(isotonic)) == isotonic)
        for broken in [
            #"{"x": [], "y": []}"#, #"{"x": [0, 0], "y": [0, 1]}"#, #"{"x": [0, 1], "y": [1, 0]}"#,
            #"{"x": [0], "y": [0, 1]}"#,
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(IsotonicRegression.self, from: Data(broken.utf8))
            }
        }
        #expect(throws: NeuralNetworkError.self) { try isotonic.probabilities([1, 2, 3], classes: 3) }
        #expect(throws: NeuralNetworkError.self) { try Calibration(temperature: 0).probabilities([1], classes: 1) }
        let empty = IsotonicRegression(fitting: [.nan], [1])
        #expect(empty(0.25) == 0.25)
    }
}
