extension AttentionLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let keys = inputs[keysInput]
        let biases = graph.parameter("in_proj_bias").parts([0, 1, 2], of: 3)
        let weights =
            keysShape[1] == width
            ? graph.parameter("in_proj_weight").parts([0, 1, 2], of: 3)
            : ["q", "k", "v"].map { graph.parameter("\($0)_proj_weight") }
        /// The heads of a projection, `(N, heads, …)` with the axes of positions and channels in this order.
        func heads(of input: ONNXValue, _ part: Int, _ axes: [Int], _ graph: inout ONNXGraphBuilder) -> String {
            let name = ["q", "k", "v"][part]
            let weight = graph.initializer("\(name)_weight", [weights[part].transposed(1, 0)])
            let product = graph.node("MatMul", [graph.name(of: input), weight])
            let sum = graph.node("Add", [product, graph.initializer("\(name)_bias", [biases[part]])])
            let split = graph.reshape(sum, [0, input.shape[0], self.heads, headWidth])
            return graph.node("Transpose", [split], [.integers("perm", [0, 2] + axes)])
        }
        let query = heads(of: inputs[0], 0, [1, 3], &graph)
        let key = heads(of: keys, 1, [3, 1], &graph)
        let value = heads(of: keys, 2, [1, 3], &graph)
        var scores = graph.node("MatMul", [graph.node("Mul", [query, graph.scalar(scale)]), key])
        if let maximumDistance {
            let places = (0..<queryLength).flatMap { i in
                (0..<keyLength).map { j in Int64(min(max(j - i, -maximumDistance), maximumDistance) + maximumDistance) }
            }
            let table = graph.constant(
                "distances \(queryLength) \(keyLength) \(maximumDistance)", .int64, shape: [queryLength, keyLength],
                places)
            let bias = graph.node("Gather", [graph.initializer("relative_bias"), table], [.integer("axis", 1)])
            scores = graph.node("Add", [scores, bias])
        }
        let shares = graph.softmax(
            scores, shape: [1, 1, keyLength], axis: 3, lengths: hasLengths ? inputs[lengthsInput] : nil)
        let gathered = graph.node(
            "Transpose", [graph.node("MatMul", [shares, value])], [.integers("perm", [0, 2, 1, 3])])
        let weight = graph.initializer("out_proj.weight", [graph.parameter("out_proj.weight").transposed(1, 0)])
        let product = graph.node("MatMul", [graph.reshape(gathered, [0] + inputShape), weight])
        return graph.value(graph.node("Add", [product, graph.initializer("out_proj.bias")]), shape: outputShape)
    }
}

extension ONNXGraphBuilder {
    /// The softmax along an axis of positions; those beyond each example's length get 0.
    ///
    /// `shape` is the scores' without the batch, with 1 for the other axes.
    mutating func softmax(_ scores: String, shape: [Int], axis: Int, lengths: ONNXValue?) -> String {
        let along = [ONNXAttribute.integer("axis", axis)]
        guard let lengths else { return node("Softmax", [scores], along) }
        let length = shape.reduce(1, *)
        let positions = constant("positions \(shape)", .int32, shape: shape, (0..<length).map(Int32.init))
        let counts = reshape(validCounts(lengths, of: length), [-1] + shape.map { _ in 1 })
        let isValid = node("Less", [positions, counts])
        let masked = node("Where", [isValid, scores, scalar(-.greatestFiniteMagnitude)])
        // Where nothing is valid, the softmax is of equal numbers.
        let mask = node("Cast", [isValid], [.integer("to", ONNXTensor.ElementType.float.rawValue)])
        return node("Mul", [node("Softmax", [masked], along), mask])
    }
}
