import CKernels

extension LayerSpecification {
    /// `(L, C)` to `(L, hidden)`, or `(L, 2·hidden)` if bidirectional: the state after each position.
    public static func gru(hidden: Int, bidirectional: Bool = false) -> LayerSpecification {
        LayerSpecification(GRU(hidden: hidden, bidirectional: bidirectional))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(GRU.self, to: $0) }

struct GRU: LayerDefinition {
    static let type = "gru"

    var hidden: Int
    var bidirectional: Bool

    init(hidden: Int, bidirectional: Bool) {
        self.hidden = hidden
        self.bidirectional = bidirectional
    }

    init(_ field: inout DocumentFields) throws {
        hidden = try field("hidden")
        bidirectional = try field("bidirectional", default: false)
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.check(hidden, "hidden")
        try graph.checkPositions(input)
        return try graph.apply(
            GRULayer(inputShape: input.shape, hidden: hidden, bidirectional: bidirectional), to: input)
    }
}

/// A gated recurrent unit as PyTorch defines it (Cho and others, 2014, with the reset gate after the product).
///
///     r = σ(W_ir x + b_ir + W_hr h + b_hr)        n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
///     z = σ(W_iz x + b_iz + W_hz h + b_hz)        h' = (1 - z) ⊙ n + z ⊙ h
///
/// The inputs' products of all positions are one large product; the recurrence runs over positions with one row an
/// example. A direction's state before a position is read where the position before it wrote its output.
struct GRULayer: Layer {
    let inputShape: [Int]
    let outputShape: [Int]
    let hidden: Int
    let directions: Int

    init(inputShape: [Int], hidden: Int, bidirectional: Bool) {
        self.inputShape = inputShape
        self.hidden = hidden
        directions = bidirectional ? 2 : 1
        outputShape = [inputShape[0], directions * hidden]
    }

    private var length: Int { inputShape[0] }
    private var channels: Int { inputShape[1] }
    private var width: Int { directions * hidden }
    private var gates: Int { 3 * hidden }

    var rowsPerExample: Int { 1 }
    var needs: BackwardNeeds { [.input, .output] }

    var parameters: [ParameterDescription] {
        let start = ParameterDescription.Start.uniform(1 / Float(hidden).squareRoot())
        return ["l0", "l0_reverse"].prefix(directions).flatMap { suffix in
            [
                ParameterDescription(
                    name: "weight_ih_\(suffix)", shape: [gates, channels], start: start,
                    panels: .transposed(outputs: gates, inputs: channels)),
                ParameterDescription(
                    name: "weight_hh_\(suffix)", shape: [gates, hidden], start: start,
                    panels: .transposed(outputs: gates, inputs: hidden)),
                ParameterDescription(name: "bias_ih_\(suffix)", shape: [gates], start: start),
                ParameterDescription(name: "bias_hh_\(suffix)", shape: [gates], start: start),
            ]
        }
    }

    /// Where one direction's parameters are in the layer's part of the buffer.
    private struct Offsets {
        let inputWeight, stateWeight, inputBias, stateBias, transposedInput, transposedState: Int
    }

    private func offsets(_ direction: Int) -> Offsets {
        let (inputCount, stateCount) = (ck_packed_count(channels, gates), ck_packed_count(hidden, gates))
        let first = direction * (inputCount + stateCount + 2 * gates)
        let prepared = direction * preparedCount(training: true) / directions
        return Offsets(
            inputWeight: first, stateWeight: first + inputCount, inputBias: first + inputCount + stateCount,
            stateBias: first + inputCount + stateCount + gates, transposedInput: prepared,
            transposedState: prepared + ck_packed_count(gates, channels))
    }

    /// The weights' transposes, for the gradients of inputs and states.
    func preparedCount(training: Bool) -> Int {
        training ? directions * (ck_packed_count(gates, channels) + ck_packed_count(gates, hidden)) : 0
    }

    func prepare(_ preparation: Preparation) {
        guard preparation.training else { return }
        for direction in 0..<directions {
            let at = offsets(direction)
            ck_pack_transposed(
                preparation.parameters + at.inputWeight, channels, gates, 0, channels,
                preparation.prepared + at.transposedInput)
            ck_pack_transposed(
                preparation.parameters + at.stateWeight, hidden, gates, 0, hidden,
                preparation.prepared + at.transposedState)
        }
    }

    /// r, z, n and the state's part of n.
    func keptCount(_ count: Int) -> Int { count * directions * length * 4 * hidden }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let forward = count * length * gates + count * gates + hidden
        return training ? max(forward, count * length * (2 * gates + hidden) + count * hidden + hidden) : forward
    }

    func forward(_ pass: ForwardPass) {
        let rows = pass.count * length
        let inputGates = pass.scratch
        let stateGates = inputGates + rows * gates
        let zeros = stateGates + pass.count * gates
        zeros.update(repeating: 0, count: hidden)
        for direction in 0..<directions {
            let at = offsets(direction)
            let output = pass.output + direction * hidden
            let kept = pass.kept.map { $0 + direction * rows * 4 * hidden }
            pass.kernels.product(
                pass.input, stride: channels, packed: pass.parameters + at.inputWeight,
                bias: pass.parameters + at.inputBias, into: inputGates, stride: gates, m: rows, k: channels, n: gates)
            for (position, before) in steps(direction) {
                let state = before.map { UnsafePointer(output + $0 * width) } ?? UnsafePointer(zeros)
                let stateStride = before == nil ? 0 : length * width
                pass.kernels.product(
                    state, stride: stateStride, packed: pass.parameters + at.stateWeight,
                    bias: pass.parameters + at.stateBias, into: stateGates, stride: gates, m: pass.count, k: hidden,
                    n: gates)
                pass.kernels.functions.gru_step(
                    inputGates + position * gates, length * gates, stateGates, state, stateStride,
                    output + position * width, length * width, kept.map { $0 + position * 4 * hidden },
                    length * 4 * hidden, pass.count, hidden)
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        let functions = pass.kernels.functions
        let rows = pass.count * length
        let dInputGates = pass.scratch
        let dStateGates = dInputGates + rows * gates
        let states = dStateGates + rows * gates
        let dState = states + rows * hidden
        let zeros = dState + pass.count * hidden
        zeros.update(repeating: 0, count: hidden)
        for direction in 0..<directions {
            let at = offsets(direction)
            let output = pass.output + direction * hidden
            let kept = pass.kept + direction * rows * 4 * hidden
            copyStatesBefore(output, direction: direction, count: pass.count, into: states)
            dState.update(repeating: 0, count: pass.count * hidden)
            for (position, before) in steps(direction).reversed() {
                functions.gru_step_backward(
                    kept + position * 4 * hidden, length * 4 * hidden,
                    before.map { output + $0 * width } ?? UnsafePointer(zeros), before == nil ? 0 : length * width,
                    pass.dOutput + direction * hidden + position * width, length * width, dState,
                    dInputGates + position * gates, dStateGates + position * gates, length * gates, pass.count, hidden)
                functions.product_add(
                    dStateGates + position * gates, length * gates, pass.prepared + at.transposedState, dState, hidden,
                    pass.count, gates, hidden)
            }
            functions.product_gradient(
                pass.input, channels, dInputGates, gates, pass.dParameters + at.inputWeight, rows, channels, gates,
                false)
            functions.product_gradient(
                states, hidden, dStateGates, gates, pass.dParameters + at.stateWeight, rows, hidden, gates, false)
            (pass.dParameters + at.inputBias).update(repeating: 0, count: 2 * gates)
            functions.add_rows(dInputGates, pass.dParameters + at.inputBias, rows, gates)
            functions.add_rows(dStateGates, pass.dParameters + at.stateBias, rows, gates)
            guard let dInput = pass.dInput else { continue }
            let transposed = pass.prepared + at.transposedInput
            if direction == 0 {
                functions.product(dInputGates, gates, transposed, nil, dInput, channels, rows, gates, channels)
            } else {
                functions.product_add(dInputGates, gates, transposed, dInput, channels, rows, gates, channels)
            }
        }
    }

    /// Positions in the order of a direction, each with the one whose state it starts from.
    private func steps(_ direction: Int) -> [(position: Int, before: Int?)] {
        let forward = (0..<length).map { (position: $0, before: $0 > 0 ? $0 - 1 : nil) }
        let backward = (0..<length).reversed().map { (position: $0, before: $0 < length - 1 ? $0 + 1 : nil) }
        return direction == 0 ? forward : backward
    }

    private func copyStatesBefore(
        _ output: UnsafePointer<Float>, direction: Int, count: Int, into states: UnsafeMutablePointer<Float>
    ) {
        for (position, before) in steps(direction) {
            for example in 0..<count {
                let target = states + (example * length + position) * hidden
                if let before {
                    target.update(from: output + (example * length + before) * width, count: hidden)
                } else {
                    target.update(repeating: 0, count: hidden)
                }
            }
        }
    }
}
