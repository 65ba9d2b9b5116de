extension GradientModel {
    /// The logits of relaxed examples, and the gradients of `Σ weights[o] · logit[o]` of each example at its input.
    ///
    /// - Parameters:
    ///   - weights: One number an output; 1 for one and 0 for the others gives that output's gradient.
    ///   - relaxed: `count × inputCount` floats.
    ///   - workspace: This thread's own, from `makeWorkspace()` of this model.
    public func gradients(
        _ weights: [Float], at relaxed: [Float], workspace: GradientWorkspace
    ) -> InputGradients {
        let count = relaxed.count / inputCount
        precondition(weights.count == outputCount && relaxed.count == count * inputCount)
        var result = InputGradients(
            outputs: Array(repeating: 0, count: count * outputCount), inputs: Array(repeating: 0, count: relaxed.count))
        relaxed.withUnsafeBufferPointer { relaxed in
            result.outputs.withUnsafeMutableBufferPointer { outputs in
                result.inputs.withUnsafeMutableBufferPointer { inputs in
                    guard let from = relaxed.baseAddress, let outputs = outputs.baseAddress,
                        let inputs = inputs.baseAddress
                    else { return }
                    workspace.forEachChunk(
                        ChunkedGradients(
                            model: self, weights: weights, count: count, from: from, outputs: outputs, inputs: inputs))
                }
            }
        }
        return result
    }

    /// The gradients of `Σ weights[o] · logit[o]` of one relaxed example with respect to what each layer reads, in the
    /// order of `layers`.
    public func layerGradients(
        _ weights: [Float], at relaxed: [Float], workspace: GradientWorkspace
    ) -> [LayerGradient] {
        precondition(weights.count == outputCount && relaxed.count == inputCount)
        let lane = workspace.lane(0)
        relaxed.withUnsafeBufferPointer { if let from = $0.baseAddress { lane.write(from, row: 0) } }
        lane.forward(1)
        lane.seed(weights, count: 1)
        lane.backward(1)
        return zip(layers, graph.nodes).map { layer, node in
            LayerGradient(
                layer: layer, inputs: node.inputs.map { lane.value($0) },
                gradients: node.inputs.map { lane.gradient($0) })
        }
    }

    /// DeepLIFT's multipliers of `Σ weights[o] · logit[o]` between an input and each of several references, by each
    /// layer's ``MultiplierRule``.
    ///
    /// - Parameters:
    ///   - weights: One number an output.
    ///   - input: A relaxed example.
    ///   - references: `n × inputCount` floats.
    ///   - points: Of the layers whose rule is a path, the points at which their gradients are taken.
    ///   - workspace: This thread's own, from `makeWorkspace()` of this model.
    public func multipliers(
        _ weights: [Float], input: [Float], references: [Float], points: Int = 16, workspace: GradientWorkspace
    ) -> InputMultipliers {
        let count = references.count / inputCount
        precondition(weights.count == outputCount && input.count == inputCount && points > 0)
        precondition(references.count == count * inputCount)
        var result = InputMultipliers(
            outputs: Array(repeating: 0, count: outputCount),
            referenceOutputs: Array(repeating: 0, count: count * outputCount),
            multipliers: Array(repeating: 0, count: references.count))
        let quadrature = Quadrature(points)
        input.withUnsafeBufferPointer { input in
            references.withUnsafeBufferPointer { references in
                result.outputs.withUnsafeMutableBufferPointer { outputs in
                    result.referenceOutputs.withUnsafeMutableBufferPointer { referenceOutputs in
                        result.multipliers.withUnsafeMutableBufferPointer { multipliers in
                            guard let input = input.baseAddress, let references = references.baseAddress,
                                let outputs = outputs.baseAddress, let referenceOutputs = referenceOutputs.baseAddress,
                                let multipliers = multipliers.baseAddress
                            else { return }
                            let lane = workspace.lane(0)
                            lane.write(input, row: 0)
                            lane.forward(1)
                            lane.readOutputs(1, into: outputs)
                            workspace.forEachChunk(
                                ChunkedMultipliers(
                                    model: self, weights: weights, quadrature: quadrature, count: count, input: input,
                                    references: references, outputs: referenceOutputs, multipliers: multipliers))
                        }
                    }
                }
            }
        }
        return result
    }
}

private struct ChunkedGradients: ChunkedWork {
    let model: GradientModel
    let weights: [Float]
    let count: Int
    let from: UnsafePointer<Float>
    let outputs, inputs: UnsafeMutablePointer<Float>

    func work(_ rows: Range<Int>, _ lane: GradientLane) {
        for row in rows { lane.write(from + row * model.inputCount, row: row - rows.lowerBound) }
        lane.forward(rows.count)
        lane.readOutputs(rows.count, into: outputs + rows.lowerBound * model.outputCount)
        lane.seed(weights, count: rows.count)
        lane.backward(rows.count)
        for row in rows { lane.readGradient(row: row - rows.lowerBound, into: inputs + row * model.inputCount) }
    }
}

private struct ChunkedMultipliers: ChunkedWork {
    let model: GradientModel
    let weights: [Float]
    let quadrature: Quadrature
    let count: Int
    let input, references: UnsafePointer<Float>
    let outputs, multipliers: UnsafeMutablePointer<Float>

    func work(_ rows: Range<Int>, _ lane: GradientLane) {
        for row in rows { lane.write(references + row * model.inputCount, row: row - rows.lowerBound) }
        lane.forward(rows.count)
        lane.readOutputs(rows.count, into: outputs + rows.lowerBound * model.outputCount)
        lane.keepReferences(rows.count)
        lane.write(input, row: 0)
        lane.forward(1)
        lane.repeatFirst(rows.count)
        lane.seed(weights, count: rows.count)
        lane.backward(rows.count, quadrature)
        for row in rows { lane.readGradient(row: row - rows.lowerBound, into: multipliers + row * model.inputCount) }
    }
}
