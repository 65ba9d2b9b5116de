import Foundation
import Testing

@testable import NeuralNetwork

/// Values and gradients of a loss on arrays.
func evaluate(_ loss: Loss, _ outputs: [Float], _ targets: [Float], width: Int) -> (
    total: Loss.Total, gradient: [Float]
) {
    var gradient = [Float](repeating: .nan, count: outputs.count)
    let total = loss.evaluate(
        outputs: outputs, targets: targets, count: outputs.count / width, width: width, dOutputs: &gradient)
    return (total, gradient)
}

@Suite("Losses")
struct LossTests {
    static let names = [
        "cross-entropy", "weighted-cross-entropy", "binary", "weighted-binary", "focal", "binary-focal", "squared",
        "huber", "poisson", "generalized",
    ]

    private func loss(_ name: String, of content: Safetensors) throws -> Loss {
        try JSONDecoder().decode(Loss.self, from: Data(try #require(content.metadata[name]).utf8))
    }

    @Test("Values and gradients are PyTorch's", arguments: names)
    func reference(name: String) throws {
        let content = try Golden.content("losses")
        let outputs = try #require(content["\(name).outputs"])
        let (total, gradient) = evaluate(
            try loss(name, of: content), try #require(outputs.floats), try #require(content["\(name).targets"]?.floats),
            width: outputs.shape[1])
        // Exponentials are good to some units in the last place of a float.
        let value = try #require(content["\(name).value"]).doubles[0]
        #expect(abs(total.mean - value) < 1e-6 * max(1, abs(value)))
        let expected = try #require(content["\(name).gradient"]).doubles
        #expect(difference(gradient.map { $0 / Float(total.weight) }, expected) < 1e-6)
    }

    @Test("Gradients are the slopes of the sum", arguments: names)
    func finiteDifferences(name: String) throws {
        let content = try Golden.content("losses")
        let loss = try loss(name, of: content)
        let targets = try #require(content["\(name).targets"]?.floats)
        var outputs = try #require(content["\(name).outputs"]?.floats)
        let width = try #require(content["\(name).outputs"]).shape[1]
        let gradient = evaluate(loss, outputs, targets, width: width).gradient
        let step: Float = 0x1p-8
        let slopes = outputs.indices.map { i in
            let value = outputs[i]
            outputs[i] = value + step
            let above = evaluate(loss, outputs, targets, width: width).total.sum
            outputs[i] = value - step
            let below = evaluate(loss, outputs, targets, width: width).total.sum
            outputs[i] = value
            return (above - below) / Double((value + step) - (value - step))
        }
        #expect(difference(gradient, slopes) < 2e-4)
    }

    @Test("Right decisions are counted, and targets that are missing are not")
    func decisions() {
        let classes = evaluate(.softmaxCrossEntropy(classWeights: [1, 3]), [2, 1, 0, 5, 1, 1], [0, 1, 1], width: 2)
            .total
        #expect(classes.decisions == 3 && classes.correct == 2 && classes.weight == 7)
        let labels = evaluate(.binaryCrossEntropy(), [3, -1, 2, .nan], [1, 0, 0, .nan], width: 2)
        #expect(labels.total.decisions == 3 && labels.total.correct == 2 && labels.total.weight == 3)
        #expect(labels.gradient[3] == 0)
        let missing = evaluate(.huber(), [1, 2], [.nan, .nan], width: 2)
        for loss in [Loss.softmaxCrossEntropy(classWeights: [1, 3]), .focal(), .generalizedCrossEntropy()] {
            let (total, gradient) = evaluate(loss, [2, 1, 0, 5], [.nan, 1], width: 2)
            #expect(total.decisions == 1 && total.sum.isFinite && gradient[0] == 0 && gradient[1] == 0)
        }
        #expect(evaluate(.focal(), [1, 2], [.nan, 1], width: 1).total.decisions == 1)
        #expect(missing.total.mean == 0 && missing.total.accuracy == nil && missing.gradient == [0, 0])
    }

    @Test(
        "Extreme logits give finite losses and gradients",
        arguments: [
            Loss.softmaxCrossEntropy(labelSmoothing: 0.1), .focal(gamma: 0), .focal(gamma: 0.5),
            .generalizedCrossEntropy(), .binaryCrossEntropy(),
        ])
    func extremes(loss: Loss) {
        let outputs: [Float] = [1000, -1000, -1000, 1000, 0, 1e30]
        let targets: [Float] = loss.task == .classes ? [0, 0, 1] : [1, 1, 0, 1, 0, 0]
        let (total, gradient) = evaluate(loss, outputs, targets, width: 2)
        #expect(total.sum.isFinite && gradient.allSatisfy(\.isFinite))
        let (single, slope) = evaluate(.focal(gamma: 0.5), [200, -200, 0], [1, 1, 0], width: 1)
        #expect(single.sum.isFinite && slope.allSatisfy(\.isFinite))
    }

    @Test("A class that does not exist, and outputs that are no numbers, make the sum a NaN and nothing worse")
    func hostile() {
        for target in [3, -1, 0.5, .infinity, 1e30] as [Float] {
            let total = evaluate(.softmaxCrossEntropy(classWeights: [1, 2, 3]), [1, 2, 3], [target], width: 3).total
            #expect(total.sum.isNaN && total.mean.isNaN)
            #expect(evaluate(.focal(), [1], [target], width: 1).total.sum.isNaN)
        }
        let losses = [Loss.softmaxCrossEntropy(), .focal(), .generalizedCrossEntropy(), .meanSquaredError, .poisson]
        for loss in losses {
            #expect(evaluate(loss, [.nan, 1, 1, 1], [1, 0, 0, 0], width: 2).total.sum.isNaN)
        }
        #expect(evaluate(.softmaxCrossEntropy(), [], [], width: 3).total == Loss.Total())
    }

    @Test("Targets that a loss does not take are refused, and say what was expected")
    func targets() {
        func problem(_ loss: Loss, _ target: [Float], outputs: Int) -> String? {
            target.withUnsafeBufferPointer { loss.problem($0, outputs: outputs) }
        }
        #expect(problem(.softmaxCrossEntropy(), [2], outputs: 3) == nil)
        #expect(problem(.binaryCrossEntropy(), [0, .nan, 0.5], outputs: 3) == nil)
        #expect(problem(.poisson, [7], outputs: 1) == nil)
        for (loss, target, outputs, message) in [
            (Loss.softmaxCrossEntropy(), [3], 3, "the label 3 is not in 0..<3"),
            (.generalizedCrossEntropy(), [.nan], 3, "the label nan is not in 0..<3"),
            (.focal(), [2], 1, "the label 2 is not in 0..<2"),
            (.binaryCrossEntropy(), [1.5], 1, "the label 1.5 is not in 0...1"),
            (.poisson, [-1], 1, "the label -1 is not a count"),
            (.meanSquaredError, [.infinity], 1, "the label inf is not a finite number"),
            (.huber(), [1, 2], 3, "there are 2 targets an example, not 3"),
        ] as [(Loss, [Float], Int, String)] {
            #expect(problem(loss, target, outputs: outputs) == message)
        }
    }

    @Test("Losses are written and read, and settings out of range are refused by name")
    func documents() throws {
        let losses: [Loss] = [
            .softmaxCrossEntropy(classWeights: [1, 2], labelSmoothing: 0.1), .binaryCrossEntropy(positiveWeights: [2]),
            .focal(gamma: 1), .meanSquaredError, .huber(delta: 2), .poisson, .generalizedCrossEntropy(q: 0.5),
        ]
        #expect(try JSONDecoder().decode([Loss].self, from: JSONEncoder().encode(losses)) == losses)
        #expect(throws: (any Error).self) {
            try JSONDecoder().decode(Loss.self, from: Data(#"{"type": "huber", "gamma": 2}"#.utf8))
        }
        for (loss, outputs, place) in [
            (.softmaxCrossEntropy(), 1, "loss"), (.softmaxCrossEntropy(labelSmoothing: 1), 2, "labelSmoothing"),
            (.binaryCrossEntropy(positiveWeights: [0, 1]), 2, "positiveWeights"), (.focal(gamma: -1), 2, "gamma"),
            (.focal(classWeights: [1]), 1, "classWeights"), (.huber(delta: .nan), 1, "delta"),
            (.generalizedCrossEntropy(q: 0), 2, "q"), (.poisson, 0, "loss"),
        ] as [(Loss, Int, String)] {
            let error = #expect(throws: NeuralNetworkError.self) { try loss.check(outputs: outputs) }
            #expect(error?.place == place)
        }
    }
}
