/// One number a channel of all positions, or of the first `lengths` of the first dimension; 0 of none.
struct GlobalPoolLayer: Layer {
    enum Operation: Sendable { case maximum, mean }

    let inputShape: [Int]
    let operation: Operation
    /// Whether the second input has the lengths.
    let hasLengths: Bool

    var outputShape: [Int] { [channels] }
    var multiplierRule: MultiplierRule { operation == .maximum ? .maximum : .linear }
    var needs: BackwardNeeds {
        switch operation {
        case .maximum: [.input, .output]
        case .mean: hasLengths ? .input : []
        }
    }

    private var channels: Int { inputShape.last ?? 1 }

    func forward(_ pass: ForwardPass) {
        let functions = pass.kernels.functions
        forEachExample(pass.count, pass.inputs) { example, positions in
            let (input, output) = (pass.input + example * inputCount, pass.output + example * channels)
            output.update(repeating: 0, count: channels)
            guard positions > 0 else { return }
            switch operation {
            case .maximum: functions.max_pool(input, output, 1, positions, positions, channels)
            case .mean:
                functions.add_rows(input, output, positions, channels)
                for channel in 0..<channels { output[channel] /= Float(positions) }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        if hasLengths, let dLengths = pass.dInputs[1] { dLengths.update(repeating: 0, count: pass.count) }
        guard let dInputs = pass.dInput else { return }
        let functions = pass.kernels.functions
        dInputs.update(repeating: 0, count: pass.count * inputCount)
        forEachExample(pass.count, pass.inputs) { example, positions in
            guard positions > 0 else { return }
            let (dOutput, dInput) = (pass.dOutput + example * channels, dInputs + example * inputCount)
            switch operation {
            case .maximum:
                functions.max_pool_backward(
                    pass.input + example * inputCount, pass.output + example * channels, dOutput, dInput, 1, positions,
                    positions, channels)
            case .mean:
                for channel in 0..<channels { dInput[channel] = dOutput[channel] / Float(positions) }
                for position in 1..<positions {
                    (dInput + position * channels).update(from: dInput, count: channels)
                }
            }
        }
    }

    private func forEachExample(
        _ count: Int, _ inputs: UnsafePointer<UnsafePointer<Float>>, _ body: (_ example: Int, _ positions: Int) -> Void
    ) {
        let length = inputShape[0]
        let scan = SequenceScan(
            count: count, length: length, isReverse: false, lengths: hasLengths ? inputs[1] : nil)
        for example in 0..<count { body(example, scan.validCount(example) * (inputCount / channels / length)) }
    }
}

extension GlobalPoolLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        guard hasLengths else {
            return graph.reduce(inputs[0]) { graph, x, positions in
                graph.node(
                    operation == .mean ? "ReduceMean" : "ReduceMax", [x],
                    [.integers("axes", positions), .integer("keepdims", 0)])
            }
        }
        let (x, rank, length) = (graph.name(of: inputs[0]), inputShape.count, inputShape[0])
        let counts = graph.node(
            "Cast", [graph.validCounts(inputs[1], of: length)],
            [.integer("to", ONNXTensor.ElementType.float.rawValue)])
        let count = graph.reshape(counts, [-1, 1])
        let places = graph.constant("places \(length)", .float, shape: [length], (0..<length).map(Float.init))
        let isValid = graph.reshape(
            graph.node("Less", [places, count]), [0, length] + Array(repeating: 1, count: rank - 1))
        let output: String
        switch operation {
        case .maximum:
            let valid = graph.node("Where", [isValid, x, graph.scalar(-.greatestFiniteMagnitude)])
            let greatest = graph.node(
                "ReduceMax", [valid], [.integers("axes", Array(1..<rank)), .integer("keepdims", 0)])
            let zero = graph.scalar(0)
            output = graph.node("Where", [graph.node("Greater", [count, zero]), greatest, zero])
        case .mean:
            let valid = graph.node("Where", [isValid, x, graph.scalar(0)])
            let sum = graph.node(
                "ReduceSum", [valid, graph.integers(Array(1..<rank))], [.integer("keepdims", 0)])
            let rows = graph.scalar(Float(inputCount / channels / length))
            let positions = graph.node("Mul", [graph.node("Max", [count, graph.scalar(1)]), rows])
            output = graph.node("Div", [sum, positions])
        }
        return graph.value(output, shape: outputShape)
    }
}

extension GraphBuilder {
    /// Adds a pool of all positions of `(L, C)` or `(H, W, C)`.
    mutating func pool(
        _ input: Value, _ operation: GlobalPoolLayer.Operation, lengths name: String?
    ) throws(NeuralNetworkError) -> Value {
        try checkNumbers(input)
        guard input.shape.count >= 2 else {
            throw invalid("needs an input of positions × channels or an image, not \(input.shape)")
        }
        let lengths = try self.lengths(named: name)
        return try apply(
            GlobalPoolLayer(inputShape: input.shape, operation: operation, hasLengths: !lengths.isEmpty),
            to: [input] + lengths)
    }
}
