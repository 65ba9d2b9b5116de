import Testing

@testable import NeuralNetwork

@Suite("Batch norm and global max pooling")
struct BatchNormTests {
    @Test(
        "Backward is the slope of forward",
        arguments: [
            Architecture(input: [4], layers: [.batchNorm()]),
            Architecture(input: [5, 19], layers: [.tanh, .batchNorm(epsilon: 1e-2)]),
            Architecture(input: [4, 3], layers: [.batchNorm(), .batchNorm(), .tanh, .flatten, .linear(outputs: 2)]),
            Architecture(input: [9, 3], layers: [.conv1d(filters: 4, kernel: 3), .batchNorm(), .maxPool()]),
            Architecture(input: [7, 3], layers: [.tanh, .maxPool(), .batchNorm()]),
            Architecture(input: [1, 3], layers: [.maxPool()]),
        ])
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        let weights = zip(network.weights, noise(network.weights.count, seed: 5)).map { $0 + $1 / 4 }
        try network.load(weights)
        try expectSlopes(network, input: noise(5 * network.graph.inputCount), count: 5)
    }

    @Test("Training normalizes by the examples at hand, whatever the running statistics are")
    func normalizes() throws {
        let network = try Network(Architecture(input: [6, 2], layers: [.batchNorm()]), seed: 1)
        try network.load([2, 1, 0.5, -1, 100, -100, 25, 4])
        let output = try GradientProbe(network, input: noise(60).map { 7 * $0 + 3 }, count: 5).output()
        for (channel, (weight, bias)) in [(2.0, 0.5), (1, -1)].enumerated() {
            let values = (0..<30).map { Double(output[2 * $0 + channel]) }
            let mean = values.reduce(0, +) / 30
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 30
            #expect(abs(mean - bias) < 1e-5)
            #expect(abs(variance.squareRoot() - weight) < 1e-4)
        }
    }

    /// What a batch norm follows, and whether it becomes part of that.
    struct Fold: CustomTestStringConvertible, Sendable {
        let input: InputSpecification
        let layer: LayerSpecification
        let isFolded: Bool

        init(_ layer: LayerSpecification, of kind: InputSpecification.Kind = .numbers, isFolded: Bool = true) {
            input = InputSpecification(name: "input", kind: kind, shape: kind == .bases ? [30] : [30, 6])
            self.layer = layer
            self.isFolded = isFolded
        }

        var testDescription: String { "\(layer) on \(input.kind)" }
    }

    @Test(
        "Folded into the layer before it, a batch norm computes what it computes alone",
        arguments: [
            Fold(.conv1d(filters: 35, kernel: 5, padding: 2)), Fold(.conv1d(filters: 35, kernel: 5), of: .bases),
            Fold(.conv1d(filters: 36, kernel: 3, stride: 2, groups: 3)), Fold(.linear(outputs: 33)),
            Fold(.conv1d(filters: 36, kernel: 3, bias: false), isFolded: false),
            Fold(.conv1d(filters: 36, kernel: 3, bias: false), of: .bases, isFolded: false),
            Fold(.linear(outputs: 33, bias: false), isFolded: false),
            Fold(.conv1d(filters: 36, kernel: 3, reverseComplement: true), of: .bases, isFolded: false),
            Fold(.tanh, isFolded: false),
        ])
    func folding(fold: Fold) throws {
        func network(_ between: [LayerSpecification]) throws -> Network {
            let network = try Network(
                Architecture(
                    inputs: [fold.input], layers: [fold.layer] + between + [.batchNorm(), .relu, .averagePool()]),
                seed: 2)
            var weights = network.weights
            for slice in network.slices {
                let values = noise(slice.range.count, seed: 9)
                let least: Float = slice.name.hasSuffix("running_var") ? 1.25 : 0
                weights.replaceSubrange(slice.range, with: values.map { $0 + least })
            }
            try network.load(weights)
            return network
        }
        let folded = try network([])
        // Nothing is folded over a layer in between, even one that inference leaves out.
        let apart = try network([.dropout(rate: 0.5)])
        #expect(InferencePlan(folded.graph).folds.count == (fold.isFolded ? 1 : 0))
        #expect(InferencePlan(apart.graph).folds.isEmpty)
        let before = folded.weights
        var random = SplitMix64(seed: 3)
        let input =
            fold.input.kind == .bases
            ? (0..<90).map { _ in Float(random.next() % 16) } : noise(3 * folded.graph.inputCount)
        let output = try InferenceModel(folded).predict(input, count: 3)
        #expect(folded.weights == before)
        #expect(difference(output, try InferenceModel(apart).predict(input, count: 3).map(Double.init)) < 1e-6)
    }

    @Test("A norm over the channels of all positions is not folded into a layer that has fewer columns")
    func flattened() throws {
        let layers: [LayerSpecification] = [.conv1d(filters: 3, kernel: 2), .flatten, .batchNorm()]
        let graph = try Graph(Architecture(input: [5, 2], layers: layers))
        #expect(InferencePlan(graph).folds.isEmpty)
    }

    @Test("A value that others read too is not changed by folding")
    func shared() throws {
        let network = try Network(
            Architecture(
                input: [4],
                layers: [.linear(outputs: 3), .parallel([.init([.batchNorm()]), .init([])]), .linear(outputs: 2)]),
            seed: 1)
        #expect(InferencePlan(network.graph).folds.isEmpty)
    }

    @Test(
        "Parameters out of range are refused at their place",
        arguments: [
            .batchNorm(epsilon: 0), .batchNorm(epsilon: 1), .batchNorm(epsilon: .nan), .batchNorm(momentum: 0),
            .batchNorm(momentum: 1.5), .batchNorm(momentum: .nan), .residual([.maxPool()]),
        ] as [LayerSpecification])
    func refused(layer: LayerSpecification) throws {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: [3, 2], layers: [layer]), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture && error?.place?.hasPrefix("layers[0]") == true)
    }
}
