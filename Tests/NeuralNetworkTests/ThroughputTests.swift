import Foundation
import Testing

@testable import NeuralNetwork

/// Speed on one core, to run by hand:
/// `HELICASE_THROUGHPUT=1 swift test -c release -Xswiftc -enable-testing --filter ThroughputTests`.
@Suite("Throughput", .enabled(if: ProcessInfo.processInfo.environment["HELICASE_THROUGHPUT"] != nil), .serialized)
struct ThroughputTests {
    /// About what a variant caller uses.
    static let architecture = Architecture(
        input: [33, 28],
        layers: [
            .conv1d(filters: 64, kernel: 3, padding: 1), .relu, .conv1d(filters: 64, kernel: 3, padding: 1), .relu,
            .gru(hidden: 64, bidirectional: true), .flatten, .linear(outputs: 128), .relu, .linear(outputs: 3),
        ])

    @Test("Inference does 5000 examples a second", arguments: SIMDLevel.supported.filter { $0 != .scalar })
    func inference(level: SIMDLevel) throws {
        let model = try InferenceModel(Network(Self.architecture, seed: 1), simd: level)
        let count = 4800
        let input = noise(count * model.inputCount)
        _ = model.predict(input, count: count)
        let seconds = ContinuousClock().measure { _ = model.predict(input, count: count) } / .seconds(1)
        print("inference, \(level.rawValue): \(Int(Double(count) / seconds)) examples/s")
        #expect(Double(count) / seconds > 5000)
    }

    @Test("Training does 1500 examples a second")
    func training() throws {
        let network = try Network(Self.architecture, seed: 1)
        let count = 5120
        let examples = InMemoryExamples(
            inputs: noise(count * network.graph.inputCount), labels: (0..<count).map { $0 % 3 })
        var options = TrainingOptions()
        options.epochs = 1
        let trainer = try Trainer(network, options: options)
        let seconds = try ContinuousClock().measure { _ = try trainer.fit(examples) } / .seconds(1)
        print("training: \(Int(Double(count) / seconds)) examples/s")
        #expect(Double(count) / seconds > 1500)
    }
}
