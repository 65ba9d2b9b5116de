import CKernels

/// `y = x Wᵀ + b` as a part of a layer that has several: where its weight, in panels, and its bias lie among the
/// layer's parameters.
struct Projection: Sendable {
    let inputs: Int
    let outputs: Int
    let weight: Int
    let bias: Int

    var weightCount: Int { ck_packed_count(inputs, outputs) }
    /// Floats of working memory for `inputGradient`.
    var transposedCount: Int { ck_packed_count(outputs, inputs) }

    func forward(
        _ pass: ForwardPass, _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, rows: Int
    ) {
        pass.product(
            input, stride: inputs, packed: pass.parameters + weight, bias: pass.parameters + bias, into: output,
            stride: outputs, m: rows, k: inputs, n: outputs)
    }

    /// Overwrites the gradients of the weight and the bias.
    ///
    /// A softmax does not notice what is added to all numbers of a row. A bias that does nothing else has no slope, and
    /// gets exactly 0 where `biasHasSlope` is false; rounding would leave Adam something to follow.
    func parameterGradients(
        _ pass: BackwardPass, input: UnsafePointer<Float>, dOutput: UnsafePointer<Float>, rows: Int,
        biasHasSlope: Bool = true
    ) {
        let functions = pass.kernels.functions
        functions.product_gradient(
            input, inputs, dOutput, outputs, pass.dParameters + weight, rows, inputs, outputs, false)
        (pass.dParameters + bias).update(repeating: 0, count: outputs)
        if biasHasSlope { functions.add_rows(dOutput, pass.dParameters + bias, rows, outputs) }
    }

    /// Overwrites the gradient of the input, or adds to it.
    func inputGradient(
        _ pass: BackwardPass, dOutput: UnsafePointer<Float>, rows: Int, adds: Bool = false,
        transposed: UnsafeMutablePointer<Float>, into dInput: UnsafeMutablePointer<Float>
    ) {
        let functions = pass.kernels.functions
        ck_pack_transposed(pass.parameters + weight, inputs, outputs, 0, inputs, transposed)
        if adds {
            functions.product_add(dOutput, outputs, transposed, dInput, inputs, rows, outputs, inputs)
        } else {
            functions.product(dOutput, outputs, transposed, nil, dInput, inputs, rows, outputs, inputs)
        }
    }
}
