/// One worker's memory for forward and backward passes over shards.
///
/// Everything that a pass needs is in one arena, laid out before training begins: passes allocate nothing.
final class ShardPass {
    /// The seed, step and shard that a pass' random numbers follow from.
    struct Stream {
        var seed: UInt64
        var step: UInt64
        var shard: UInt64

        func random(_ kind: UInt64, _ index: Int) -> SplitMix64 {
            SplitMix64(seed: 0).split(seed).split(kind).split(step).split(shard).split(UInt64(index))
        }
    }

    private let graph: Graph
    private let kernels: Kernels
    private let plan: TrainingPlan
    private let arena: FloatBuffer
    private let examples: FloatBuffer?
    private let targets: FloatBuffer
    private let weights: FloatBuffer
    private let objective: Objective
    private let targetCount: Int
    private let dOutputs: FloatBuffer?
    /// Rows of one example: two of a pair.
    private let rows: Int
    /// Of pairs, the differences of their outputs, and the loss' gradient by them.
    private let differences: FloatBuffer
    private let hasSignedWeights: Bool
    private let specifications: [InputSpecification]
    private let check: InputCheck
    private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>
    private let dInputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

    init(
        _ graph: Graph, kernels: Kernels, capacity: Int, objective: Objective? = nil, inputGradients: Bool = false,
        pairs: Bool = false, hasSignedWeights: Bool = false
    ) {
        self.graph = graph
        self.hasSignedWeights = hasSignedWeights
        self.kernels = kernels
        self.objective = objective ?? Objective(.softmaxCrossEntropy(), width: graph.outputCount)
        targetCount = self.objective.targetCount
        specifications = graph.inputs.map(\.specification)
        check = InputCheck(graph)
        rows = pairs ? 2 : 1
        plan = TrainingPlan(graph, capacity: capacity * rows, inputGradients: inputGradients)
        arena = FloatBuffer(count: plan.arenaCount)
        // Of several inputs, an example is read here and dealt out.
        examples = graph.inputs.count > 1 ? FloatBuffer(count: graph.inputCount * rows) : nil
        differences = FloatBuffer(count: pairs ? 2 * capacity * graph.outputCount : 0)
        targets = FloatBuffer(count: capacity * targetCount)
        weights = FloatBuffer(count: capacity)
        // Without parameters nobody needs the loss' gradient, which the loss writes all the same.
        dOutputs = plan.gradients[graph.output] == nil ? FloatBuffer(count: capacity * rows * graph.outputCount) : nil
        let most = max(1, graph.nodes.map(\.inputs.count).max() ?? 1)
        inputs = .allocate(capacity: most)
        inputs.initialize(repeating: arena.pointer, count: most)
        dInputs = .allocate(capacity: most)
        dInputs.initialize(repeating: nil, count: most)
    }

    deinit {
        inputs.deallocate()
        dInputs.deallocate()
    }

    /// Floats that `Graph.prepare` derives for these passes, and where each node's begin.
    var prepared: (count: Int, offsets: [Int]) { (plan.preparedCount, plan.preparedOffsets) }

    /// The outputs of the last forward pass.
    var outputs: UnsafeMutablePointer<Float> { arena.base + plan.values[graph.output] }

    /// The loss' gradient, from which `backward` starts.
    var dLoss: UnsafeMutablePointer<Float> {
        dOutputs?.base ?? arena.base + (plan.gradients[graph.output] ?? 0)
    }

    /// Reads and augments the examples, and writes the gradient of their summed loss to `dParameters`; `scales` are those of
    /// the batch, where there are heads.
    func run(
        _ source: some ExampleSource, indices: ArraySlice<Int>, augmentations: [any ExampleAugmentation],
        parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>, scales: [Double]?,
        dParameters: UnsafeMutablePointer<Float>, stream: Stream
    ) throws -> Loss.Total {
        var isWeighted = false
        for (row, index) in indices.enumerated() {
            let target = UnsafeMutableBufferPointer(start: targets.base + row * targetCount, count: targetCount)
            let example =
                examples?.buffer
                ?? .init(start: value(graph.inputs[0].buffer, row: row * rows), count: graph.inputCount * rows)
            try source.fill(index, into: example, target: target)
            for part in 0..<rows {
                let own = UnsafeMutableBufferPointer(
                    rebasing: example[part * graph.inputCount..<(part + 1) * graph.inputCount])
                if let problem = check.problem(UnsafeBufferPointer(own)) {
                    throw NeuralNetworkError(.mismatch, problem, place: source.place(of: index))
                }
                if !augmentations.isEmpty {
                    // The same draws for both of a pair, so that they are changed alike.
                    var random = stream.random(RandomStream.augmentation, row)
                    for augmentation in augmentations {
                        if (augmentation as? Augmentation)?.turns(random) == true { objective.turn(target) }
                        augmentation.apply(to: own, target: target, inputs: specifications, random: &random)
                    }
                }
                if let examples { write(examples.pointer + part * graph.inputCount, row: row * rows + part) }
            }
            if let problem = objective.problem(UnsafeBufferPointer(target)) {
                throw NeuralNetworkError(.mismatch, problem, place: source.place(of: index))
            }
            let weight = source.weight(of: index)
            guard weight.map({ ($0 >= 0 || hasSignedWeights) && $0.isFinite }) ?? true else {
                throw NeuralNetworkError(
                    .mismatch, "the weight \(weight ?? 0) is no number of at least 0", place: source.place(of: index))
            }
            isWeighted = isWeighted || weight != nil
            weights.base[row] = weight ?? 1
        }
        forward(count: indices.count * rows, parameters: parameters, prepared: prepared, stream: stream)
        let total = evaluate(weights: isWeighted ? weights.pointer : nil, scales: scales, count: indices.count)
        backward(count: indices.count * rows, parameters: parameters, prepared: prepared, dParameters: dParameters)
        return total
    }

    /// The loss of so many examples, and its gradient in `dLoss`.
    private func evaluate(weights: UnsafePointer<Float>?, scales: [Double]?, count: Int) -> Loss.Total {
        let width = graph.outputCount
        guard rows == 2 else {
            return objective.evaluate(
                outputs: outputs, targets: targets.pointer, weights: weights, scales: scales, count: count,
                dOutputs: dLoss)
        }
        let (outputs, dLoss, difference) = (outputs, dLoss, differences.base)
        let dDifference = difference + count * width
        for example in 0..<count {
            for c in 0..<width {
                let first = 2 * example * width + c
                difference[example * width + c] = outputs[first + width] - outputs[first]
            }
        }
        let total = objective.evaluate(
            outputs: difference, targets: targets.pointer, weights: weights, scales: nil, count: count,
            dOutputs: dDifference)
        for example in 0..<count {
            for c in 0..<width {
                let (first, slope) = (2 * example * width + c, dDifference[example * width + c])
                (dLoss[first], dLoss[first + width]) = (-slope, slope)
            }
        }
        return total
    }

    /// Takes one example's inputs, one after the other.
    func write(_ example: UnsafePointer<Float>, row: Int) {
        for input in graph.inputs {
            value(input.buffer, row: row).update(from: example + input.offset, count: input.specification.count)
        }
    }

    private func value(_ buffer: Int, row: Int = 0) -> UnsafeMutablePointer<Float> {
        arena.base + plan.values[buffer] + row * graph.buffers[buffer]
    }

    func forward(
        count: Int, parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>, stream: Stream
    ) {
        for index in graph.nodes.indices {
            let node = graph.nodes[index]
            for position in node.inputs.indices { inputs[position] = UnsafePointer(value(node.inputs[position])) }
            node.layer.forward(
                ForwardPass(
                    kernels: kernels, count: count, parameters: parameters + node.parameterOffset,
                    prepared: prepared + plan.preparedOffsets[index], inputs: inputs, output: value(node.output),
                    scratch: arena.base + plan.scratch[2 * index], kept: arena.base + plan.kept[index],
                    random: stream.random(RandomStream.dropout, index)))
        }
    }

    /// From `dLoss` back to the parameters, and to the examples where the pass was made for that.
    func backward(
        count: Int, parameters: UnsafePointer<Float>, prepared: UnsafePointer<Float>,
        dParameters: UnsafeMutablePointer<Float>
    ) {
        for index in graph.nodes.indices.reversed() {
            let node = graph.nodes[index]
            guard let dOutput = plan.gradients[node.output] else { continue }
            for position in node.inputs.indices {
                inputs[position] = UnsafePointer(value(node.inputs[position]))
                let place = plan.addends[index][position] ?? plan.gradients[node.inputs[position]]
                dInputs[position] = place.map { arena.base + $0 }
            }
            node.layer.backward(
                BackwardPass(
                    kernels: kernels, count: count, parameters: parameters + node.parameterOffset,
                    prepared: prepared + plan.preparedOffsets[index], inputs: inputs, output: value(node.output),
                    kept: arena.base + plan.kept[index], dOutput: arena.base + dOutput, dInputs: dInputs,
                    dParameters: dParameters + node.parameterOffset, scratch: arena.base + plan.scratch[2 * index + 1]))
            for position in node.inputs.indices {
                let buffer = node.inputs[position]
                guard let addend = plan.addends[index][position], let sum = plan.gradients[buffer] else { continue }
                kernels.functions.add_rows(arena.base + addend, arena.base + sum, 1, count * graph.buffers[buffer])
            }
        }
    }

    /// The gradient of one example's inputs, one after the other, after `backward`.
    func readInputGradient(row: Int, into dExample: UnsafeMutablePointer<Float>) {
        for input in graph.inputs {
            let (to, count) = (dExample + input.offset, input.specification.count)
            if let gradient = plan.gradients[input.buffer] {
                to.update(from: arena.base + gradient + row * count, count: count)
            } else {
                to.update(repeating: 0, count: count)
            }
        }
    }
}
