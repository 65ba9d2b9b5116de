extension InferenceModel {
    /// The outputs and targets of examples, in the order of `indices` (all, if nil); blocks while it computes.
    ///
    /// `targetCount` is that of the loss: 1 for a class. Throws for an example whose inputs are not what ``InputCheck`` asks.
    public func evaluate(
        _ source: some ExampleSource, indices: [Int]? = nil, targetCount: Int = 1, workers: Int = 1
    ) throws -> (outputs: [Float], targets: [Float]) {
        let indices = indices ?? Array(0..<source.count)
        let workspaces = (0..<max(1, workers)).map { _ in makeWorkspace() }
        let (chunk, check) = (plan.capacity, InputCheck(graph))
        let inputs = workspaces.map { _ in FloatBuffer(count: chunk * inputCount) }
        var outputs = [Float](repeating: 0, count: indices.count * outputCount)
        var targets = [Float](repeating: 0, count: indices.count * targetCount)
        try outputs.withUnsafeMutableBufferPointer { outputs in
            try targets.withUnsafeMutableBufferPointer { targets in
                try WorkerTeam(workers: workspaces.count).forEach((indices.count + chunk - 1) / chunk) {
                    worker, index in
                    let input = inputs[worker].buffer
                    let range = index * chunk..<min(indices.count, (index + 1) * chunk)
                    for (row, i) in range.enumerated() {
                        let example = UnsafeMutableBufferPointer(
                            rebasing: input[row * inputCount..<(row + 1) * inputCount])
                        try source.fill(
                            indices[i], into: example,
                            target: UnsafeMutableBufferPointer(
                                rebasing: targets[i * targetCount..<(i + 1) * targetCount]))
                        if let problem = check.problem(UnsafeBufferPointer(example)) {
                            throw NeuralNetworkError(.mismatch, problem, place: source.place(of: indices[i]))
                        }
                    }
                    predict(
                        UnsafeBufferPointer(rebasing: input[..<(range.count * inputCount)]), count: range.count,
                        into: UnsafeMutableBufferPointer(
                            rebasing: outputs[range.lowerBound * outputCount..<range.upperBound * outputCount]),
                        workspace: workspaces[worker])
                }
            }
        }
        return (outputs, targets)
    }

    /// How well the model does what `loss` wants of it, with these calibrated probabilities.
    public func metrics(
        _ source: some ExampleSource, loss: Loss = .softmaxCrossEntropy(), indices: [Int]? = nil,
        calibration: Calibration = Calibration(), workers: Int = 1
    ) throws -> EvaluationMetrics {
        guard graph.outputs[0].name == nil else {
            throw NeuralNetworkError(
                .mismatch, "the network has heads, and one loss says nothing of them", place: "loss")
        }
        return try metrics(
            source, Objective(loss, output: graph.outputs[0]), indices: indices, calibrations: ["": calibration],
            workers: workers)
    }

    /// How well the model does what an objective wants of it, with calibrated probabilities by head.
    func metrics(
        _ source: some ExampleSource, _ objective: Objective, indices: [Int]? = nil,
        calibrations: [String: Calibration] = [:], workers: Int = 1
    ) throws -> EvaluationMetrics {
        let (outputs, targets) = try evaluate(
            source, indices: indices, targetCount: objective.targetCount, workers: workers)
        return try EvaluationMetrics(objective, outputs: outputs, targets: targets, calibrations: calibrations)
    }
}
