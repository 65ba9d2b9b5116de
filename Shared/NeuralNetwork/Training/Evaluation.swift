extension InferenceModel {
    /// The logits and labels of examples, in the order of `indices` (all, if nil); blocks while it computes.
    public func evaluate(
        _ source: some ExampleSource, indices: [Int]? = nil, workers: Int = 1
    ) throws -> (logits: [Float], labels: [Int]) {
        let indices = indices ?? Array(0..<source.count)
        let workspaces = (0..<max(1, workers)).map { _ in makeWorkspace() }
        let chunk = workspaces[0].capacity
        let inputs = workspaces.map { _ in FloatBuffer(count: chunk * inputCount) }
        var logits = [Float](repeating: 0, count: indices.count * outputCount)
        var labels = [Int](repeating: 0, count: indices.count)
        try logits.withUnsafeMutableBufferPointer { logits in
            try labels.withUnsafeMutableBufferPointer { labels in
                try Parallel.forEach((indices.count + chunk - 1) / chunk, workers: workspaces.count) { worker, index in
                    let input = inputs[worker]
                    let range = index * chunk..<min(indices.count, (index + 1) * chunk)
                    for (row, i) in range.enumerated() {
                        labels[i] = try source.fill(indices[i], into: input.buffer, row: row, of: stack)
                    }
                    predict(
                        UnsafeBufferPointer(rebasing: input.values[..<(range.count * inputCount)]), count: range.count,
                        into: UnsafeMutableBufferPointer(
                            rebasing: logits[range.lowerBound * outputCount..<range.upperBound * outputCount]),
                        workspace: workspaces[worker])
                }
            }
        }
        return (logits, labels)
    }

    /// How well the model does on examples, with these calibrated probabilities.
    public func metrics(
        _ source: some ExampleSource, indices: [Int]? = nil, calibration: Calibration = Calibration(), workers: Int = 1
    ) throws -> ClassificationMetrics {
        let (logits, labels) = try evaluate(source, indices: indices, workers: workers)
        let probabilities = try calibration.probabilities(logits, classes: outputCount)
        return ClassificationMetrics(probabilities: probabilities, labels: labels, classes: outputCount)
    }
}
