extension FileExamples {
    /// Reads all examples, and says which have a target.
    ///
    /// Throws at the first whose inputs are not what ``InputCheck`` asks for, or whose target the loss cannot take: before
    /// hours of training, and always the same one.
    func check(_ network: Graph, _ objective: Objective) throws -> [Bool] {
        let check = InputCheck(network)
        let (input, target) = (FloatBuffer(count: network.inputCount), FloatBuffer(count: objective.targetCount))
        return try (0..<count).map { index in
            if index % 1024 == 0 {
                if Task.isCancelled { throw CancellationError() }
                prefetch(Array(index..<min(count, index + 1024))[...])
            }
            try fill(index, into: input.buffer, target: target.buffer)
            if let problem = check.problem(input.values) ?? objective.problem(target.values) {
                throw NeuralNetworkError(.mismatch, problem, place: place(of: index))
            }
            return !target.values.allSatisfy(\.isNaN)
        }
    }
}
