import CKernels

/// `y = x Wᵀ + b` on the last dimension; weight `(outputs, inputs)`.
struct Linear: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let inputs: Int
    let outputs: Int
    /// Rows an example.
    let rows: Int

    init(inputShape: [Int], outputs: Int) {
        self.inputShape = inputShape
        self.outputs = outputs
        outputShape = inputShape.dropLast() + [outputs]
        inputs = inputShape.last ?? 1
        rows = inputShape.dropLast().reduce(1, *)
    }

    var parameters: [ParameterDescription] {
        let bound = 1 / Float(inputs).squareRoot()
        return [
            ParameterDescription(name: "weight", shape: [outputs, inputs], start: .uniform(bound)),
            ParameterDescription(name: "bias", shape: [outputs], start: .uniform(bound)),
        ]
    }

    var packedCount: Int { ck_packed_count(inputs, outputs) }

    func pack(_ parameters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        ck_pack(parameters, 1, inputs, inputs, outputs, packed)
    }

    func forward(_ pass: ForwardPass) {
        pass.kernels.product(
            pass.input, stride: inputs, packed: pass.packed, bias: pass.parameters + outputs * inputs,
            into: pass.output, stride: outputs, m: pass.count * rows, k: inputs, n: outputs)
    }

    func backward(_ pass: BackwardPass) {
        let m = pass.count * rows
        BLAS.addTransposedProduct(
            pass.dOutput, stride: outputs, pass.input, stride: inputs, to: pass.dParameters, stride: inputs,
            m: outputs, k: m, n: inputs)
        pass.kernels.functions.add_rows(pass.dOutput, pass.dParameters + outputs * inputs, m, outputs)
        guard let dInput = pass.dInput else { return }
        BLAS.product(
            pass.dOutput, stride: outputs, pass.parameters, stride: inputs, into: dInput, stride: inputs,
            m: m, k: outputs, n: inputs)
    }
}
