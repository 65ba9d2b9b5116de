extension Loss {
    /// Throws unless the loss' own numbers are in range and fit so many outputs.
    func check(outputs: Int) throws(NeuralNetworkError) {
        func require(_ holds: Bool, _ place: String, _ message: String) throws(NeuralNetworkError) {
            if !holds { throw NeuralNetworkError(.invalidOptions, message, place: place) }
        }
        func requireWeights(_ weights: [Float]?, _ count: Int, _ place: String) throws(NeuralNetworkError) {
            guard let weights else { return }
            try require(
                weights.count == count && weights.allSatisfy { $0 > 0 && $0.isFinite }, place,
                "there must be \(count) positive numbers")
        }
        func requireClasses() throws(NeuralNetworkError) {
            try require(
                outputs > 1, "loss",
                "one output has no softmax; give the network one output a class or take binaryCrossEntropy")
        }
        try require(outputs > 0, "loss", "the network has no output")
        switch self {
        case .softmaxCrossEntropy(let weights, let smoothing):
            try requireClasses()
            try require((0..<1).contains(smoothing), "labelSmoothing", "must be in 0..<1")
            try requireWeights(weights, outputs, "classWeights")
        case .binaryCrossEntropy(let weights): try requireWeights(weights, outputs, "positiveWeights")
        case .focal(let gamma, let weights):
            try require((0...100).contains(gamma), "gamma", "must be in 0...100")
            try requireWeights(weights, max(2, outputs), "classWeights")
        case .generalizedCrossEntropy(let q):
            try requireClasses()
            try require(q > 0 && q <= 1, "q", "must be above 0 and at most 1")
        case .huber(let delta): try require(delta > 0 && delta.isFinite, "delta", "must be above 0")
        case .meanSquaredError, .poisson: break
        }
    }

    /// Throws unless the targets of one example are such as the loss takes.
    func check(target: UnsafeBufferPointer<Float>, outputs: Int) throws(NeuralNetworkError) {
        let valid: (Float) -> Bool
        let expected: String
        switch self {
        case .softmaxCrossEntropy, .focal, .generalizedCrossEntropy:
            let classes = max(2, outputs)
            valid = { LossPass.label($0, classes: classes) != nil }
            expected = "not in 0..<\(classes)"
        case .binaryCrossEntropy: (valid, expected) = ({ $0.isNaN || (0...1).contains($0) }, "not in 0...1")
        case .poisson: (valid, expected) = ({ $0.isNaN || ($0 >= 0 && $0.isFinite) }, "not a count")
        case .meanSquaredError, .huber: (valid, expected) = ({ !$0.isInfinite }, "not a finite number")
        }
        guard target.count == targetCount(outputs: outputs) else {
            throw NeuralNetworkError(
                .mismatch,
                "there are \(target.count) targets an example and the loss takes \(targetCount(outputs: outputs))")
        }
        if let wrong = target.first(where: { !valid($0) }) {
            let shown = Float(Int(exactly: wrong) ?? 0) == wrong ? "\(Int(wrong))" : "\(wrong)"
            throw NeuralNetworkError(.mismatch, "the label \(shown) is \(expected)")
        }
    }
}
