import Foundation
import Testing

@testable import NeuralNetwork

/// A layer is added by adding one file, ScaleLayer.swift.
@Suite("A layer of one's own")
struct ScaleLayerTests {
    static let architecture = Architecture(
        input: [4, 3],
        layers: [.scale, .residual([.linear(outputs: 3), .scale]), .tanh, .flatten, .linear(outputs: 2)])

    @Test("Documents know it by its name, and only as they should")
    func documents() throws {
        let document = try JSONEncoder().encode(Self.architecture)
        #expect(try JSONDecoder().decode(Architecture.self, from: document) == Self.architecture)
        let layers = Data(#"[{"type": "scale"}]"#.utf8)
        #expect(try JSONDecoder().decode([LayerSpecification].self, from: layers) == [.scale])
        let misspelt = Data(#"[{"type": "scale", "factor": 2}]"#.utf8)
        #expect(throws: (any Error).self) { try JSONDecoder().decode([LayerSpecification].self, from: misspelt) }
    }

    @Test("Backward is the slope of forward")
    func finiteDifferences() throws {
        let network = try Network(Self.architecture, seed: 3)
        try network.load(zip(network.weights, noise(network.weights.count)).map(+))
        try expectSlopes(network, input: noise(3 * network.graph.inputCount), count: 3)
    }

    @Test("It trains, and a package keeps what it learnt")
    func trains() throws {
        // The second number alone decides, and the first is loud.
        let network = try Network(Architecture(input: [2], layers: [.scale, .tanh, .linear(outputs: 2)]), seed: 1)
        let numbers = noise(400)
        let inputs = numbers.enumerated().map { $0.isMultiple(of: 2) ? 9 * $1 : $1 }
        let labels = (0..<200).map { numbers[2 * $0 + 1] > 0 ? 1 : 0 }
        var options = TrainingOptions()
        (options.epochs, options.batchSize, options.learningRate) = (60, 20, 0.05)
        let report = try Trainer(network, options: options).fit(InMemoryExamples(inputs: inputs, labels: labels))
        #expect((report.epochs.last?.loss ?? 1) < 0.15)
        #expect(network.weights[1] > abs(network.weights[0]))

        let package = ModelPackage(network, featureVersion: "test/1", labels: ["negative", "positive"])
        let decoded = try ModelPackage(decoding: package.encode())
        #expect(
            try InferenceModel(decoded).predict(inputs, count: 200)
                == InferenceModel(network).predict(inputs, count: 200))
    }

    @Test("The documentation shows its file")
    func documentation() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let file = try String(contentsOf: folder.appending(path: "ScaleLayer.swift"), encoding: .utf8)
        let page = try String(
            contentsOf: folder.appending(path: "../../Shared/NeuralNetwork/NeuralNetwork.docc/AddingALayer.md"),
            encoding: .utf8)
        let blocks = page.split(separator: "```swift\n").dropFirst().compactMap { $0.split(separator: "```").first }
        #expect(file == "@testable import NeuralNetwork\n\n" + blocks.joined(separator: "\n"))
    }
}
