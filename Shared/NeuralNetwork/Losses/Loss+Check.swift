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

    /// Why one example's target cannot be learnt, or nil.
    func problem(_ target: UnsafeBufferPointer<Float>, outputs: Int) -> String? {
        let count = targetCount(outputs: outputs)
        guard target.count == count else { return "there are \(target.count) targets an example, not \(count)" }
        func wrong(_ expected: String, unless isRight: (Float) -> Bool) -> String? {
            target.first { !isRight($0) }.map { "the label \(Self.shown($0)) is not \(expected)" }
        }
        switch self {
        case .softmaxCrossEntropy, .focal, .generalizedCrossEntropy:
            let classes = max(2, outputs)
            return wrong("in 0..<\(classes)") { LossPass.label($0, classes: classes) != nil }
        case .binaryCrossEntropy: return wrong("in 0...1") { $0.isNaN || (0...1).contains($0) }
        case .poisson: return wrong("a count") { $0.isNaN || ($0 >= 0 && $0.isFinite) }
        case .meanSquaredError, .huber: return wrong("a finite number") { !$0.isInfinite }
        }
    }

    private static func shown(_ target: Float) -> String { Int(exactly: target).map(String.init) ?? "\(target)" }
}
