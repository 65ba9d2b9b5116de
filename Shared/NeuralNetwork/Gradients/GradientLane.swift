/// One thread's memory for passes over relaxed examples: what every layer computes, and the gradients of that.
final class GradientLane {
    /// Examples that go through the network together.
    let capacity: Int
    let model: GradientModel
    /// Examples' values of each buffer, and their gradients.
    private let values, gradients: [FloatBuffer]
    /// The references' values, from the first use of them on.
    private var references: [FloatBuffer] = []
    private let kept: [FloatBuffer]
    private let scratch: FloatBuffer
    /// Where layers write gradients of parameters that nobody reads.
    private let unread: FloatBuffer
    /// Where a node puts the gradients of inputs that another node has written already.
    private let addends: FloatBuffer
    /// Of each node's inputs, whether another node has written its gradient already.
    private let adds: [[Bool]]
    private lazy var rules = RuleMemory(model, capacity: capacity)
    private let inputs: UnsafeMutablePointer<UnsafePointer<Float>>
    private let dInputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

    init(_ model: GradientModel) {
        self.model = model
        let graph = model.graph
        let perExample = graph.buffers.reduce(0, +) + graph.nodes.reduce(0) { $0 + $1.layer.keptCount(1) }
        let capacity = max(1, min(Self.most, Self.memory / max(1, perExample)))
        self.capacity = capacity
        values = graph.buffers.map { FloatBuffer(count: $0 * capacity) }
        gradients = graph.buffers.map { FloatBuffer(count: $0 * capacity) }
        kept = graph.nodes.map { FloatBuffer(count: $0.layer.keptCount(capacity)) }
        scratch = FloatBuffer(
            count: graph.nodes.map {
                max($0.layer.scratchCount(capacity, training: true), $0.layer.scratchCount(capacity, training: false))
            }.max() ?? 0)
        unread = FloatBuffer(
            count: graph.nodes.map { $0.layer.parameters.reduce(0) { $0 + $1.storedCount } }.max() ?? 0)
        addends = FloatBuffer(
            count: capacity * (graph.nodes.map { $0.inputs.reduce(0) { $0 + graph.buffers[$1] } }.max() ?? 0))
        var written: Set<Int> = []
        adds = graph.nodes.reversed().map { node in node.inputs.map { !written.insert($0).inserted } }.reversed()
        let most = max(1, graph.nodes.map(\.inputs.count).max() ?? 1)
        inputs = .allocate(capacity: most)
        inputs.initialize(repeating: scratch.pointer, count: most)
        dInputs = .allocate(capacity: most)
        dInputs.initialize(repeating: nil, count: most)
    }

    deinit {
        inputs.deallocate()
        dInputs.deallocate()
    }

    private static let most = 32
    /// Floats of values that a pass may take.
    private static let memory = 1 << 21

    // MARK: Values

    func write(_ example: UnsafePointer<Float>, row: Int) {
        for input in model.inputs {
            let count = input.range.count
            (values[input.buffer].base + row * count).update(from: example + input.offset, count: count)
        }
    }

    func readOutputs(_ count: Int, into outputs: UnsafeMutablePointer<Float>) {
        outputs.update(from: values[model.graph.output].base, count: count * model.outputCount)
    }

    func readGradient(row: Int, into dExample: UnsafeMutablePointer<Float>) {
        for input in model.inputs {
            let count = input.range.count
            (dExample + input.offset).update(from: gradients[input.buffer].base + row * count, count: count)
        }
    }

    /// The first example's values of a buffer.
    func value(_ buffer: Int) -> [Float] { Array(values[buffer].values.prefix(model.graph.buffers[buffer])) }
    /// The first example's gradients of a buffer.
    func gradient(_ buffer: Int) -> [Float] { Array(gradients[buffer].values.prefix(model.graph.buffers[buffer])) }

    /// Sets the gradients of the outputs.
    func seed(_ weights: [Float], count: Int) {
        let to = gradients[model.graph.output].base
        for row in 0..<count {
            for (output, weight) in weights.enumerated() { to[row * weights.count + output] = weight }
        }
    }

    /// Puts the values aside as those of the references.
    func keepReferences(_ count: Int) {
        if references.isEmpty { references = values.map { FloatBuffer(count: $0.count) } }
        for (buffer, size) in model.graph.buffers.enumerated() {
            references[buffer].base.update(from: values[buffer].base, count: count * size)
        }
    }

    /// Gives all examples the values of the first.
    func repeatFirst(_ count: Int) {
        for (buffer, size) in model.graph.buffers.enumerated() {
            let base = values[buffer].base
            for row in 1..<max(1, count) { (base + row * size).update(from: base, count: size) }
        }
    }

    // MARK: Passes

    func forward(_ count: Int) {
        for index in model.graph.nodes.indices {
            let node = model.graph.nodes[index]
            for (position, buffer) in node.inputs.enumerated() { inputs[position] = values[buffer].pointer }
            node.layer.forward(
                ForwardPass(
                    kernels: model.kernels, count: count, parameters: model.parameters.pointer + node.parameterOffset,
                    prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs,
                    output: values[node.output].base, scratch: scratch.base, kept: kept[index].base))
        }
    }

    /// From the seeded outputs back to every buffer: gradients, or multipliers between the values and the references'.
    func backward(_ count: Int, _ quadrature: Quadrature? = nil) {
        let graph = model.graph
        for index in graph.nodes.indices.reversed() {
            let node = graph.nodes[index]
            var place = addends.base
            for (position, buffer) in node.inputs.enumerated() {
                inputs[position] = values[buffer].pointer
                dInputs[position] = adds[index][position] ? place : gradients[buffer].base
                if adds[index][position] { place += capacity * graph.buffers[buffer] }
            }
            let pass = BackwardPass(
                kernels: model.kernels, count: count, parameters: model.parameters.pointer + node.parameterOffset,
                prepared: model.prepared.pointer + model.preparedOffsets[index], inputs: inputs,
                output: values[node.output].pointer, kept: kept[index].base, dOutput: gradients[node.output].pointer,
                dInputs: dInputs, dParameters: unread.base, scratch: scratch.base, wantsParameters: false)
            if let quadrature {
                rules.backward(
                    node, pass, references: node.inputs.map { references[$0].pointer },
                    referenceOutput: references[node.output].pointer, quadrature)
            } else {
                node.layer.backward(pass)
            }
            for (position, buffer) in node.inputs.enumerated() where adds[index][position] {
                guard let addend = dInputs[position] else { continue }
                model.kernels.functions.add_rows(addend, gradients[buffer].base, 1, count * graph.buffers[buffer])
            }
        }
    }
}
