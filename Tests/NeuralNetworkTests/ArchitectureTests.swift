import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Architectures")
struct ArchitectureTests {
    static let document = """
        {
          "input": [33, 28],
          "layers": [
            {"type": "conv1d", "filters": 64, "kernel": 3, "padding": 1},
            {"type": "relu"},
            {"type": "gru", "hidden": 48, "bidirectional": true},
            {"type": "flatten"},
            {"type": "linear", "outputs": 3}
          ]
        }
        """

    static func decode(_ json: String) throws -> Architecture {
        try JSONDecoder().decode(Architecture.self, from: Data(json.utf8))
    }

    @Test("A document is read, with defaults for what is left out")
    func reading() throws {
        let architecture = try Self.decode(Self.document)
        #expect(
            architecture
                == Architecture(
                    input: [33, 28],
                    layers: [
                        .conv1d(filters: 64, kernel: 3, padding: 1), .relu, .gru(hidden: 48, bidirectional: true),
                        .flatten, .linear(outputs: 3),
                    ]))
        #expect(try architecture.outputShape() == [3])
        let network = try Network(architecture, seed: 1)
        // 64·28·3+64, twice 3·48·(64+48+2), 3·33·96+3.
        #expect(network.parameterCount == 5440 + 32832 + 9507)
        #expect(network.slices.last == ParameterSlice(name: "4.bias", shape: [3], range: 47776..<47779))
    }

    @Test("Every layer is read back as it was written")
    func roundTrip() throws {
        let architecture = Architecture(
            input: [9, 2],
            layers: [
                .linear(outputs: 3), .conv1d(filters: 2, kernel: 3, stride: 2, padding: 1, dilation: 2),
                .gru(hidden: 4),
                .relu, .gelu, .tanh, .sigmoid, .maxPool1d(kernel: 3, stride: 2), .averagePool(), .select(position: 2),
                .flatten, .dropout(rate: 0.25), .layerNorm(epsilon: 1e-3),
            ])
        let decoded = try JSONDecoder().decode(Architecture.self, from: JSONEncoder().encode(architecture))
        #expect(decoded == architecture)
    }

    @Test(
        "Unknown types and misspelt fields are refused",
        arguments: [
            #"{"type": "conv3d", "filters": 3}"#, #"{"filters": 3}"#, #"{"type": "linear"}"#,
            #"{"type": "gru", "hidden": 3, "bidirectinal": true}"#, #"{"type": "linear", "outputs": "3"}"#,
        ])
    func misspelt(layer: String) {
        #expect(throws: DecodingError.self) { try Self.decode(#"{"input": [3], "layers": [\#(layer)]}"#) }
    }

    @Test(
        "Layers that do not fit, or are absurdly large, are errors that name the layer",
        arguments: [
            ([3], [.conv1d(filters: 2, kernel: 2)], "layers[0]"),
            ([3, 2], [.relu, .conv1d(filters: 2, kernel: 4)], "layers[1]"),
            ([3, 2], [.conv1d(filters: 2, kernel: 2, dilation: .max)], "layers[0]"),
            ([3, 2], [.conv1d(filters: 0, kernel: 2)], "layers[0]"),
            ([3, 2], [.conv1d(filters: 2, kernel: 2, padding: -1)], "layers[0]"),
            ([3, 2], [.select(position: 3)], "layers[0]"),
            ([3, 2], [.maxPool1d(kernel: 4, stride: 1)], "layers[0]"),
            ([3, 2], [.dropout(rate: 1)], "layers[0]"),
            ([3, 2], [.flatten, .gru(hidden: 1)], "layers[1]"),
            ([3, 2], [.linear(outputs: .max)], "layers[0]"),
            ([3, 1 << 19], [.linear(outputs: 1 << 20)], "layers[0]"),
            ([3, 2], [.gru(hidden: 1 << 20)], "layers[0]"),
            ([.max, .max], [.relu], "input"), ([0], [.relu], "input"), ([], [.relu], "input"),
            ([3], [.flatten], "layers"), ([3], [], "layers"),
        ] as [([Int], [LayerSpecification], String)])
    func misfits(input: [Int], layers: [LayerSpecification], place: String) {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: input, layers: layers), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture)
        #expect(error?.place == place)
    }

    @Test("A seed gives the same parameters every time, within PyTorch's bounds")
    func seeds() throws {
        let architecture = try Self.decode(Self.document)
        let network = try Network(architecture, seed: 1)
        #expect(try Network(architecture, seed: 1).weights == network.weights)
        #expect(try Network(architecture, seed: 2).weights != network.weights)
        let greatest = network["0.weight"]?.map(abs).max() ?? 0
        #expect((0.108...0.10911).contains(greatest))  // 1/√84
    }
}
