extension LayerSpecification {
    /// The layer on inputs of this shape, or nil for `flatten`; throws where it does not fit.
    func layer(input: [Int], place: String) throws(NeuralNetworkError) -> (any Layer)? {
        func invalid(_ message: String) -> NeuralNetworkError {
            NeuralNetworkError(.invalidArchitecture, message, place: place)
        }
        func check(_ value: Int, _ name: String, from least: Int = 1) throws(NeuralNetworkError) {
            guard (least...LayerStack.Limit.dimension).contains(value) else {
                throw invalid("\(name) \(value) is not in \(least)...\(LayerStack.Limit.dimension)")
            }
        }
        func checkPositions(_ count: Int = 1) throws(NeuralNetworkError) {
            guard input.count == 2 else {
                throw invalid("needs an input of positions × channels, not \(input)")
            }
            guard input[0] >= count else {
                throw invalid("spans \(count) positions and its input has only \(input[0])")
            }
        }
        switch self {
        case .linear(let outputs):
            try check(outputs, "outputs")
            return Linear(inputShape: input, outputs: outputs)
        case .conv1d(let filters, let kernel, let stride, let padding, let dilation):
            try check(filters, "filters")
            try check(kernel, "kernel")
            try check(stride, "stride")
            try check(padding, "padding", from: 0)
            try check(dilation, "dilation")
            try checkPositions(max(1, dilation * (kernel - 1) + 1 - 2 * padding))
            return Conv1d(
                inputShape: input, filters: filters, kernel: kernel, stride: stride, padding: padding,
                dilation: dilation)
        case .gru(let hidden, let bidirectional):
            try check(hidden, "hidden")
            try checkPositions()
            return GRU(inputShape: input, hidden: hidden, bidirectional: bidirectional)
        case .relu: return Activation(inputShape: input, function: .relu)
        case .gelu: return Activation(inputShape: input, function: .gelu)
        case .tanh: return Activation(inputShape: input, function: .tanh)
        case .sigmoid: return Activation(inputShape: input, function: .sigmoid)
        case .maxPool1d(let kernel, let stride):
            try check(kernel, "kernel")
            try check(stride, "stride")
            try checkPositions(kernel)
            return MaxPool1d(inputShape: input, kernel: kernel, stride: stride)
        case .averagePool:
            try checkPositions()
            return AveragePool(inputShape: input)
        case .select(let position):
            try check(position, "position", from: 0)
            try checkPositions(position + 1)
            return Select(inputShape: input, position: position)
        case .flatten: return nil
        case .dropout(let rate):
            guard rate >= 0, rate < 1 else { throw invalid("rate \(rate) is not in 0..<1") }
            return Dropout(inputShape: input, rate: rate)
        case .layerNorm(let epsilon):
            guard epsilon > 0, epsilon < 1 else { throw invalid("epsilon \(epsilon) is not between 0 and 1") }
            return LayerNorm(inputShape: input, epsilon: epsilon)
        }
    }
}
