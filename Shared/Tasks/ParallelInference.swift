import NeuralNetwork

extension InferenceModel {
    /// Fewer examples than this are not worth another task.
    private static let leastShare = 48

    /// The logits of `count` examples, shared out evenly among workers off the caller's thread.
    public func logits(_ inputs: [Float], count: Int, workers: Int) async -> [Float] {
        let share = max(Self.leastShare, (count + workers - 1) / max(1, workers))
        return await withTaskGroup(of: (Int, [Float]).self) { group in
            for start in stride(from: 0, to: count, by: share) {
                group.addTask {
                    let end = min(start + share, count)
                    let part = Array(inputs[(start * self.inputCount)..<(end * self.inputCount)])
                    return (start, self.predict(part, count: end - start))
                }
            }
            var logits = [Float](repeating: 0, count: count * outputCount)
            for await (start, part) in group {
                logits.replaceSubrange((start * outputCount)..<(start * outputCount + part.count), with: part)
            }
            return logits
        }
    }
}
