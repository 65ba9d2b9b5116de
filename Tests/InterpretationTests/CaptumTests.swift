import Foundation
import NeuralNetwork
import Testing

@testable import Interpretation

/// Reference values that `Tools/make_captum_golden.py` took from Captum in double precision.
struct CaptumGolden {
    let content: Safetensors
    let network: Network

    init(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        content = try Safetensors.decode(Array(Data(contentsOf: folder.appending(path: "\(name).safetensors"))))
        let document = Data((content.metadata["architecture"] ?? "").utf8)
        network = try Network(JSONDecoder().decode(Architecture.self, from: document), seed: 0)
        var weights: [Float] = []
        for slice in network.slices {
            weights += try #require(content["weights.\(slice.name)"]?.floats, "\(slice.name)")
        }
        try network.load(weights)
    }

    func floats(_ name: String) throws -> [Float] { try #require(content[name]?.floats) }

    func doubles(_ name: String) throws -> [Double] {
        try #require(content[name]).bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }

    /// The explainer of the second output, the examples and the references, relaxed.
    func setUp() throws -> (InputExplainer, inputs: [[Float]], references: [[Float]]) {
        let explainer = try InputExplainer(GradientModel(network), target: .output(1, of: 2))
        func rows(_ values: [Float]) -> [[Float]] {
            stride(from: 0, to: values.count, by: explainer.model.inputCount).map {
                Array(values[$0..<$0 + explainer.model.inputCount])
            }
        }
        return (explainer, rows(try floats("inputs")), rows(try floats("references")))
    }
}

/// The greatest difference, over the greatest magnitude in the second.
func difference(_ a: [Float], _ b: some Collection<Double>) -> Double {
    guard a.count == b.count else { return .infinity }
    let scale = b.reduce(1e-12) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
}

@Suite("Against Captum")
struct CaptumTests {
    static let names = ["convolution", "recurrent", "products"]

    @Test("Gradients are PyTorch's", arguments: names)
    func gradients(name: String) throws {
        let golden = try CaptumGolden(name)
        let (explainer, inputs, _) = try golden.setUp()
        let (expected, outputs) = (try golden.doubles("gradients"), try golden.doubles("outputs"))
        for (row, input) in inputs.enumerated() {
            let (score, gradient) = explainer.gradient(input)
            #expect(difference(gradient, expected[row * input.count..<(row + 1) * input.count]) < 2e-5)
            #expect(abs(score - outputs[2 * row + 1]) < 1e-5)
        }
    }

    @Test("Integrated gradients are Captum's", arguments: names)
    func integratedGradients(name: String) throws {
        let golden = try CaptumGolden(name)
        let (explainer, inputs, references) = try golden.setUp()
        let expected = try golden.doubles("integratedGradients")
        for (row, input) in inputs.enumerated() {
            for (column, reference) in references.enumerated() {
                let result = try explainer.integratedGradients(input, references: reference, maximumError: 1e-3)
                let first = (row * references.count + column) * input.count
                #expect(difference(result.contributions, expected[first..<first + input.count]) < 5e-3)
                #expect(result.completeness.error < 1e-3)
            }
        }
    }

    @Test("DeepLIFT is Captum's where Captum has rules")
    func deepLIFT() throws {
        let golden = try CaptumGolden("convolution")
        let (explainer, inputs, references) = try golden.setUp()
        let expected = try golden.doubles("deepLIFT")
        for (row, input) in inputs.enumerated() {
            for (column, reference) in references.enumerated() {
                let result = try explainer.deepLIFT(input, references: reference, maximumError: 1e-4)
                let first = (row * references.count + column) * input.count
                #expect(difference(result.contributions, expected[first..<first + input.count]) < 2e-4)
            }
            // All references at once: the mean.
            let mean = try explainer.deepLIFT(input, references: references.flatMap { $0 }, maximumError: 1e-4)
            let means = input.indices.map { i in
                references.indices.reduce(0.0) { $0 + expected[(row * references.count + $1) * input.count + i] }
                    / Double(references.count)
            }
            #expect(difference(mean.contributions, means) < 2e-4)
        }
    }
}
