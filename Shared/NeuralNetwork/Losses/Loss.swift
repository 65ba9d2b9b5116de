/// What training minimizes: the mean over a batch of a loss of a network's last outputs and the targets.
///
/// As JSON: `{"type": "focal", "gamma": 2, "classWeights": [1, 4]}`. Where PyTorch has the loss, values, gradients and
/// the weights of means are PyTorch's. Outputs are logits; the targets of one example are one class index, or one
/// number an output, of which those that are missing (not a number) are not counted.
public enum Loss: Sendable, Hashable {
    /// PyTorch's `CrossEntropyLoss(weight:label_smoothing:)` on a class index; its mean is weighted by class.
    case softmaxCrossEntropy(classWeights: [Float]? = nil, labelSmoothing: Float = 0)
    /// PyTorch's `BCEWithLogitsLoss(pos_weight:)` on one target in 0...1 an output.
    case binaryCrossEntropy(positiveWeights: [Float]? = nil)
    /// -wᵧ·(1-p)^γ·ln p of the true class (Lin and others 2017, equation 5), which mutes what is easy.
    ///
    /// On a class index and the softmax of the logits, or of one logit on a target of 0 or 1 and its sigmoid. Its mean
    /// is weighted by class, so with γ = 0 it is the cross-entropy.
    case focal(gamma: Float = 2, classWeights: [Float]? = nil)
    /// PyTorch's `MSELoss`.
    case meanSquaredError
    /// PyTorch's `HuberLoss`: squared up to `delta`, linear beyond.
    case huber(delta: Float = 1)
    /// PyTorch's `PoissonNLLLoss(log_input=True)` of counts: the output is the logarithm of the rate.
    case poisson
    /// (1 - p^q)/q of the true class for wrong labels (Zhang and Sabuncu 2018, equation 6).
    ///
    /// Near q = 0 it is the cross-entropy, at q = 1 the mean absolute error.
    case generalizedCrossEntropy(q: Float = 0.7)

    /// Sums over examples; a batch's loss is `sum / weight`.
    struct Total: Codable, Sendable, Hashable {
        var sum = 0.0
        var weight = 0.0
        /// Decisions, where the loss is one of a classification: one an example, or one an output.
        var decisions = 0
        /// Those that were right.
        var correct = 0

        mutating func add(_ other: Total) {
            sum += other.sum
            weight += other.weight
            decisions += other.decisions
            correct += other.correct
        }

        /// The loss; 0 if nothing was counted.
        var mean: Double { weight > 0 || !sum.isFinite ? sum / weight : 0 }
        /// The share of right decisions, or nil where there are none.
        var accuracy: Double? { decisions > 0 ? Double(correct) / Double(decisions) : nil }
    }

    /// What a network is asked for, which decides how its outputs are read and measured.
    public enum Task: String, Codable, Sendable, Hashable {
        /// One class an example: the softmax of the outputs, or the sigmoid of a single one.
        case classes
        /// Any of several labels an example: the sigmoid of each output.
        case labels
        /// Numbers, as they are; of `poisson` their logarithms.
        case regression
    }

    /// The task that the loss is of.
    public var task: Task {
        switch self {
        case .softmaxCrossEntropy, .focal, .generalizedCrossEntropy: .classes
        case .binaryCrossEntropy: .labels
        case .meanSquaredError, .huber, .poisson: .regression
        }
    }

    /// Whether it is one of how far a number is from another.
    var isOfDistance: Bool {
        switch self {
        case .meanSquaredError, .huber: true
        default: false
        }
    }

    /// Floats of one example's target: a class index is one.
    public func targetCount(outputs: Int) -> Int { task == .classes ? 1 : outputs }

    /// The loss of examples that do not count alike: sum, its weight and the gradient are multiplied by each one's own weight.
    ///
    /// Without `weights` it is `evaluate` of all together. An example has `rows` decisions. Allocates nothing.
    func evaluate(
        outputs: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?, count: Int,
        rows: Int = 1, width: Int, dOutputs: UnsafeMutablePointer<Float>
    ) -> Total {
        guard let weights else {
            return evaluate(outputs: outputs, targets: targets, count: count * rows, width: width, dOutputs: dOutputs)
        }
        let (targetCount, outputCount) = (rows * targetCount(outputs: width), rows * width)
        var total = Total()
        for example in 0..<count {
            let dOutput = dOutputs + example * outputCount
            var own = evaluate(
                outputs: outputs + example * outputCount, targets: targets + example * targetCount, count: rows,
                width: width, dOutputs: dOutput)
            own.sum *= Double(weights[example])
            own.weight *= Double(weights[example])
            for place in 0..<outputCount { dOutput[place] *= weights[example] }
            total.add(own)
        }
        return total
    }

    /// The weight of the mean of `count` decisions, as `evaluate` has it; targets that are missing have none.
    func weight(_ targets: UnsafePointer<Float>, count: Int, width: Int) -> Double {
        var classWeights: [Float]?
        switch self {
        case .softmaxCrossEntropy(let weights, _), .focal(_, let weights): classWeights = weights
        default: break
        }
        var sum = 0.0
        for index in 0..<count * targetCount(outputs: width) where !targets[index].isNaN {
            guard let classWeights else {
                sum += 1
                continue
            }
            sum += LossPass.label(targets[index], classes: max(2, width)).map { Double(classWeights[$0]) } ?? 0
        }
        return sum
    }

    /// Adds up the loss of `count` examples, and writes the gradient of `sum` (not divided by the weight) by outputs.
    ///
    /// Allocates nothing. A target that is not a number is missing; a class index that does not exist makes the sum a NaN.
    ///
    /// - Parameters:
    ///   - outputs: `[count][width]`.
    ///   - targets: `[count][targetCount(outputs: width)]`.
    ///   - count: The number of examples.
    ///   - width: Outputs of one example.
    ///   - dOutputs: Receives `[count][width]`; may not be `outputs`.
    func evaluate(
        outputs: UnsafePointer<Float>, targets: UnsafePointer<Float>, count: Int, width: Int,
        dOutputs: UnsafeMutablePointer<Float>
    ) -> Total {
        let pass = LossPass(outputs: outputs, targets: targets, count: count, width: width, dOutputs: dOutputs)
        switch self {
        case .softmaxCrossEntropy(let weights, let smoothing):
            return pass.crossEntropy(weights, smoothing: Double(smoothing))
        case .binaryCrossEntropy(let weights): return pass.binaryCrossEntropy(weights)
        case .focal(let gamma, let weights) where width == 1: return pass.binaryFocal(Double(gamma), weights)
        case .focal(let gamma, let weights): return pass.focal(Double(gamma), weights)
        case .generalizedCrossEntropy(let q): return pass.generalizedCrossEntropy(Double(q))
        case .meanSquaredError: return pass.regression { ($0 * $0, 2 * $0) }
        case .huber(let delta): return pass.huber(Double(delta))
        case .poisson: return pass.poisson()
        }
    }
}
