/// The shape that the targets of an output have in an example; without dimensions for a single number.
public struct TargetShape: Sendable, Hashable {
    /// The head; nil for the output of a network without heads.
    public var head: String?
    /// Its dimensions: of classes all of the output's but the last one.
    public var shape: [Int]

    /// Describes targets.
    public init(head: String? = nil, shape: [Int]) { (self.head, self.shape) = (head, shape) }

    var count: Int { shape.reduce(1, *) }
}

/// What a training minimizes, output by output: the one loss of a network without heads, or that of each head.
///
/// The last dimension of an output is what a loss calls its outputs, classes, labels or numbers; all before it, such as
/// positions, are as many decisions. The loss of a batch is the sum over heads of a head's weight times its mean loss over
/// the targets that are there.
struct Objective: Sendable {
    /// The loss of one output.
    struct Part: Sendable {
        var output: Graph.Output
        var loss: Loss
        /// How much the head's mean loss counts.
        var weight: Double
        /// Where its targets begin among an example's.
        var targetOffset: Int

        /// Classes, labels or numbers of a decision.
        var width: Int { output.shape.last ?? 1 }
        /// Decisions of an example.
        var rows: Int { output.count / width }
        /// Targets of a decision.
        var targetWidth: Int { loss.targetCount(outputs: width) }
        /// Targets of an example.
        var targetCount: Int { rows * targetWidth }
        /// The shape of an example's targets in a file.
        var targetShape: [Int] { loss.task == .classes ? Array(output.shape.dropLast()) : output.shape }
    }

    let parts: [Part]
    /// Targets of an example.
    let targetCount: Int
    /// Outputs of an example.
    let outputCount: Int

    /// Whether the network has heads.
    var hasHeads: Bool { parts[0].output.name != nil }

    /// The loss of a network whose output has one dimension.
    init(_ loss: Loss, width: Int) { self.init(loss, output: Graph.Output(shape: [width], buffer: 0)) }

    /// The loss of a network with one output.
    init(_ loss: Loss, output: Graph.Output) {
        parts = [Part(output: output, loss: loss, weight: 1, targetOffset: 0)]
        targetCount = parts[0].targetCount
        outputCount = output.count
    }

    /// The losses that options give a network's outputs; throws unless each output has one, and every one its output.
    init(_ options: TrainingOptions, _ graph: Graph) throws(NeuralNetworkError) {
        func invalid(_ message: String, _ place: String) -> NeuralNetworkError {
            NeuralNetworkError(.invalidOptions, message, place: place)
        }
        let losses = options.losses ?? [:]
        let names = graph.outputs.compactMap(\.name)
        guard !names.isEmpty else {
            guard options.losses == nil, options.lossWeights == nil else {
                throw invalid("the network has no heads: say `loss`", "losses")
            }
            self.init(options.loss, output: graph.outputs[0])
            return
        }
        guard options.loss == TrainingOptions().loss else {
            throw invalid("the network has heads: say a loss for each in `losses`", "loss")
        }
        for (field, said) in [
            ("losses", Array(losses.keys)), ("lossWeights", Array((options.lossWeights ?? [:]).keys)),
        ] {
            guard let unknown = said.sorted().first(where: { !names.contains($0) }) else { continue }
            throw invalid("there is no head \(unknown); there are: \(names.joined(separator: ", "))", field)
        }
        var (parts, offset) = ([Part](), 0)
        for output in graph.outputs {
            let name = output.name ?? ""
            guard let loss = losses[name] else { throw invalid("the head \(name) has no loss", "losses") }
            let weight = options.lossWeights?[name] ?? 1
            guard weight > 0, weight.isFinite else { throw invalid("that of \(name) must be above 0", "lossWeights") }
            parts.append(Part(output: output, loss: loss, weight: Double(weight), targetOffset: offset))
            offset += parts[parts.count - 1].targetCount
        }
        self.init(parts: parts, targetCount: offset, outputCount: graph.outputCount)
    }

    private init(parts: [Part], targetCount: Int, outputCount: Int) {
        self.parts = parts
        self.targetCount = targetCount
        self.outputCount = outputCount
    }

    /// The tensors of an example's targets.
    var targetShapes: [TargetShape] { parts.map { TargetShape(head: $0.output.name, shape: $0.targetShape) } }

    /// Throws unless the losses' own numbers are in range and fit the outputs.
    func check() throws(NeuralNetworkError) {
        for part in parts {
            do throws(NeuralNetworkError) {
                try part.loss.check(outputs: part.width)
            } catch {
                guard let name = part.output.name else { throw error }
                throw NeuralNetworkError(error.code, error.message, place: "losses.\(name).\(error.place ?? "loss")")
            }
        }
    }

    /// Why one example's targets cannot be learnt, or nil.
    ///
    /// Where an example has several targets, those that are not a number are missing; one class alone must be there.
    func problem(_ targets: UnsafeBufferPointer<Float>) -> String? {
        guard targets.count == targetCount else {
            return "there are \(targets.count) targets an example, not \(targetCount)"
        }
        for part in parts {
            for row in 0..<part.rows {
                let first = part.targetOffset + row * part.targetWidth
                let target = UnsafeBufferPointer(rebasing: targets[first..<first + part.targetWidth])
                if targetCount > 1, target.allSatisfy(\.isNaN) { continue }
                guard let problem = part.loss.problem(target, outputs: part.width) else { continue }
                let name = part.output.name.map { "targets.\($0): " } ?? ""
                return name + problem + (part.rows > 1 ? ", at place \(row)" : "")
            }
        }
        return nil
    }

    // MARK: Evaluation

    /// How much the loss of each part weighs in a batch: the sum of the weights of the targets that are there.
    ///
    /// What a batch's gradient is divided by must be known before its shards are added up, and follows from targets alone.
    func add(_ targets: UnsafePointer<Float>, weight: Double, to weights: inout [Double]) {
        for (index, part) in parts.enumerated() {
            weights[index] +=
                weight
                * part.loss.weight(targets + part.targetOffset, count: part.rows, width: part.width)
        }
    }

    /// What each part's summed loss is multiplied by in a batch of so many examples, so that the batch's mean over examples
    /// is the sum of the parts' weighted means over targets.
    func scales(_ weights: [Double], examples: Int) -> [Double] {
        zip(parts, weights).map { $1 > 0 ? $0.weight * Double(examples) / $1 : 0 }
    }

    /// Adds up the loss of `count` examples and writes its gradient, `[count][outputCount]`; allocates nothing.
    ///
    /// `scales` are nil where there are no heads; with them, a total's weight is the number of examples.
    func evaluate(
        outputs: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        scales: [Double]?, count: Int, dOutputs: UnsafeMutablePointer<Float>
    ) -> Loss.Total {
        guard let scales else {
            let part = parts[0]
            return part.loss.evaluate(
                outputs: outputs, targets: targets, weights: weights, count: count, rows: part.rows,
                width: part.width, dOutputs: dOutputs)
        }
        var total = Loss.Total()
        for example in 0..<count {
            for (part, scale) in zip(parts, scales) {
                let place = example * outputCount + part.output.offset
                var own = part.loss.evaluate(
                    outputs: outputs + place, targets: targets + example * targetCount + part.targetOffset,
                    count: part.rows, width: part.width, dOutputs: dOutputs + place)
                let factor = scale * Double(weights?[example] ?? 1)
                for i in place..<place + part.output.count { dOutputs[i] = Float(factor * Double(dOutputs[i])) }
                own.sum *= factor
                own.weight = 0
                total.add(own)
            }
        }
        total.weight = scales.contains { $0 > 0 } ? Double(count) : 0
        return total
    }
}
