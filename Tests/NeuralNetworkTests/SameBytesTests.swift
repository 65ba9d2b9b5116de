import Testing

@testable import NeuralNetwork

@Suite("Bytes of predictions")
struct SameBytesTests {
    /// The engine benchmark's networks with fewer and narrower layers, and one whose lone example keeps a team busy.
    static let scaledDown = [
        ONNXNetwork(
            name: "SeqCNN",
            architecture: Architecture(
                bases: 125,
                layers: [
                    .conv1d(filters: 33, kernel: 19, padding: 9), .batchNorm(), .relu, .maxPool1d(kernel: 4),
                    .conv1d(filters: 35, kernel: 11, padding: 5), .batchNorm(), .relu, .maxPool1d(kernel: 4),
                    .conv1d(filters: 40, kernel: 7, padding: 3), .batchNorm(), .relu, .maxPool(),
                    .linear(outputs: 17), .relu, .linear(outputs: 1),
                ])),
        ONNXNetwork(
            name: "DanQ",
            architecture: Architecture(
                bases: 125,
                layers: [
                    .conv1d(filters: 40, kernel: 26), .relu, .maxPool1d(kernel: 13),
                    .lstm(hidden: 36, bidirectional: true), .flatten, .linear(outputs: 530), .relu,
                    .linear(outputs: 1),
                ])),
        ONNXNetwork(
            name: "Pileup",
            architecture: Architecture(
                input: [33, 18],
                layers: [
                    .lstm(hidden: 13, bidirectional: true), .lstm(hidden: 16, bidirectional: true), .flatten,
                    .linear(outputs: 33), .selu, .linear(outputs: 21),
                ])),
        ONNXNetwork(
            name: "Attention",
            architecture: Architecture(
                input: [90, 56],
                layers: [
                    .attention(heads: 2, maximumDistance: 20), .attentionPool(hidden: 55), .linear(outputs: 3),
                ])),
    ]

    @Test(
        "A record's prediction has the same bytes from every instruction set, in every batch, by any workers",
        arguments: ONNXNetwork.all + scaledDown)
    func sameBytes(network: ONNXNetwork) throws {
        let package = try network.package()
        let count = 65
        let input = network.examples(count)
        let expected = try InferenceModel(package, simd: .scalar).predict(input, count: count)
        #expect(expected.allSatisfy { $0.isFinite })
        for level in SIMDLevel.supported {
            let model = try InferenceModel(package, simd: level)
            let (width, outputs) = (model.inputCount, model.outputCount)
            let workspaces = (1...3).map { model.makeWorkspace(workers: $0) }
            // Batches of n begin at 65 - n, so a record changes its row as well.
            for n in 1...count {
                // All teams at the ends, and each in its turn between.
                for (index, workspace) in workspaces.enumerated() where n < 3 || n > 63 || n % 3 == index {
                    var output = [Float](repeating: .nan, count: n * outputs)
                    input.suffix(n * width).withUnsafeBufferPointer { input in
                        output.withUnsafeMutableBufferPointer {
                            model.predict(input, count: n, into: $0, workspace: workspace)
                        }
                    }
                    #expect(
                        output == Array(expected.suffix(n * outputs)),
                        "\(level), \(index + 1) workers, a batch of \(n)")
                }
            }
        }
    }
}
