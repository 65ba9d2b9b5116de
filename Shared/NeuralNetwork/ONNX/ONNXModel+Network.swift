extension ONNXModel {
    /// The graph of a network.
    ///
    /// Inputs are under their names in the architecture, `output` for the logits and, where a
    /// temperature makes them, `probabilities` of classes or labels; `task` is that of the loss, where it is known. Heads are
    /// outputs of their own, logits under their names.
    ///
    /// Numbers are floats `(N, …)`, channels last; bases and tokens are `int64` `(N, L)`.
    init(
        _ network: Graph, calibration: Calibration? = nil, task: Loss.Task? = nil
    ) throws(NeuralNetworkError) {
        var builder = ONNXGraphBuilder()
        var values: [Int: ONNXValue] = [:]
        for input in network.inputs { values[input.buffer] = try builder.input(input.specification) }
        var parameters = network.parameters[...]
        let hasHeads = network.outputs[0].name != nil
        // The last node of heads only puts them one after the other.
        for node in network.nodes.dropLast(hasHeads ? 1 : 0) {
            let own = parameters.prefix(node.layer.parameters.count)
            parameters = parameters.dropFirst(own.count)
            builder.begin(
                node.name,
                Dictionary(
                    uniqueKeysWithValues: own.map {
                        ($0.description.name, ParameterView(offset: $0.slice.range.lowerBound, shape: $0.slice.shape))
                    }))
            var inputs = node.inputs.map { values[$0]! }
            inputs[0] = builder.reshaped(inputs[0], node.layer.inputShape)
            values[node.output] = node.layer.onnx(&builder, inputs)
        }
        builder.begin("output")
        if hasHeads {
            for head in network.outputs {
                try builder.end(builder.reshaped(values[head.buffer]!, head.shape), head: head.name ?? "")
            }
        } else {
            builder.end(builder.reshaped(values[network.output]!, network.outputShape), calibration, task)
        }
        graph = builder.graph
    }
}

extension ONNXGraphBuilder {
    fileprivate mutating func input(_ specification: InputSpecification) throws(NeuralNetworkError) -> ONNXValue {
        let name = specification.name
        guard !name.isEmpty, !ONNXModel.outputs.contains(name) else {
            throw NeuralNetworkError(.unsupported, "an input of this name cannot be exported", place: "input '\(name)'")
        }
        let type = specification.kind == .numbers ? ONNXTensor.ElementType.float : .int64
        declareInput(ONNXValueInfo(name: name, type: type, shape: [.batch] + specification.shape.map { .fixed($0) }))
        return value(name, shape: specification.shape)
    }

    /// The logits of a head, under its name.
    fileprivate mutating func end(_ logits: ONNXValue, head: String) throws(NeuralNetworkError) {
        guard !ONNXModel.outputs.contains(head) else {
            throw NeuralNetworkError(.unsupported, "a head of this name cannot be exported", place: "head \(head)")
        }
        let output = node("Identity", [name(of: logits)], output: head)
        declareOutput(ONNXValueInfo(name: output, shape: [.batch] + logits.shape.map { .fixed($0) }))
    }

    fileprivate mutating func end(_ logits: ONNXValue, _ calibration: Calibration?, _ task: Loss.Task?) {
        func info(_ name: String) -> ONNXValueInfo {
            ONNXValueInfo(name: name, shape: [.batch] + logits.shape.map { .fixed($0) })
        }
        let output = node("Identity", [name(of: logits)], output: ONNXModel.outputs[0])
        declareOutput(info(output))
        guard let calibration, calibration.isotonic.isEmpty, task != .regression else { return }
        let scaled = node("Div", [output, scalar(calibration.temperature)])
        let probabilities =
            logits.shape == [1] || task == .labels
            ? node("Sigmoid", [scaled], output: ONNXModel.outputs[1])
            : node("Softmax", [scaled], [.integer("axis", -1)], output: ONNXModel.outputs[1])
        declareOutput(info(probabilities))
    }
}

extension ONNXModel {
    fileprivate static let outputs = ["output", "probabilities"]
}
