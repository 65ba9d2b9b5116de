/// A batch norm with running statistics, as inference has it: a scale and a shift of each channel.
struct FrozenBatchNormLayer: Layer {
    let norm: BatchNormLayer

    var inputShape: [Int] { norm.inputShape }
    var outputShape: [Int] { norm.outputShape }
    var parameters: [ParameterDescription] { norm.parameters }
    var needs: BackwardNeeds { [] }
    var multiplierRule: MultiplierRule { .linear }

    private var width: Int { inputShape.last ?? 1 }

    /// Scale, shift, and zeros: the shift of gradients.
    func preparedCount(training: Bool) -> Int { norm.preparedCount(training: false) + width }

    func prepare(_ preparation: Preparation) {
        var frozen = preparation
        frozen.training = false
        norm.prepare(frozen)
        (preparation.prepared + 2 * width).update(repeating: 0, count: width)
    }

    func forward(_ pass: ForwardPass) {
        pass.kernels.functions.scale_columns(
            pass.input, pass.prepared, pass.prepared + width, pass.output, pass.count * inputCount / width, width)
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        pass.kernels.functions.scale_columns(
            pass.dOutput, pass.prepared, pass.prepared + 2 * width, dInput, pass.count * inputCount / width, width)
    }

    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue { norm.onnx(&graph, inputs) }
}
