/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), step for step PyTorch's `AdamW`; without decay it is
/// Adam (Kingma and Ba 2015).
///
/// Use from one thread at a time.
public final class AdamW {
    /// The settings, with PyTorch's defaults but for `weightDecay`.
    public struct Options: Codable, Sendable, Hashable {
        /// Decay of the mean of gradients.
        public var beta1: Float = 0.9
        /// Decay of the mean of their squares.
        public var beta2: Float = 0.999
        /// Keeps the division from zero.
        public var epsilon: Float = 1e-8
        /// Share of each parameter, times the rate, that a step takes away.
        public var weightDecay: Float = 0

        /// Settings of AdamW.
        public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0) {
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
            self.weightDecay = weightDecay
        }

        /// Reads settings; what is left out takes its default, and an unknown name is an error.
        public init(from decoder: any Decoder) throws {
            var field = try DocumentFields(decoder)
            beta1 = try field("beta1", default: beta1)
            beta2 = try field("beta2", default: beta2)
            epsilon = try field("epsilon", default: epsilon)
            weightDecay = try field("weightDecay", default: weightDecay)
            try field.end()
        }
    }

    /// The settings.
    public let options: Options
    /// Steps done.
    public internal(set) var step = 0
    let m: FloatBuffer
    let v: FloatBuffer
    private let kernels: Kernels

    /// An optimizer of so many parameters.
    public init(parameterCount: Int, options: Options = Options()) throws(NeuralNetworkError) {
        self.options = options
        m = FloatBuffer(count: parameterCount)
        v = FloatBuffer(count: parameterCount)
        kernels = try Kernels()
    }

    /// Begins a step, which then is taken range by range.
    func beginStep() { step += 1 }

    /// Moves a range of the parameters one step against their gradients, which are multiplied by `scale` first.
    ///
    /// Ranges may be moved by several threads at once.
    func update(
        parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>, range: Range<Int>, scale: Float,
        learningRate: Float
    ) {
        let (correction1, correction2) = (1 - power(options.beta1), 1 - power(options.beta2))
        let first = range.lowerBound
        kernels.functions.adam_step(
            parameters + first, gradients + first, m.base + first, v.base + first, scale, options.beta1, options.beta2,
            options.epsilon, Float(Double(learningRate) / correction1), Float(correction2.squareRoot()),
            1 - learningRate * options.weightDecay, range.count)
    }

    /// βᵗ; in a double by repeated squaring, so that all processors agree.
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
