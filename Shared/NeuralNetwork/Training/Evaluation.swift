extension InferenceModel {
    /// The logits and labels of examples, in the order of `indices` (all, if nil); blocks while it computes.
    public func evaluate(
        _ source: some ExampleSource, indices: [Int]? = nil, workers: Int = 1
    ) throws -> (logits: [Float], labels: [Int]) {
        let indices = indices ?? Array(0..<source.count)
        let chunk = Workspace.capacity
        let chunks = (indices.count + chunk - 1) / chunk
        let memory = (0..<max(1, min(workers, chunks))).map { _ in
            (workspace: makeWorkspace(), input: FloatBuffer(count: chunk * inputCount))
        }
        var logits = [Float](repeating: 0, count: indices.count * outputCount)
        var labels = [Int](repeating: 0, count: indices.count)
        try logits.withUnsafeMutableBufferPointer { logits in
            try labels.withUnsafeMutableBufferPointer { labels in
                try Parallel.forEach(chunks, workers: memory.count) { worker, index in
                    let (workspace, input) = memory[worker]
                    let range = index * chunk..<min(indices.count, (index + 1) * chunk)
                    for (row, i) in range.enumerated() {
                        labels[i] = try source.fill(indices[i], into: input.buffer, row: row, of: stack)
                    }
                    predict(
                        UnsafeBufferPointer(rebasing: input.values[..<(range.count * inputCount)]), count: range.count,
                        into: UnsafeMutableBufferPointer(
                            rebasing: logits[range.lowerBound * outputCount..<range.upperBound * outputCount]),
                        workspace: workspace)
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
