/// Normalizes the last dimension to mean 0 and variance 1, then scales and shifts it (Ba, Kiros and Hinton 2016).
struct LayerNorm: Layer {
    let inputShape: [Int]
    let epsilon: Float

    var outputShape: [Int] { inputShape }

    private var width: Int { inputShape.last ?? 1 }
    private var rows: Int { inputShape.dropLast().reduce(1, *) }

    var parameters: [ParameterDescription] {
        [
            ParameterDescription(name: "weight", shape: [width], start: .constant(1)),
            ParameterDescription(name: "bias", shape: [width], start: .constant(0)),
        ]
    }

    /// Mean and inverse deviation of each row.
    var keptCount: Int { 2 * rows }

    /// The input's gradient, where nobody asks for it.
    func scratchCount(_ count: Int, training: Bool) -> Int { training ? count * inputCount : 0 }

    func forward(_ pass: ForwardPass) {
        pass.kernels.functions.layer_norm(
            pass.input, pass.parameters, pass.parameters + width, epsilon, pass.output, pass.kept, pass.count * rows,
            width)
    }

    func backward(_ pass: BackwardPass) {
        pass.kernels.functions.layer_norm_backward(
            pass.input, pass.parameters, pass.kept, pass.dOutput, pass.dInput ?? pass.scratch, pass.dParameters,
            pass.dParameters + width, pass.count * rows, width)
    }
}
