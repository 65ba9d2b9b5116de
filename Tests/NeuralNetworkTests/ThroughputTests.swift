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

    static let scanned: [Architecture] = [
        Architecture(
            bases: 1000,
            layers: [
                .conv1d(filters: 32, kernel: 15, padding: 7), .relu,
                .residual([.conv1d(filters: 32, kernel: 5, padding: 4, dilation: 2), .relu]),
                .residual([.conv1d(filters: 32, kernel: 5, padding: 8, dilation: 4), .relu]), .maxPool1d(kernel: 4),
                .conv1d(filters: 32, kernel: 5), .relu, .flatten, .linear(outputs: 32), .relu, .linear(outputs: 1),
            ]),
        Architecture(
            bases: 101,
            layers: [
                .conv1d(filters: 64, kernel: 19, padding: 9, reverseComplement: true), .relu, .maxPool(),
                .foldStrands(),
                .linear(outputs: 32), .relu, .linear(outputs: 1),
            ]),
        Architecture(
            bases: 60,
            layers: [
                .conv1d(filters: 32, kernel: 9, padding: 4), .relu, .gru(hidden: 16), .flatten, .linear(outputs: 3),
            ]),
    ]

    @Test("Mutagenesis of 1000 bases is four times as fast as the naive way", arguments: scanned.indices)
    func mutagenesis(index: Int) throws {
        let architecture = Self.scanned[index]
        let model = try InferenceModel(Network(architecture, seed: 1))
        let scan = try MutationScan(model)
        let example = InputGradientTests.examples(architecture, count: 1).map { $0 == 0 ? 1 : $0 }
        let changed = example.indices.flatMap { position in
            (0..<4).filter { example[position] != Float(1 << $0) }.flatMap { letter in
                var changed = example
                changed[position] = Float(1 << letter)
                return changed
            }
        }
        let count = changed.count / example.count
        let clock = ContinuousClock()
        let times = (0..<3).map { _ in
            (
                clock.measure { _ = scan.outputs(example) } / .seconds(1),
                clock.measure { _ = model.predict(changed, count: count) } / .seconds(1)
            )
        }
        let (fast, naive) = (times.map(\.0).min() ?? 0, times.map(\.1).min() ?? 0)
        print(
            "mutagenesis \(index): \(Int(Double(count) / fast)) changes/s, naive \(Int(Double(count) / naive)), \(naive / fast) times"
        )
        // A short sequence is reached by a change for the most part, and a recurrent layer as a whole.
        if index == 0 { #expect(naive > 4 * fast) }
    }

    @Test("Gradients of inputs", arguments: scanned.indices)
    func gradients(index: Int) throws {
        let model = try GradientModel(Network(Self.scanned[index], seed: 1))
        let workspace = model.makeWorkspace()
        let input = noise(256 * model.inputCount)
        _ = model.gradients([Float](repeating: 1, count: model.outputCount), at: input, workspace: workspace)
        let seconds =
            ContinuousClock().measure {
                _ = model.gradients([Float](repeating: 1, count: model.outputCount), at: input, workspace: workspace)
            } / .seconds(1)
        print("gradients \(index): \(Int(256 / seconds)) examples/s")
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
