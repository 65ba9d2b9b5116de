import Dispatch
import Foundation
import Hashing
import Testing

@testable import NeuralNetwork

@Suite("Predictions")
struct PredictionTests {
    static let architecture = Architecture(
        input: [33, 12],
        layers: [
            .conv1d(filters: 40, kernel: 3, padding: 1), .relu,
            .conv1d(filters: 16, kernel: 3, padding: 2, dilation: 2),
            .gelu, .layerNorm(), .gru(hidden: 11, bidirectional: true), .dropout(rate: 0.5),
            .maxPool1d(kernel: 3, stride: 2), .tanh, .flatten, .linear(outputs: 37), .sigmoid, .linear(outputs: 3),
        ])

    @Test("A record's prediction has the same bytes from every instruction set, in every batch, on every thread")
    func sameBytes() throws {
        let network = try Network(Self.architecture, seed: 11)
        let count = 65
        let input = noise(count * network.graph.inputCount)
        let expected = try InferenceModel(network, simd: .scalar).predict(input, count: count)
        #expect(!expected.contains { !$0.isFinite })
        #expect(Set(expected).count > count)
        let (inputs, outputs) = (network.graph.inputCount, network.graph.outputCount)
        for level in SIMDLevel.supported where level != .scalar {
            let model = try InferenceModel(network, simd: level)
            // Batches of n begin at 65 - n, so a record changes its row as well.
            try WorkerTeam(workers: 3).forEach(count) { _, index in
                let n = index + 1
                let output = model.predict(Array(input.suffix(n * inputs)), count: n)
                guard output == Array(expected.suffix(n * outputs)) else {
                    throw NeuralNetworkError(.mismatch, "\(level.rawValue) differs in a batch of \(n)")
                }
            }
        }
    }

    @Test(
        "Predictions have the bytes that were recorded once, on whatever processor this runs",
        arguments: SIMDLevel.supported)
    func recordedBytes(level: SIMDLevel) throws {
        let model = try InferenceModel(Network(Self.architecture, seed: 11), simd: level)
        let output = model.predict(noise(5 * model.inputCount), count: 5)
        let probabilities = try Calibration(temperature: 1.5).probabilities(output, classes: 3)
        #expect(
            SHA256Digest.hexadecimal(of: (output + probabilities).withUnsafeBytes(Array.init))
                == "9c659928c43142019ca793932dd70544931b2654083d79124b2c62ed434f08dc")
    }

    @Test("Functions of one number have the same bytes from every instruction set")
    func sameFunctions() throws {
        let special: [Float] = [
            0, -0.0, 1e-30, -1e-30, 88.5, -88.5, 1e30, -1e30, 0.0004, -0.0004, .leastNonzeroMagnitude,
        ]
        let x = special + noise(1013).map { 20 * $0 }
        let levels = try SIMDLevel.supported.map { try Kernels($0).functions }
        func values(_ map: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void) -> [UInt32] {
            var y = x
            map(x, &y, x.count)
            return y.map(\.bitPattern)
        }
        for functions in levels.dropFirst() {
            #expect(values(functions.exp) == values(levels[0].exp))
            #expect(values(functions.tanh) == values(levels[0].tanh))
            #expect(values(functions.sigmoid) == values(levels[0].sigmoid))
            #expect(values(functions.gelu) == values(levels[0].gelu))
            #expect(values(functions.relu) == values(levels[0].relu))
        }
    }

    @Test("exp, tanh and the logistic function are within four units in the last place")
    func accuracy() throws {
        let functions = try Kernels().functions
        let x = noise(20_000).map { 40 * $0 }
        func worst(
            _ map: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void, _ exact: (Double) -> Double
        ) -> Double {
            var y = x
            map(x, &y, x.count)
            return zip(x, y).reduce(0) { worst, pair in
                let truth = exact(Double(pair.0))
                return max(worst, abs(Double(pair.1) - truth) / Double(Float(truth).ulp))
            }
        }
        #expect(worst(functions.exp, Foundation.exp) < 4)
        #expect(worst(functions.tanh, Foundation.tanh) < 4)
        #expect(worst(functions.sigmoid) { 1 / (1 + Foundation.exp(-$0)) } < 4)
    }

    @Test(
        "A product of any shape is one chain of fused multiply-adds an output",
        arguments: [(1, 1, 1), (5, 3, 31), (12, 7, 32), (13, 257, 33), (37, 600, 65), (2, 1000, 3)])
    func product(m: Int, k: Int, n: Int) throws {
        let (a, b, bias) = (noise(m * k), noise(k * n, seed: 2), noise(n, seed: 3))
        var expected = [Float](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                expected[i * n + j] = (0..<k).reduce(bias[j]) { $0.addingProduct(a[i * k + $1], b[$1 * n + j]) }
            }
        }
        for level in SIMDLevel.supported {
            var output = [Float](repeating: .nan, count: m * n)
            try multiply(a, b, bias, m: m, k: k, n: n, level: level, into: &output)
            #expect(output == expected, "\(level)")
        }
    }

    @Test("An instruction set that cannot be used is an error that says what can")
    func forcedLevel() throws {
        #expect(try SIMDLevel.forced(nil) == SIMDLevel.supported.last)
        #expect(try SIMDLevel.forced("scalar") == .scalar)
        let error = #expect(throws: NeuralNetworkError.self) { try SIMDLevel.forced("neon") }
        #expect(error?.code == .unsupported)
        #expect(error?.description.contains("scalar") == true)
    }

    @Test("Inputs that are not numbers spoil only their own record")
    func notANumber() throws {
        let model = try InferenceModel(Network(Self.architecture, seed: 11))
        var input = noise(3 * model.inputCount)
        let clean = model.predict(input, count: 3)
        input[model.inputCount + 5] = .nan
        let spoilt = model.predict(input, count: 3)
        #expect(Array(spoilt[..<3]) == Array(clean[..<3]))
        #expect(Array(spoilt[6...]) == Array(clean[6...]))
    }
}
