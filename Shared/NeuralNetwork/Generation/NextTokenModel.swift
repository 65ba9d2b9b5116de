import CKernels

/// A recurrent network that says the next token of sequences, taken step by step: what sampling needs, and likelihoods.
///
/// The network is one of an embedding, GRUs in one direction and linear layers (dropout is left out), as a training on whole sequences leaves
/// it; a step costs one position, whatever came before. Logits are those of the whole network to the last bit, in any batch.
///
/// `@unchecked Sendable`: the parameters are written only by `init`.
public final class NextTokenModel: @unchecked Sendable {
    /// Tokens that there are: rows of the embedding, and logits of a step.
    public let vocabulary: Int
    let layers: [StepLayer]
    private let parameters: FloatBuffer
    private let kernels: Kernels

    /// One layer at one position.
    enum StepLayer: Sendable {
        case embedding(EmbeddingLayer, parameters: Int)
        case gru(RecurrentGeometry, parameters: Int)
        case linear(LinearLayer, parameters: Int)

        var width: Int {
            switch self {
            case .embedding(let layer, _): layer.width
            case .gru(let geometry, _): geometry.hidden
            case .linear(let layer, _): layer.outputs
            }
        }
    }

    /// Copies the network's present weights; throws where it is not such a network.
    public init(_ network: Network, simd: SIMDLevel? = nil) throws(NeuralNetworkError) {
        var layers: [StepLayer] = []
        for node in network.graph.nodes where !node.layer.isTrainingOnly {
            switch node.layer {
            case let layer as EmbeddingLayer where layers.isEmpty:
                layers.append(.embedding(layer, parameters: node.parameterOffset))
            case let layer as GRULayer where layer.geometry.directions == 1 && !layers.isEmpty:
                layers.append(.gru(layer.geometry, parameters: node.parameterOffset))
            case let layer as LinearLayer where !layers.isEmpty:
                layers.append(.linear(layer, parameters: node.parameterOffset))
            default:
                throw NeuralNetworkError(
                    .unsupported,
                    "a sequence that is made token by token takes an embedding, GRUs in one direction and linear layers",
                    place: node.name)
            }
        }
        guard case .embedding(let embedding, _)? = layers.first, layers.last?.width == embedding.vocabulary else {
            throw NeuralNetworkError(
                .unsupported, "there must be an embedding first, and a logit for each of its tokens last",
                place: "layers")
        }
        vocabulary = embedding.vocabulary
        self.layers = layers
        parameters = FloatBuffer(copying: network.storage)
        kernels = try Kernels(simd)
    }

    /// The states of some sequences and the memory of their steps, for one thread at a time.
    public final class States {
        /// Sequences that a step may have at most.
        public let capacity: Int
        let states: [FloatBuffer]
        let rows: [FloatBuffer]
        let gates: FloatBuffer
        let stateGates: FloatBuffer

        init(_ model: NextTokenModel, capacity: Int) {
            self.capacity = capacity
            var (states, widest) = ([FloatBuffer](), 1)
            for case .gru(let geometry, _) in model.layers {
                states.append(FloatBuffer(count: capacity * geometry.hidden))
                widest = max(widest, geometry.gates)
            }
            self.states = states
            rows = model.layers.map { FloatBuffer(count: capacity * $0.width) }
            gates = FloatBuffer(count: capacity * widest)
            stateGates = FloatBuffer(count: capacity * widest)
        }

        /// Begins all sequences anew.
        public func reset() { for state in states { state.zero() } }

        /// Keeps the sequences of these rows, ascending, as the first ones.
        public func keep(_ kept: [Int]) {
            precondition(zip(kept, kept.dropFirst()).allSatisfy(<) && (kept.last ?? 0) < capacity)
            for state in states {
                let width = state.count / max(1, capacity)
                for (row, from) in kept.enumerated() where from != row {
                    (state.base + row * width).update(from: state.base + from * width, count: width)
                }
            }
        }
    }

    /// Memory for up to so many sequences at a time.
    public func makeStates(capacity: Int) -> States {
        precondition(capacity > 0)
        return States(self, capacity: capacity)
    }

    /// Takes one token of each sequence, and gives the logits of the next, `[tokens.count][vocabulary]`, until the next step.
    public func step(_ tokens: [Int], _ states: States) -> UnsafeBufferPointer<Float> {
        let count = tokens.count
        precondition(count > 0 && count <= states.capacity)
        var (recurrent, input) = (0, UnsafePointer(states.gates.base))
        for (place, layer) in layers.enumerated() {
            let output = states.rows[place].base
            switch layer {
            case .embedding(let embedding, let offset):
                for (row, token) in tokens.enumerated() {
                    precondition(token >= 0 && token < vocabulary)
                    (output + row * embedding.width).update(
                        from: parameters.base + offset + token * embedding.width, count: embedding.width)
                }
            case .gru(let geometry, let offset):
                step(geometry, offset, input, states, recurrent, count: count, into: output)
                recurrent += 1
            case .linear(let linear, let offset):
                let bias =
                    linear.hasBias ? parameters.pointer + offset + ck_packed_count(linear.inputs, linear.outputs) : nil
                kernels.product(
                    input, stride: linear.inputs, packed: parameters.pointer + offset, bias: bias, into: output,
                    stride: linear.outputs, m: count, k: linear.inputs, n: linear.outputs)
            }
            input = UnsafePointer(output)
        }
        return UnsafeBufferPointer(start: input, count: count * vocabulary)
    }

    private func step(
        _ geometry: RecurrentGeometry, _ offset: Int, _ input: UnsafePointer<Float>, _ states: States, _ place: Int,
        count: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let (at, own, hidden) = (geometry.offsets(0), parameters.pointer + offset, geometry.hidden)
        let state = states.states[place].base
        kernels.product(
            input, stride: geometry.channels, packed: own + at.inputWeight, bias: own + at.inputBias,
            into: states.gates.base, stride: geometry.gates, m: count, k: geometry.channels, n: geometry.gates)
        kernels.product(
            state, stride: hidden, packed: own + at.stateWeight, bias: own + at.stateBias,
            into: states.stateGates.base, stride: geometry.gates, m: count, k: hidden, n: geometry.gates)
        kernels.functions.gru_step(
            states.gates.base, geometry.gates, states.stateGates.base, state, hidden, output, hidden, nil, 0, count,
            hidden)
        state.update(from: output, count: count * hidden)
    }
}
