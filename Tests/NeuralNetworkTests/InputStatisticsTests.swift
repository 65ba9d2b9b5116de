import Foundation
import Testing

@testable import NeuralNetwork

/// Histograms of inputs, and what they tell of drift.
struct InputStatisticsTests {
    private static func normal(_ count: Int, mean: Float, seed: UInt64) -> InputStatistics {
        var random = SplitMix64(seed: seed)
        // The sum of twelve uniform numbers is nearly normal, with variance 1.
        let values = (0..<count).map { _ in
            mean + 0.1 * ((0..<12).reduce(Float(-6)) { sum, _ in sum + random.uniform() })
        }
        var statistics = InputStatistics(features: 1)
        statistics.add(values, count: count)
        return statistics
    }

    @Test("Each example counts once a feature, by its mean over positions")
    func counting() {
        var statistics = InputStatistics(features: 2)
        // Two examples of three positions: means 1 and -0.5, 0 and 0.25.
        statistics.add([0, -0.5, 1, -0.5, 2, -0.5, 0, 0.25, 0, 0.5, 0, 0], count: 2)
        statistics.add([], count: 0)
        #expect(statistics.examples == 2)
        let bins = InputStatistics.bins
        #expect(statistics.counts.enumerated().filter { $0.element > 0 }.map(\.offset) == [3, 28, bins, bins + 20])
    }

    @Test("Bins ascend with the value and take every value, not-a-number among them")
    func bins() {
        let values: [Float] = [
            -.infinity, -0.6, -0.5, -0.2, -0.125, -0.1, -0x1p-6, -0.01, 0, 0.0156, 0x1p-6, 0x1.4p-6, 0.02, 0.25, 0.3124,
            0.3125, 1, 1.99, 2, 1e30, .infinity,
        ]
        let bins = values.map(InputStatistics.bin)
        #expect(bins == bins.sorted() && bins.first == 0 && bins.last == InputStatistics.bins - 1)
        #expect(InputStatistics.bin(of: 0.25) + 1 == InputStatistics.bin(of: 0.3125))
        #expect(InputStatistics.bin(of: .nan) == 0)
    }

    @Test("The stability index is small for two samples of one population and above 0.2 for one that has moved")
    func stability() {
        let baseline = Self.normal(5000, mean: 0.5, seed: 1)
        #expect(Self.normal(5000, mean: 0.5, seed: 2).stabilityIndices(against: baseline)[0] < 0.02)
        #expect(Self.normal(5000, mean: 0.6, seed: 3).stabilityIndices(against: baseline)[0] > 0.2)
        #expect(baseline.stabilityIndices(against: baseline) == [0])
        // Half in one bin and half in another, against a quarter and three quarters: 0.25 ln 2 + 0.25 ln 1.5.
        var (even, uneven) = (InputStatistics(features: 1), InputStatistics(features: 1))
        even.add(Array(repeating: 0.1, count: 500_000) + Array(repeating: 1, count: 500_000), count: 1_000_000)
        uneven.add(Array(repeating: 0.1, count: 250_000) + Array(repeating: 1, count: 750_000), count: 1_000_000)
        #expect(abs(even.stabilityIndices(against: uneven)[0] - (0.25 * log(2) + 0.25 * log(1.5))) < 1e-5)
    }

    @Test("Parts add up to the whole in any order, and the whole without a part is the rest")
    func merging() {
        let (first, second) = (Self.normal(100, mean: 0.2, seed: 4), Self.normal(70, mean: 0.9, seed: 5))
        let sum = InputStatistics(features: 1, counts: zip(first.counts, second.counts).map { $0 + $1 })
        #expect(sum - first == second)
    }

    @Test("Data of one kind, or of two, is where a model of many kinds was made for; what is between two kinds is not")
    func kinds() {
        let kinds = [0.1, 0.3, 0.9].enumerated().map { Self.normal(5000, mean: $1, seed: UInt64(10 + $0)) }
        func drift(_ sample: InputStatistics) -> (mixed: Double, whole: Double) {
            let whole = kinds[0] + kinds[1] + kinds[2]
            return (
                sample.stabilityIndices(against: .mixture(of: kinds, like: sample))[0],
                sample.stabilityIndices(against: whole)[0]
            )
        }
        let one = drift(Self.normal(3000, mean: 0.9, seed: 20))
        #expect(one.mixed < 0.03 && one.whole > 0.5, "\(one)")
        let two = drift(Self.normal(3000, mean: 0.9, seed: 21) + Self.normal(1000, mean: 0.1, seed: 22))
        #expect(two.mixed < 0.03 && two.whole > 0.3, "\(two)")
        #expect(drift(Self.normal(3000, mean: 0.6, seed: 23)).mixed > 1)
        let mixture = InputStatistics.mixture(of: kinds, like: Self.normal(3000, mean: 0.9, seed: 24))
        #expect(abs(mixture.examples - 15_000) < InputStatistics.bins)
        #expect(InputStatistics.mixture(of: [kinds[0]], like: kinds[2]) == kinds[0])
    }

    @Test("What was written is read; counts that do not fit are refused")
    func coding() throws {
        let statistics = Self.normal(10, mean: 0.5, seed: 6)
        let json = try JSONEncoder().encode(statistics)
        #expect(try JSONDecoder().decode(InputStatistics.self, from: json) == statistics)
        for text in [
            #"{"features":2,"counts":[1,2,3]}"#, #"{"features":0,"counts":[]}"#,
            #"{"features":4611686018427387904,"counts":[]}"#, #"{"features":-1,"counts":[]}"#, "{}",
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(InputStatistics.self, from: Data(text.utf8))
            }
        }
    }

    @Test("A package keeps the statistics of its training data, and one without them is read as before")
    func lineage() throws {
        let architecture = Architecture(input: [1, 1], layers: [.flatten, .linear(outputs: 2)])
        var package = ModelPackage(
            try Network(architecture, seed: 1), featureVersion: "test-1", labels: ["no", "yes"],
            lineage: Lineage(
                inputs: Self.normal(10, mean: 0.5, seed: 7), inputKinds: ["a": Self.normal(10, mean: 0.5, seed: 7)]))
        #expect(try ModelPackage(decoding: package.encode()) == package)
        (package.lineage.inputs, package.lineage.inputKinds) = (nil, nil)
        let bytes = try package.encode()
        #expect(try ModelPackage(decoding: bytes) == package)
        #expect(bytes.firstRange(of: Array("inputs".utf8)) == nil)
    }
}
