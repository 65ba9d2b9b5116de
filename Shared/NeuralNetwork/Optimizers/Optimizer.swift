/// Moves parameters against their gradients, step for step as PyTorch's optimizers.
///
/// A step is one `beginStep()`, and then one `update` of each range of parameters; several threads may update disjoint
/// ranges at once, and how the parameters are cut changes no byte.
final class Optimizer {
    let options: OptimizerOptions
    /// Steps begun; a training that goes on from a checkpoint sets it, and fills `buffers`.
    var step = 0 {
        didSet { correct() }
    }
    /// What it remembers of earlier gradients, by name: `m` and `v` of Adam, `momentum` of SGD.
    let buffers: [String: FloatBuffer]
    private let first: FloatBuffer
    private let second: FloatBuffer
    private let kernels: Kernels
    /// Adam's 1 - βᵗ, and the root of the second.
    private var (correction1, correction2) = (1.0, 1.0)

    init(
        _ options: OptimizerOptions, parameterCount: Int, kernels: Kernels? = nil
    ) throws(NeuralNetworkError) {
        try options.check()
        self.options = options
        self.kernels = if let kernels { kernels } else { try Kernels() }
        first = FloatBuffer(count: parameterCount)
        if case .sgd = options {
            second = FloatBuffer(count: 0)
            buffers = ["momentum": first]
        } else {
            second = FloatBuffer(count: parameterCount)
            buffers = ["m": first, "v": second]
        }
    }

    func beginStep() { step += 1 }

    /// Moves `range` of all parameters, which begin at `parameters` as their gradients do at `gradients`; gradients are
    /// multiplied by `scale` first.
    func update(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, range: Range<Int>, scale: Float,
        learningRate: Float
    ) {
        precondition(step > 0 && range.lowerBound >= 0 && range.upperBound <= first.count)
        let (p, g, m) = (parameters + range.lowerBound, gradients + range.lowerBound, first.base + range.lowerBound)
        switch options {
        case .sgd(let momentum, let nesterov, let weightDecay):
            kernels.functions.sgd_step(
                p, g, m, scale, momentum, learningRate, weightDecay, nesterov, step == 1, range.count)
        case .adam(let beta1, let beta2, let epsilon, let weightDecay):
            kernels.functions.adam_step(
                p, g, m, second.base + range.lowerBound, scale, beta1, beta2, epsilon,
                Float(Double(learningRate) / correction1), Float(correction2), weightDecay, 1, range.count)
        case .adamW(let beta1, let beta2, let epsilon, let weightDecay):
            kernels.functions.adam_step(
                p, g, m, second.base + range.lowerBound, scale, beta1, beta2, epsilon,
                Float(Double(learningRate) / correction1), Float(correction2), 0, 1 - learningRate * weightDecay,
                range.count)
        }
    }

    private func correct() {
        switch options {
        case .sgd: break
        case .adam(let beta1, let beta2, _, _), .adamW(let beta1, let beta2, _, _):
            correction1 = 1 - power(beta1)
            correction2 = (1 - power(beta2)).squareRoot()
        }
    }

    /// βᵗ by repeated squaring, so that all processors agree.
    private func power(_ beta: Float) -> Double {
        var (result, base, exponent) = (1.0, Double(beta), step)
        while exponent > 0 {
            if exponent & 1 == 1 { result *= base }
            base *= base
            exponent >>= 1
        }
        return result
    }
}
