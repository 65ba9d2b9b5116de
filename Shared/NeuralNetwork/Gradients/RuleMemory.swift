/// Memory for the rules by which multipliers go through layers that are not linear, and the rules.
final class RuleMemory {
    private let graph: Graph
    /// Gradients of an output that a rule makes, twice; a path's outputs.
    private let dOutput, otherDOutput, output: FloatBuffer
    private let kept: FloatBuffer
    /// Of each position of a node's inputs: values on a path, and gradients.
    private let values, gradients: [FloatBuffer]
    private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>
    private let dInputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

    init(_ model: GradientModel, capacity: Int) {
        let graph = model.graph
        self.graph = graph
        let widest = capacity * (graph.nodes.map { graph.buffers[$0.output] }.max() ?? 0)
        (dOutput, otherDOutput, output) = (
            FloatBuffer(count: widest), FloatBuffer(count: widest), FloatBuffer(count: widest)
        )
        kept = FloatBuffer(count: graph.nodes.map { $0.layer.keptCount(capacity) }.max() ?? 0)
        let most = max(1, graph.nodes.map(\.inputs.count).max() ?? 1)
        let sizes = (0..<most).map { position in
            graph.nodes.reduce(0) { size, node in
                node.inputs.count > position ? max(size, capacity * graph.buffers[node.inputs[position]]) : size
            }
        }
        values = sizes.map { FloatBuffer(count: $0) }
        gradients = sizes.map { FloatBuffer(count: $0) }
        inputs = .allocate(capacity: most)
        inputs.initialize(repeating: output.pointer, count: most)
        dInputs = .allocate(capacity: most)
        dInputs.initialize(repeating: nil, count: most)
    }

    deinit {
        inputs.deallocate()
        dInputs.deallocate()
    }

    /// Goes through one layer by its rule; the pass has the input's values.
    func backward(
        _ node: Node, _ pass: BackwardPass, references: [UnsafePointer<Float>], referenceOutput: UnsafePointer<Float>,
        _ quadrature: Quadrature
    ) {
        switch node.layer.multiplierRule {
        case .linear: node.layer.backward(pass)
        case .rescale(let isSmooth): rescale(node, pass, references[0], referenceOutput, isSmooth: isSmooth)
        case .maximum: maximum(node, pass, references, referenceOutput)
        case .product: path(node, pass, references, Self.product)
        case .path: path(node, pass, references, quadrature)
        }
    }

    /// Exact for 16 factors.
    private static let product = Quadrature(8)
    /// Differences of a smooth function's input below this are taken for none: rounding is a greater part of the quotient
    /// than curvature of the slope.
    private static let smallest: Float = 0x1p-8

    private func rescale(
        _ node: Node, _ pass: BackwardPass, _ reference: UnsafePointer<Float>, _ referenceOutput: UnsafePointer<Float>,
        isSmooth: Bool
    ) {
        guard let multipliers = pass.dInput else { return }
        let count = pass.count * graph.buffers[node.output]
        node.layer.backward(pass)
        var other = pass
        point(at: [reference], count: 1)
        dInputs[0] = gradients[0].base
        (other.inputs, other.output, other.dInputs) = (UnsafePointer(inputs), referenceOutput, UnsafePointer(dInputs))
        node.layer.backward(other)
        let (input, slopes, least) = (pass.input, gradients[0].base, isSmooth ? Self.smallest : 0)
        for i in 0..<count {
            let difference = input[i] - reference[i]
            multipliers[i] =
                abs(difference) > least
                ? pass.dOutput[i] * ((pass.output[i] - referenceOutput[i]) / difference)
                : (multipliers[i] + slopes[i]) / 2
        }
    }

    /// A rise of the output over the reference's belongs to where the input has its maximum, what it lacks to the
    /// reference's to where the reference has its own; each by the way that gradients take.
    private func maximum(
        _ node: Node, _ pass: BackwardPass, _ references: [UnsafePointer<Float>],
        _ referenceOutput: UnsafePointer<Float>
    ) {
        guard let multipliers = pass.dInput else { return }
        let count = pass.count * graph.buffers[node.output]
        for i in 0..<count {
            let greater = max(pass.output[i], referenceOutput[i])
            dOutput.base[i] = pass.dOutput[i] * (greater - referenceOutput[i])
            otherDOutput.base[i] = pass.dOutput[i] * (pass.output[i] - greater)
        }
        var own = pass
        own.dOutput = dOutput.pointer
        node.layer.backward(own)
        var other = pass
        point(at: references, count: references.count)
        for position in references.indices { dInputs[position] = gradients[position].base }
        (other.inputs, other.output, other.dInputs) = (UnsafePointer(inputs), referenceOutput, UnsafePointer(dInputs))
        other.dOutput = otherDOutput.pointer
        node.layer.backward(other)
        let (input, reference, shares) = (pass.input, references[0], gradients[0].base)
        for i in 0..<pass.count * graph.buffers[node.inputs[0]] {
            let (share, difference) = (multipliers[i] + shares[i], input[i] - reference[i])
            multipliers[i] = difference == 0 ? 0 : share / difference
        }
    }

    private func path(
        _ node: Node, _ pass: BackwardPass, _ references: [UnsafePointer<Float>], _ quadrature: Quadrature
    ) {
        for (index, point) in quadrature.points.enumerated() {
            for position in references.indices {
                let (input, reference, value) = (pass.inputs[position], references[position], values[position].base)
                for i in 0..<pass.count * graph.buffers[node.inputs[position]] {
                    value[i] = reference[i] + point.place * (input[i] - reference[i])
                }
                inputs[position] = UnsafePointer(value)
                dInputs[position] = gradients[position].base
            }
            node.layer.forward(
                ForwardPass(
                    kernels: pass.kernels, count: pass.count, parameters: pass.parameters, prepared: pass.prepared,
                    inputs: inputs, output: output.base, scratch: pass.scratch, kept: kept.base))
            var there = pass
            (there.inputs, there.output, there.dInputs) = (
                UnsafePointer(inputs), output.pointer, UnsafePointer(dInputs)
            )
            there.kept = kept.base
            node.layer.backward(there)
            for position in references.indices {
                guard let sum = pass.dInputs[position] else { continue }
                let gradient = gradients[position].base
                for i in 0..<pass.count * graph.buffers[node.inputs[position]] {
                    sum[i] = (index == 0 ? 0 : sum[i]) + point.weight * gradient[i]
                }
            }
        }
    }

    private func point(at references: [UnsafePointer<Float>], count: Int) {
        for position in 0..<count { inputs[position] = references[position] }
    }
}
