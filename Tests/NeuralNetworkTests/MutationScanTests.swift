import Testing

@testable import NeuralNetwork

@Suite("Mutation scans")
struct MutationScanTests {
    /// Networks whose changed sequences are predicted with the same bytes.
    static let exact: [Architecture] = [
        Architecture(
            bases: 60,
            layers: [
                .conv1d(filters: 6, kernel: 5, padding: 2, reverseComplement: true), .batchNorm(), .gelu,
                .residual([.conv1d(filters: 6, kernel: 3, padding: 2, dilation: 2), .tanh]), .dropout(rate: 0.5),
                .maxPool1d(kernel: 3, stride: 2), .layerNorm(), .maxPool(), .foldStrands(), .linear(outputs: 3),
            ]),
        Architecture(
            bases: 41,
            layers: [
                .conv1d(filters: 4, kernel: 6, stride: 3), .batchNorm(), .relu, .averagePool1d(kernel: 2),
                .linear(outputs: 5), .softmax, .select(position: 2), .linear(outputs: 2),
            ]),
        Architecture(
            bases: 40,
            layers: [
                .parallel([
                    .init([.conv1d(filters: 4, kernel: 3, padding: 1)]),
                    .init([.conv1d(filters: 4, kernel: 9, padding: 4), .relu]), .init([.oneHot]),
                ]),
                .conv1d(filters: 8, kernel: 2, stride: 2), .gru(hidden: 3, bidirectional: true), .averagePool(),
                .linear(outputs: 2),
            ]),
        Architecture(bases: 20, layers: [.conv1d(filters: 4, kernel: 5), .attention(heads: 2), .maxPool()]),
        Architecture(bases: 7, layers: [.conv1d(filters: 4, kernel: 7), .flatten, .linear(outputs: 2)]),
        Architecture(
            inputs: [
                InputSpecification(name: "sequence", kind: .bases, shape: [30]),
                InputSpecification(name: "marks", shape: [30, 2]),
            ],
            layers: [
                .parallel([
                    .init([.conv1d(filters: 3, kernel: 3, padding: 1)]), .init([.linear(outputs: 2)], input: "marks"),
                ]),
                .conv1d(filters: 4, kernel: 3), .relu, .maxPool(), .linear(outputs: 1),
            ]),
    ]

    /// Networks with sums over all positions, whose changes differ by rounding.
    static let rounded: [Architecture] = [
        Architecture(
            bases: 50,
            layers: [
                .conv1d(filters: 5, kernel: 5, padding: 2), .relu, .maxPool1d(kernel: 2), .flatten,
                .linear(outputs: 70), .relu, .linear(outputs: 2),
            ]),
        Architecture(bases: 50, layers: [.conv1d(filters: 5, kernel: 5), .tanh, .averagePool(), .linear(outputs: 2)]),
    ]

    @Test("Every change has the bytes of a prediction of the changed sequence", arguments: exact)
    func same(architecture: Architecture) throws {
        let (scan, expected) = try Self.scan(architecture)
        #expect(scan == expected)
    }

    @Test("Sums over all positions differ by rounding only", arguments: rounded)
    func nearlySame(architecture: Architecture) throws {
        let (scan, expected) = try Self.scan(architecture)
        #expect(difference(scan, expected.map(Double.init)) < 2e-6)
    }

    @Test("On a convolutional network it is at least four times as fast as predicting every changed sequence")
    func fast() throws {
        let architecture = Architecture(
            bases: 400,
            layers: [
                .conv1d(filters: 32, kernel: 11, padding: 5), .relu, .conv1d(filters: 32, kernel: 5, padding: 2), .relu,
                .maxPool1d(kernel: 2), .conv1d(filters: 32, kernel: 5, padding: 2), .relu, .maxPool(),
                .linear(outputs: 1),
            ])
        let model = try InferenceModel(Network(architecture, seed: 1))
        let scan = try MutationScan(model)
        let example = Array(InputGradientTests.examples(architecture, count: 1))
        let clock = ContinuousClock()
        var times: [(scan: Duration, naive: Duration)] = []
        for _ in 0..<3 {
            let fast = clock.measure { _ = scan.outputs(example) }
            let slow = clock.measure { _ = model.predict(Self.changed(architecture, example), count: 1600) }
            times.append((fast, slow))
        }
        let (fastest, naive) = (times.map(\.scan).min() ?? .zero, times.map(\.naive).min() ?? .zero)
        #expect(fastest * 4 < naive)
    }

    @Test("A network without bases has no scan")
    func none() throws {
        let model = try InferenceModel(Network(Architecture(input: [4], layers: [.linear(outputs: 1)]), seed: 1))
        #expect(throws: NeuralNetworkError.self) { try MutationScan(model) }
    }

    /// A scan's outputs, with several workers alike, and those of the changed sequences.
    private static func scan(_ architecture: Architecture) throws -> ([Float], [Float]) {
        let model = try InferenceModel(InputGradientTests.network(architecture))
        let example = InputGradientTests.examples(architecture, count: 1)
        let scan = try MutationScan(model)
        let result = scan.outputs(example)
        #expect(result.own == model.predict(example, count: 1))
        #expect(scan.outputs(example, workers: 3) == result)
        return (result.changed, model.predict(changed(architecture, example), count: 4 * scan.length))
    }

    private static func changed(_ architecture: Architecture, _ example: [Float]) -> [Float] {
        (0..<architecture.inputs[0].count).flatMap { position in
            (0..<4).flatMap { letter in
                var changed = example
                changed[position] = Float(1 << letter)
                return changed
            }
        }
    }
}
