import Foundation

/// What training minimizes.
public enum Loss: Sendable, Hashable {
    /// PyTorch's `CrossEntropyLoss(weight:label_smoothing:)` on logits and class indices, its mean weighted by class.
    case softmaxCrossEntropy(classWeights: [Float]? = nil, labelSmoothing: Float = 0)

    /// Sums over examples; a batch's loss is `sum / weight`.
    struct Total: Codable, Sendable, Hashable {
        var sum = 0.0
        var weight = 0.0
        var correct = 0

        mutating func add(_ other: Total) {
            sum += other.sum
            weight += other.weight
            correct += other.correct
        }
    }

    /// Floats of an example's target: a class index is one.
    func targetCount(outputs: Int) -> Int { 1 }

    /// Why a target cannot be learnt, or nil.
    func problem(_ target: UnsafeBufferPointer<Float>, outputs: Int) -> String? {
        let label = target[0]
        return label >= 0 && label < Float(outputs) && label == label.rounded(.down)
            ? nil : "the label \(label.formatted()) is not in 0..<\(outputs)"
    }

    /// Adds up the loss, and writes the gradient of `sum` (not divided by the weight) of each output.
    func evaluate(
        outputs logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, count: Int, width classes: Int,
        dOutputs dLogits: UnsafeMutablePointer<Float>
    ) -> Total {
        switch self {
        case .softmaxCrossEntropy(let weights, let smoothing):
            let weights = weights?.map(Double.init) ?? Array(repeating: 1, count: classes)
            let smooth = Double(smoothing) / Double(classes)
            let target = 1 - Double(smoothing)
            let weightSum = weights.reduce(0, +)
            var total = Total()
            for example in 0..<count {
                let x = logits + example * classes
                let label = Int(targets[example])
                let greatest = (1..<classes).reduce(0) { x[$1] > x[$0] ? $1 : $0 }
                let shift = Double(x[greatest])
                let logSum = log((0..<classes).reduce(0) { $0 + exp(Double(x[$1]) - shift) })
                // Class c has the coefficient w_y·(1-ε)·[c = y] + w_c·ε/K; the coefficients' sum times p_c is what
                // pulls the other way.
                let coefficients = target * weights[label] + smooth * weightSum
                for c in 0..<classes {
                    let logP = Double(x[c]) - shift - logSum
                    let coefficient = (c == label ? target * weights[c] : 0) + smooth * weights[c]
                    total.sum -= coefficient * logP
                    dLogits[example * classes + c] = Float(coefficients * exp(logP) - coefficient)
                }
                total.weight += weights[label]
                total.correct += greatest == label ? 1 : 0
            }
            return total
        }
    }

    /// Throws unless the loss fits so many classes.
    func check(outputs classes: Int) throws(NeuralNetworkError) {
        switch self {
        case .softmaxCrossEntropy(let weights, let smoothing):
            guard smoothing >= 0, smoothing < 1 else {
                throw NeuralNetworkError(.invalidOptions, "\(smoothing) is not in 0..<1", place: "labelSmoothing")
            }
            guard let weights else { return }
            guard weights.count == classes, weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
                throw NeuralNetworkError(
                    .invalidOptions, "there must be \(classes) positive numbers, one a class", place: "classWeights")
            }
        }
    }
}

extension Loss: Codable {
    private enum Kind: String, Codable, CaseIterable { case softmaxCrossEntropy }

    /// Reads `{"type": "softmaxCrossEntropy", "classWeights": [1, 2, 2], "labelSmoothing": 0.1}`.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        let kind: Kind = try field.kind()
        switch kind {
        case .softmaxCrossEntropy:
            self = .softmaxCrossEntropy(
                classWeights: try field.optional("classWeights"),
                labelSmoothing: try field("labelSmoothing", default: 0))
        }
        try field.end()
    }

    /// Writes all fields.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        switch self {
        case .softmaxCrossEntropy(let classWeights, let labelSmoothing):
            try fields.encode(Kind.softmaxCrossEntropy, forKey: "type")
            try fields.encodeIfPresent(classWeights, forKey: "classWeights")
            try fields.encode(labelSmoothing, forKey: "labelSmoothing")
        }
    }
}
