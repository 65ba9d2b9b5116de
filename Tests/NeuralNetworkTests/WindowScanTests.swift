import Testing

@testable import NeuralNetwork

@Suite("Window scans")
struct WindowScanTests {
    /// Networks whose windows are predicted with the same bytes.
    static let exact: [Architecture] =
        MutationScanTests.exact.filter { $0.inputs.count == 1 } + [
            // No window shares a position of the edge with another.
            Architecture(
                bases: 30,
                layers: [
                    .conv1d(filters: 16, kernel: 7, reverseComplement: true), .relu, .maxPool(), .foldStrands(),
                    .linear(outputs: 4), .relu, .linear(outputs: 2),
                ]),
            // Strides after strides: positions of a window are four, then twelve bases apart.
            Architecture(
                bases: 90,
                layers: [
                    .conv1d(filters: 5, kernel: 4, stride: 2, padding: 1), .relu, .maxPool1d(kernel: 3, stride: 2),
                    .conv1d(filters: 6, kernel: 3, padding: 2, dilation: 2), .averagePool1d(kernel: 3), .tanh,
                    .flatten, .linear(outputs: 3),
                ]),
            // Branches that are joined, one of them of all positions.
            Architecture(
                bases: 40,
                layers: [
                    .conv1d(filters: 6, kernel: 5, padding: 2), .relu,
                    .parallel([.init([.flatten]), .init([.maxPool()])]), .linear(outputs: 2),
                ]),
        ]

    @Test("Every window has the bytes of its prediction, and stretches do not show", arguments: exact)
    func same(architecture: Architecture) throws {
        let (scan, expected) = try Self.scan(architecture)
        #expect(scan == expected)
    }

    @Test("Means over all positions differ by rounding only", arguments: MutationScanTests.rounded)
    func nearlySame(architecture: Architecture) throws {
        let (scan, expected) = try Self.scan(architecture)
        #expect(difference(scan, expected.map(Double.init)) < 2e-6)
    }

    @Test("A convolution is computed once a base")
    func shares() throws {
        let architecture = Architecture(
            bases: 100,
            layers: [
                .conv1d(filters: 8, kernel: 11), .relu, .maxPool1d(kernel: 2),
                .conv1d(filters: 8, kernel: 5, padding: 2), .maxPool(), .linear(outputs: 1),
            ])
        let model = try InferenceModel(Network(architecture, seed: 1))
        let plan = ScanPlan(model, input: model.graph.inputs[0])
        let strips = plan.strips.compactMap { $0 }
        // Codes, convolution, activation, pool (45 positions), convolution with two positions at each edge.
        #expect(strips.map(\.shared) == [0..<100, 0..<90, 0..<90, 0..<45, 2..<43])
        #expect(strips.map(\.spacing) == [1, 1, 1, 2, 2])
        let steps = plan.steps.map { step in
            switch step {
            case .local: "local"
            case .pool: "pool"
            case .whole: "whole"
            }
        }
        #expect(steps == ["local", "local", "local", "local", "pool", "whole"])
    }

    @Test("A sequence shorter than a window has none; networks of other inputs have no scan")
    func none() throws {
        let model = try InferenceModel(Network(Self.exact[0], seed: 1))
        #expect(try WindowScan(model).outputs([1, 2, 4, 8]).isEmpty)
        let other = try InferenceModel(Network(Architecture(input: [4], layers: [.linear(outputs: 1)]), seed: 1))
        #expect(throws: NeuralNetworkError.self) { try WindowScan(other) }
    }

    /// A scan of a sequence of some stretches, with several workers alike, and the predictions of its windows.
    private static func scan(_ architecture: Architecture) throws -> ([Float], [Float]) {
        let network = try InputGradientTests.network(architecture)
        let model = try InferenceModel(network)
        let scan = try WindowScan(model)
        var random = SplitMix64(seed: 7)
        let codes = (0..<(9 * scan.length + 13)).map { _ in UInt8([1, 2, 4, 8, 8, 4, 15, 5][Int(random.next() % 8)]) }
        let result = scan.outputs(codes)
        #expect(scan.outputs(codes, workers: 3) == result)
        let windows = codes.count - scan.length + 1
        let inputs = (0..<windows).flatMap { codes[$0..<($0 + scan.length)].map(Float.init) }
        return (result, model.predict(inputs, count: windows))
    }
}
