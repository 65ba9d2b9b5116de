import CKernels

extension LayerSpecification {
    /// `(L, C)` to `(L, hidden)`, or `(L, 2·hidden)` if bidirectional: the state after each position.
    ///
    /// `layers` and `lengths` are those of ``lstm(hidden:bidirectional:layers:lengths:)``.
    public static func gru(
        hidden: Int, bidirectional: Bool = false, layers: Int = 1, lengths: String? = nil
    ) -> LayerSpecification {
        LayerSpecification(GRU(.init(hidden: hidden, bidirectional: bidirectional, layers: layers, lengths: lengths)))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(GRU.self, to: $0) }

struct GRU: LayerDefinition {
    static let type = "gru"

    var options: RecurrentOptions

    init(_ options: RecurrentOptions) { self.options = options }
    init(_ field: inout DocumentFields) throws { options = try RecurrentOptions(&field) }

    func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try options.add(to: &graph, input: input, gates: 3) { GRULayer(geometry: $0) }
    }
}

/// A gated recurrent unit as PyTorch defines it (Cho and others, 2014, with the reset gate after the product).
///
///     r = σ(W_ir x + b_ir + W_hr h + b_hr)        n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
///     z = σ(W_iz x + b_iz + W_hz h + b_hz)        h' = (1 - z) ⊙ n + z ⊙ h
///
/// The inputs' products of many positions are one; the state's come position by position, with one row an example. The
/// state before a position is read where the position before it wrote its output.
struct GRULayer: RecurrentLayer {
    let geometry: RecurrentGeometry

    private var length: Int { geometry.length }
    private var hidden: Int { geometry.hidden }
    private var gates: Int { geometry.gates }

    func preparedCount(training: Bool) -> Int { training ? geometry.transposedCount : 0 }

    func prepare(_ preparation: Preparation) {
        if preparation.training { geometry.transpose(preparation.parameters, into: preparation.prepared) }
    }

    /// Of each direction and position r, z, n and the state's part of n.
    func keptCount(_ count: Int) -> Int { geometry.directions * keptStride(count) }
    private func keptStride(_ count: Int) -> Int { count * length * keptWidth }
    private var keptWidth: Int { 4 * hidden }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let forward = geometry.directions * forwardStride(count)
        guard training else { return forward }
        return max(forward, count * (length * (geometry.channels + hidden + gates) + hidden) + keptWidth)
    }

    /// Of each direction, inputs and gates of a block of positions, the state's gates, and the state before the first.
    private func forwardStride(_ count: Int) -> Int {
        geometry.blockRows(count) * (geometry.channels + gates) + count * gates + hidden
    }

    // MARK: Forward

    func forward(_ pass: ForwardPass, direction: Int) {
        let (count, functions, at) = (pass.count, pass.kernels.functions, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let inputs = pass.scratch + direction * forwardStride(count)
        let inputGates = inputs + geometry.blockRows(count) * geometry.channels
        let stateGates = inputGates + geometry.blockRows(count) * gates
        let zeros = stateGates + count * gates
        zeros.update(repeating: 0, count: hidden)
        let output = pass.output + direction * hidden
        let kept = pass.kept.map { $0 + direction * keptStride(count) }
        let stride = geometry.width
        for first in Swift.stride(from: 0, to: length, by: scan.blockLength) {
            let positions = scan.block(from: first)
            geometry.inputGates(
                pass, scan, positions: positions, offsets: at, bias: pass.parameters + at.inputBias, copy: inputs,
                into: inputGates)
            for step in first..<first + positions.count {
                let (position, before) = (scan.position(step), scan.before(step))
                scan.forEachRun(at: position) { examples in
                    let (example, m) = (examples.lowerBound, examples.count)
                    let state = UnsafePointer(before.map { output + (example * length + $0) * stride } ?? zeros)
                    let stateStride = before == nil ? 0 : length * stride
                    pass.product(
                        state, stride: stateStride, packed: pass.parameters + at.stateWeight,
                        bias: pass.parameters + at.stateBias, into: stateGates, stride: gates, m: m, k: hidden, n: gates
                    )
                    functions.gru_step(
                        inputGates + ((position - positions.lowerBound) * count + example) * gates, gates, stateGates,
                        state, stateStride, output + (example * length + position) * stride, length * stride,
                        kept.map { $0 + (position * count + example) * keptWidth }, keptWidth, m, hidden)
                }
            }
        }
    }

    // MARK: Backward

    func backward(_ pass: BackwardPass) {
        let count = pass.count
        let inputs = pass.scratch
        let states = inputs + count * length * geometry.channels
        let dStateGates = states + count * length * hidden
        let dState = dStateGates + count * length * gates
        let sums = dState + count * hidden
        let rows = geometry.scan(pass.inputs, count).gather(
            pass.input, stride: geometry.channels, columns: geometry.channels, into: inputs)
        for direction in 0..<geometry.directions {
            let (scan, at) = (geometry.scan(pass.inputs, count, direction: direction), geometry.offsets(direction))
            let kept = pass.kept + direction * keptStride(count)
            backward(
                pass, scan, direction: direction, kept: kept, dStateGates: dStateGates, dState: dState, zeros: sums)
            scan.compact(kept, columns: keptWidth)
            scan.compact(dStateGates, columns: gates)
            scan.gatherBefore(
                pass.output + direction * hidden, stride: geometry.width, columns: hidden, into: states)
            geometry.weightGradients(
                pass, at, rows: rows, inputs: inputs, inputGates: kept, inputGatesStride: keptWidth, states: states,
                stateGates: dStateGates)
            // The biases of r and z have equal gradients; n has one for its inputs and one for its state.
            sums.update(repeating: 0, count: keptWidth)
            pass.kernels.functions.add_rows(kept, sums, rows, keptWidth)
            (pass.dParameters + at.inputBias).update(from: sums, count: gates)
            (pass.dParameters + at.stateBias).update(from: sums, count: 2 * hidden)
            (pass.dParameters + at.stateBias + 2 * hidden).update(from: sums + gates, count: hidden)
        }
        geometry.inputGradients(
            pass, geometry.scan(pass.inputs, count), rows: rows, gates: pass.kept, stride: keptWidth,
            directionStride: keptStride(count), transposed: pass.prepared, into: inputs)
    }

    /// Turns what a direction kept into the gradients of its gates, last step first.
    private func backward(
        _ pass: BackwardPass, _ scan: SequenceScan, direction: Int, kept: UnsafeMutablePointer<Float>,
        dStateGates: UnsafeMutablePointer<Float>, dState: UnsafeMutablePointer<Float>,
        zeros: UnsafeMutablePointer<Float>
    ) {
        let (count, functions, stride) = (pass.count, pass.kernels.functions, geometry.width)
        let (output, dOutput) = (pass.output + direction * hidden, pass.dOutput + direction * hidden)
        let transposed = pass.prepared + geometry.transposedState(direction)
        zeros.update(repeating: 0, count: hidden)
        dState.update(repeating: 0, count: count * hidden)
        for step in (0..<length).reversed() {
            let (position, before) = (scan.position(step), scan.before(step))
            scan.forEachRun(at: position) { examples in
                let (example, m) = (examples.lowerBound, examples.count)
                let row = position * count + example
                functions.gru_step_backward(
                    kept + row * keptWidth, keptWidth,
                    before.map { output + (example * length + $0) * stride } ?? UnsafePointer(zeros),
                    before == nil ? 0 : length * stride, dOutput + (example * length + position) * stride,
                    length * stride, dState + example * hidden, dStateGates + row * gates, gates, m, hidden)
                guard before != nil else { return }
                functions.product_add(
                    dStateGates + row * gates, gates, transposed, dState + example * hidden, hidden, m, gates, hidden)
            }
        }
    }
}

extension GRULayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        // Update gates come before reset gates in ONNX.
        geometry.onnx(&graph, inputs, "GRU", gates: [1, 0, 2], [.integer("linear_before_reset", 1)])
    }
}
