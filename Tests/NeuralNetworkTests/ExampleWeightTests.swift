import Foundation
import Testing

@testable import NeuralNetwork

/// Examples that do not count alike.
@Suite("Weights of examples")
struct ExampleWeightTests {
    /// Examples of one network input, each with its target and its weight.
    private struct Weighted: ExampleSource {
        var inputs: [Float]
        var targets: [Float]
        var weights: [Float?]

        var count: Int { targets.count }

        func fill(
            _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
        ) throws {
            input[0] = inputs[index]
            target[0] = targets[index]
        }

        func weight(of index: Int) -> Float? { weights[index] }
    }

    private static func evaluate(_ loss: Loss, _ outputs: [Float], _ targets: [Float], _ weights: [Float], width: Int)
        -> (total: Loss.Total, gradient: [Float])
    {
        var gradient = [Float](repeating: .nan, count: outputs.count)
        let total = loss.evaluate(
            outputs: outputs, targets: targets, weights: weights, count: weights.count, width: width,
            dOutputs: &gradient)
        return (total, gradient)
    }

    @Test(
        "Sums, their weights and gradients are those of the examples, each times its weight", arguments: LossTests.names
    )
    func sums(name: String) throws {
        let content = try Golden.content("losses")
        let loss = try JSONDecoder().decode(Loss.self, from: Data(try #require(content.metadata[name]).utf8))
        let outputs = try #require(content["\(name).outputs"]?.floats)
        let targets = try #require(content["\(name).targets"]?.floats)
        let width = try #require(content["\(name).outputs"]).shape[1]
        let count = outputs.count / width
        let weights = (0..<count).map { Float($0 % 4) * 0.75 }
        var (sum, weight): (Double, Double) = (0, 0)
        let own = targets.count / count
        for example in 0..<count {
            let single = NeuralNetworkTests.evaluate(
                loss, Array(outputs[(example * width)..<((example + 1) * width)]),
                Array(targets[(example * own)..<((example + 1) * own)]), width: width)
            sum += Double(weights[example]) * single.total.sum
            weight += Double(weights[example]) * single.total.weight
        }
        let (total, gradient) = Self.evaluate(loss, outputs, targets, weights, width: width)
        #expect(abs(total.sum - sum) < 1e-9 * max(1, abs(sum)) && abs(total.weight - weight) < 1e-9)
        // The slopes of the weighted sum.
        var moved = outputs
        let step: Float = 0x1p-8
        let slopes = outputs.indices.map { i in
            moved[i] = outputs[i] + step
            let above = Self.evaluate(loss, moved, targets, weights, width: width).total.sum
            moved[i] = outputs[i] - step
            let below = Self.evaluate(loss, moved, targets, weights, width: width).total.sum
            moved[i] = outputs[i]
            return (above - below) / Double((outputs[i] + step) - (outputs[i] - step))
        }
        // Weights up to 2.25 enlarge the tolerance of the same test without them.
        #expect(difference(gradient, slopes) < 5e-4)
    }

    @Test("Weights of 1 give the loss and the gradient of examples without", arguments: LossTests.names)
    func ones(name: String) throws {
        let content = try Golden.content("losses")
        let loss = try JSONDecoder().decode(Loss.self, from: Data(try #require(content.metadata[name]).utf8))
        let outputs = try #require(content["\(name).outputs"]?.floats)
        let targets = try #require(content["\(name).targets"]?.floats)
        let width = try #require(content["\(name).outputs"]).shape[1]
        let plain = NeuralNetworkTests.evaluate(loss, outputs, targets, width: width)
        let weighted = Self.evaluate(
            loss, outputs, targets, [Float](repeating: 1, count: outputs.count / width), width: width)
        #expect(weighted.gradient == plain.gradient && abs(weighted.total.sum - plain.total.sum) < 1e-9)
        #expect(weighted.total.weight == plain.total.weight && weighted.total.correct == plain.total.correct)
    }

    private func fit(_ weights: [Float?]) throws -> [Float] {
        let network = try Network(Architecture(input: [1], layers: [.linear(outputs: 1)]), seed: 3)
        var options = TrainingOptions()
        options.epochs = 300
        options.batchSize = 4
        options.shardSize = 2
        options.validationShare = 0
        options.learningRate = 0.05
        options.loss = .meanSquaredError
        options.optimizer = .sgd()
        _ = try Trainer(network, options: options).fit(
            Weighted(inputs: [0, 0, 0, 0], targets: [1, 1, 5, 9], weights: weights))
        return try InferenceModel(network).predict([0], count: 1)
    }

    @Test("A network learns the weighted mean, and nothing of what counts 0")
    func mean() throws {
        #expect(abs(try fit([1, 1, 1, 1])[0] - 4) < 1e-3)
        #expect(try fit([nil, nil, nil, nil]) == fit([1, 1, 1, 1]))
        #expect(abs(try fit([3, 0, 1, 0])[0] - 2) < 1e-3)
        #expect(abs(try fit([0.5, 0.5, nil, nil])[0] - 5) < 1e-3)
    }

    @Test("A weight below 0, or none, is refused with its example", arguments: [-1, .nan, .infinity] as [Float])
    func refused(weight: Float) throws {
        let error = #expect(throws: NeuralNetworkError.self) { try fit([1, 1, weight, 1]) }
        #expect(error?.place == "example 2" && error?.message.contains("weight") == true)
    }
}
