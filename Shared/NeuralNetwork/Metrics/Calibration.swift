import Foundation

/// Turns logits into probabilities: softmax of logits divided by a temperature (Guo and others, 2017).
public struct Calibration: Codable, Sendable, Hashable {
    /// Above 1 where the network is too sure of itself.
    public var temperature: Float

    /// Divides by `temperature`.
    public init(temperature: Float = 1) {
        self.temperature = temperature
    }

    /// The temperature with the least cross-entropy on held-out examples, between 1/20 and 20.
    public init(fitting logits: [Float], labels: [Int], classes: Int) {
        precondition(logits.count == labels.count * classes)
        // Golden-section search over ln T: the loss has one minimum.
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (-log(20.0), log(20.0))
        func loss(_ logT: Double) -> Double {
            let t = exp(logT)
            return labels.enumerated().reduce(0) { sum, next in
                let x = logits[next.offset * classes..<(next.offset + 1) * classes].map { Double($0) / t }
                let greatest = x.max() ?? 0
                return sum + log(x.reduce(0) { $0 + exp($1 - greatest) }) + greatest - x[next.element]
            }
        }
        var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
        var (lossA, lossB) = (loss(a), loss(b))
        for _ in 0..<40 {
            if lossA < lossB {
                (high, b, lossB) = (b, a, lossA)
                a = high - ratio * (high - low)
                lossA = loss(a)
            } else {
                (low, a, lossA) = (a, b, lossB)
                b = low + ratio * (high - low)
                lossB = loss(b)
            }
        }
        temperature = Float(exp((low + high) / 2))
    }

    /// The classes' probabilities of each example, the same bytes on every processor.
    public func probabilities(_ logits: [Float], classes: Int) throws(NeuralNetworkError) -> [Float] {
        var result = logits
        try result.withUnsafeMutableBufferPointer { buffer throws(NeuralNetworkError) in
            try replaceByProbabilities(buffer, classes: classes)
        }
        return result
    }

    /// Replaces logits, `[count][classes]`, by probabilities where they are.
    public func replaceByProbabilities(
        _ logits: UnsafeMutableBufferPointer<Float>, classes: Int
    ) throws(NeuralNetworkError) {
        precondition(classes > 0 && logits.count.isMultiple(of: classes))
        guard let base = logits.baseAddress else { return }
        let rows = stride(from: 0, to: logits.count, by: classes)
        for first in rows {
            let row = first..<first + classes
            let greatest = row.reduce(-Float.infinity) { base[$1] > $0 ? base[$1] : $0 }
            for i in row { base[i] = (base[i] - greatest) / temperature }
        }
        try Kernels().functions.exp(base, base, logits.count)
        for first in rows {
            let row = first..<first + classes
            let sum = row.reduce(Float(0)) { $0 + base[$1] }
            for i in row { base[i] /= sum }
        }
    }
}
