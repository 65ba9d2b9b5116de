extension ONNXGraphBuilder {
    /// A recurrent operator over the positions of `(L, C)`, in one direction or, with two suffixes, both.
    ///
    /// Parameters are PyTorch's, `weight_ih_` and so on with each suffix; `gates` are PyTorch's gates in ONNX's order.
    mutating func recurrent(
        _ operation: String, _ inputs: [ONNXValue], suffixes: [String], gates: [Int], hidden: Int,
        attributes: [ONNXAttribute] = []
    ) -> ONNXValue {
        let input = inputs[0]
        let (directions, rows) = (suffixes.count, gates.count * hidden)
        func views(_ names: String...) -> [ParameterView] {
            suffixes.flatMap { suffix in
                names.flatMap { parameter("\($0)_\(suffix)").parts(gates, of: gates.count) }
            }
        }
        // Lengths come as one float an example; the operator wants integers from 1 on.
        var lengths: [String] = []
        if inputs.count > 1 {
            let clipped = node(
                "Clip", [reshape(name(of: inputs[1]), [-1]), scalar(0), scalar(Float(input.shape[0]))])
            lengths = [node("Cast", [clipped], [.integer("to", ONNXTensor.ElementType.int32.rawValue)])]
        }
        let states = node(
            operation,
            [
                name(of: input, .positionsFirst),
                initializer("W", views("weight_ih"), shape: [directions, rows, input.shape[1]]),
                initializer("R", views("weight_hh"), shape: [directions, rows, hidden]),
                initializer("B", views("bias_ih", "bias_hh"), shape: [directions, 2 * rows]),
            ] + lengths,
            [
                .string("direction", directions == 2 ? "bidirectional" : "forward"),
                .integer("hidden_size", hidden),
            ] + attributes)
        // (L, directions, N, hidden) to (L, N, directions · hidden).
        let ordered = node("Transpose", [states], [.integers("perm", [0, 2, 1, 3])])
        let shape = [input.shape[0], directions * hidden]
        return value(reshape(ordered, [0, 0, shape[1]]), shape: shape, .positionsFirst)
    }
}
