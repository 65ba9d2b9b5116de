import NeuralNetwork
import Testing

@testable import Interpretation

/// What users of other tools suffered, by name.
@Suite("Completeness")
struct CompletenessTests {
    /// Networks, whether every rule is exact, and the error that DeepLIFT keeps below.
    static let networks: [(name: String, layers: [LayerSpecification], isExact: Bool)] = [
        ("a reused activation", reused, true),
        ("an inline activation", inline, true),
        (
            "a maximum of overlapping windows",
            [
                .conv1d(filters: 8, kernel: 5, padding: 2), .maxPool1d(kernel: 4, stride: 1), .relu, .maxPool(),
                .linear(outputs: 1),
            ], true
        ),
        (
            "a product",
            [
                .parallel(
                    [.init([.conv1d(filters: 6, kernel: 3)]), .init([.conv1d(filters: 6, kernel: 3), .sigmoid])],
                    join: .multiply), .averagePool(), .linear(outputs: 1),
            ], true
        ),
        (
            "exponentials in a softmax",
            [
                .conv1d(filters: 6, kernel: 3), .softmax, .averagePool(), .linear(outputs: 1),
            ], false
        ),
        (
            "an LSTM",
            [
                .conv1d(filters: 6, kernel: 3), .relu, .lstm(hidden: 5, bidirectional: true), .averagePool(),
                .linear(outputs: 1),
            ], false
        ),
        (
            "a GRU", [.conv1d(filters: 6, kernel: 3), .gru(hidden: 5), .select(position: 20), .linear(outputs: 1)],
            false
        ),
        (
            "attention",
            [
                .conv1d(filters: 6, kernel: 3), .attention(heads: 2), .maxPool(), .linear(outputs: 1),
            ], false
        ),
        (
            "a residual with batch norm and dropout",
            [
                .conv1d(filters: 6, kernel: 3, padding: 1), .batchNorm(),
                .residual([.gelu, .conv1d(filters: 6, kernel: 3, padding: 1), .dropout(rate: 0.5)]), .foldStrands(),
                .averagePool1d(kernel: 2), .flatten, .linear(outputs: 1),
            ], true
        ),
    ]

    /// One value that stands for the activation in several places, as a module is reused.
    static let reused: [LayerSpecification] = {
        let activation = LayerSpecification.relu
        return [
            .conv1d(filters: 6, kernel: 5), activation, .conv1d(filters: 5, kernel: 3), activation, .flatten,
            .linear(outputs: 4), activation, .linear(outputs: 1),
        ]
    }()

    /// An activation within a branch, where a tool that replaces modules does not see it.
    static let inline: [LayerSpecification] = [
        .conv1d(filters: 6, kernel: 5),
        .parallel([.init([.tanh]), .init([.relu, .linear(outputs: 6), .selu])], join: .add), .flatten,
        .linear(outputs: 1),
    ]

    @Test("DeepLIFT and DeepSHAP are complete, or say by how much they are not", arguments: networks.indices)
    func deepLIFT(index: Int) throws {
        let (name, layers, isExact) = Self.networks[index]
        let package = try package(layers)
        for method in [AttributionMethod.deepLIFT, .deepSHAP] {
            var options = SequenceExplainer.Options()
            options.method = method
            options.maximumError = isExact ? 1e-4 : 0.01
            let explainer = try SequenceExplainer(package, target: .output(0, of: 1), options: options)
            #expect(explainer.layers.allSatisfy(\.rule.isExact) == isExact, "\(name)")
            let result = try explainer.explain(sequence(5))
            let completeness = try #require(result.completeness)
            #expect(completeness.error < (isExact ? 1e-4 : 0.01), "\(name)")
            let expected = result.score - (result.referenceScore ?? .nan)
            #expect(abs(completeness.difference - expected) < 1e-9)
            let sum = result.contributions.reduce(0.0) { $0 + Double($1) }
            #expect(abs(sum - expected) <= completeness.residual + 1e-5 * completeness.magnitude, "\(name)")
        }
    }

    @Test("Integrated gradients are complete to a hundredth", arguments: networks.indices)
    func integratedGradients(index: Int) throws {
        var options = SequenceExplainer.Options()
        options.method = .integratedGradients
        let explainer = try SequenceExplainer(
            package(Self.networks[index].layers), target: .output(0, of: 1), options: options)
        for seed in 1...3 { #expect(try #require(explainer.explain(sequence(seed)).error) < 0.01) }
    }

    @Test("Attributions above the limit are refused, with the error and the layers at fault")
    func refused() throws {
        var options = SequenceExplainer.Options()
        options.method = .deepLIFT
        options.maximumError = 1e-12
        let explainer = try SequenceExplainer(
            package(Self.networks[5].layers), target: .output(0, of: 1), options: options)
        let error = #expect(throws: InterpretationError.self) { try explainer.explain(sequence(5)) }
        #expect(error?.code == .incomplete)
        #expect(error?.message.contains("2 (LSTM)") == true)
        #expect(error?.message.contains("above 1e-12") == true)
    }

    @Test("The gradient times the input promises nothing, is measured, and refused where a limit is asked for")
    func gradientTimesInput() throws {
        var options = SequenceExplainer.Options()
        options.method = .gradientTimesInput
        let package = try package(Self.reused)
        let result = try SequenceExplainer(package, target: .output(0, of: 1), options: options).explain(sequence(5))
        #expect(try #require(result.error) > 0.01)
        options.maximumError = 0.01
        let explainer = try SequenceExplainer(package, target: .output(0, of: 1), options: options)
        #expect(throws: InterpretationError.self) { try explainer.explain(sequence(5)) }
    }

    @Test("A limit of an error that there is not is refused")
    func noError() throws {
        var options = SequenceExplainer.Options()
        options.method = .saliency
        options.maximumError = 0.1
        let package = try package(Self.reused)
        #expect(throws: InterpretationError.self) {
            try SequenceExplainer(package, target: .output(0, of: 1), options: options)
        }
    }

    @Test("What lacks is measured by the difference, or by the contributions where these cancel")
    func measure() {
        var completeness = Completeness(difference: -2, sum: -1.9, residual: 0.1, magnitude: 3)
        #expect(abs(completeness.error - 0.05) < 1e-12)
        completeness.difference = 0
        #expect(abs(completeness.error - 0.1 / 0.03) < 1e-9)
        #expect(Completeness(difference: 0, sum: 0, residual: 0, magnitude: 0).error == 0)
        #expect(Completeness(difference: .nan, sum: 0, residual: .nan, magnitude: 0).error.isFinite == false)
    }
}

let sequenceLength = 24

/// A package on sequences of 24 bases.
func package(_ layers: [LayerSpecification], labels: Int = 1) throws -> ModelPackage {
    let network = try Network(Architecture(bases: sequenceLength, layers: layers), seed: 11)
    return ModelPackage(network, featureVersion: "bases-1", labels: (0..<labels).map { "label \($0)" })
}

/// Random bases.
func sequence(_ seed: Int, length: Int = sequenceLength) -> [UInt8] {
    var random = SplitMix64(seed: UInt64(seed))
    return (0..<length).map { _ in 1 << UInt8(random.index(below: 4)) }
}
