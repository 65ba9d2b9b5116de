import CKernels

extension LayerSpecification {
    /// `(L, C)` to `(L, hidden)`, or `(L, 2·hidden)` if bidirectional: the state after each position.
    ///
    /// `layers` and `lengths` are those of ``lstm(hidden:bidirectional:layers:lengths:)``.
    public static func gru(
        hidden: Int, bidirectional: Bool = false, layers: Int = 1, lengths: String? = nil
    ) -> LayerSpecification {
        LayerSpecification(
            GRU(options: .init(hidden: hidden, bidirectional: bidirectional, layers: layers, lengths: lengths)))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(GRU.self, to: $0) }

struct GRU: RecurrentDefinition {
    typealias Arithmetic = GRULayer
    static let (type, gates) = ("gru", 3)

    var options: RecurrentOptions
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
        let forward = geometry.directions * scratchStride(count)
        guard training else { return forward }
        let backward =
            count * hidden + geometry.blockRows(count) * gates + keptWidth + geometry.gradientScratch(count)
        return max(forward, backward)
    }

    /// Of each direction, a block's inputs and their gates, and a step's gates of the state.
    private func scratchStride(_ count: Int) -> Int {
        geometry.blockRows(count) * (geometry.channels + gates) + count * gates
    }

    // MARK: Forward

    func forward(_ pass: ForwardPass, direction: Int) {
        let (count, functions, at) = (pass.count, pass.kernels.functions, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let inputs = pass.scratch + direction * scratchStride(count)
        let inputGates = inputs + geometry.blockRows(count) * geometry.channels
        let stateGates = inputGates + geometry.blockRows(count) * gates
        let (output, stride) = (pass.output + direction * hidden, geometry.width)
        for block in 0..<scan.blocks {
            let steps = scan.steps(block)
            geometry.inputGates(
                pass, scan, steps, weight: at.inputWeight, bias: pass.parameters + at.inputBias, inputs: inputs,
                into: inputGates)
            var row = inputGates
            var kept = pass.kept.map { $0 + direction * keptStride(count) + steps.lowerBound * count * keptWidth }
            for step in steps {
                let (position, before) = (scan.position(step), scan.before(step))
                scan.forEachRun(step) { examples, _ in
                    let (example, m) = (examples.lowerBound, examples.count)
                    let state = before.map { UnsafePointer(output + (example * length + $0) * stride) }
                    let stateBias = pass.parameters + at.stateBias
                    if let state {
                        pass.product(
                            state, stride: length * stride, packed: pass.parameters + at.stateWeight, bias: stateBias,
                            into: stateGates, stride: gates, m: m, k: hidden, n: gates)
                    } else {
                        for row in 0..<m { (stateGates + row * gates).update(from: stateBias, count: gates) }
                    }
                    functions.gru_step(
                        row, gates, stateGates, state, length * stride,
                        output + (example * length + position) * stride, length * stride, kept, keptWidth, m, hidden)
                    row += m * gates
                    kept = kept.map { $0 + m * keptWidth }
                }
            }
        }
    }

    // MARK: Backward

    func backward(_ pass: BackwardPass, direction: Int) {
        let (count, at) = (pass.count, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let dState = pass.scratch
        let dStateGates = dState + count * hidden
        let dBiases = dStateGates + geometry.blockRows(count) * gates
        dState.update(repeating: 0, count: count * hidden)
        dBiases.update(repeating: 0, count: keptWidth)
        for block in (0..<scan.blocks).reversed() {
            let steps = scan.steps(block)
            let kept = pass.kept + direction * keptStride(count) + steps.lowerBound * count * keptWidth
            let rows = scan.rows(steps)
            var row = rows
            for step in steps.reversed() {
                row -= scan.rows(step..<step + 1)
                backward(
                    pass, scan, step, kept: kept + row * keptWidth, dState: dState,
                    dStateGates: dStateGates + row * gates)
            }
            geometry.gradients(
                pass, scan, steps, inputGates: kept, stride: keptWidth, stateGates: dStateGates,
                transposed: pass.prepared, scratch: dBiases + keptWidth)
            pass.kernels.functions.add_rows(kept, dBiases, rows, keptWidth)
        }
        // The biases of r and z have equal gradients; n has one for its inputs and one for its state.
        (pass.dParameters + at.inputBias).update(from: dBiases, count: gates)
        (pass.dParameters + at.stateBias).update(from: dBiases, count: 2 * hidden)
        (pass.dParameters + at.stateBias + 2 * hidden).update(from: dBiases + gates, count: hidden)
    }

    /// Turns what a step kept into the gradients of its gates, and goes back to the state before.
    private func backward(
        _ pass: BackwardPass, _ scan: SequenceScan, _ step: Int, kept: UnsafeMutablePointer<Float>,
        dState: UnsafeMutablePointer<Float>, dStateGates: UnsafeMutablePointer<Float>
    ) {
        let (functions, stride, column) = (pass.kernels.functions, geometry.width, scan.isReverse ? hidden : 0)
        let (position, before) = (scan.position(step), scan.before(step))
        scan.forEachRun(step) { examples, row in
            let (example, m) = (examples.lowerBound, examples.count)
            let first = example * length
            functions.gru_step_backward(
                kept + row * keptWidth, keptWidth, before.map { pass.output + (first + $0) * stride + column },
                length * stride, pass.dOutput + (first + position) * stride + column, length * stride,
                dState + example * hidden, dStateGates + row * gates, gates, m, hidden)
            guard before != nil else { return }
            functions.product_add(
                dStateGates + row * gates, gates,
                pass.prepared + geometry.transposedState(scan.isReverse ? 1 : 0), dState + example * hidden, hidden,
                m, gates, hidden)
        }
    }
}

extension GRULayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        // Update gates come before reset gates in ONNX.
        geometry.onnx(&graph, inputs, "GRU", gates: [1, 0, 2], [.integer("linear_before_reset", 1)])
    }
}
