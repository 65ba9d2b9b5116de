import CKernels

extension LayerSpecification {
    /// `(L, C)` to `(L, hidden)`, or `(L, 2·hidden)` if bidirectional: the state after each position.
    ///
    /// Several `layers` are stacked, each over the one before. `lengths` names an input of the network, of shape `[1]`:
    /// how many of an example's positions are valid, as in PyTorch's packed sequences. Beyond them the output is 0, and
    /// the reverse direction begins at the last valid one.
    public static func lstm(
        hidden: Int, bidirectional: Bool = false, layers: Int = 1, lengths: String? = nil
    ) -> LayerSpecification {
        LayerSpecification(
            LSTM(options: .init(hidden: hidden, bidirectional: bidirectional, layers: layers, lengths: lengths)))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(LSTM.self, to: $0) }

struct LSTM: RecurrentDefinition {
    typealias Arithmetic = LSTMLayer
    static let (type, gates) = ("lstm", 4)

    var options: RecurrentOptions
}

/// A long short-term memory as PyTorch defines it (Hochreiter and Schmidhuber, 1997; the forget gate is of Gers and
/// others, 2000).
///
///     i, f, o = σ(W x + b + W' h + b')        g = tanh(W x + b + W' h + b')
///     c' = f ⊙ c + i ⊙ g                      h' = o ⊙ tanh(c')
///
/// A chain of a gate begins at both biases' sum, goes on over the inputs in one product of many positions, and ends over
/// the state, which each position adds. Training keeps the gates' activations, and their gradients take their place.
struct LSTMLayer: RecurrentLayer {
    let geometry: RecurrentGeometry

    private var length: Int { geometry.length }
    private var hidden: Int { geometry.hidden }
    private var gates: Int { geometry.gates }

    /// The sums of the biases, then the transposes.
    func preparedCount(training: Bool) -> Int {
        geometry.directions * gates + (training ? geometry.transposedCount : 0)
    }

    func prepare(_ preparation: Preparation) {
        for direction in 0..<geometry.directions {
            let at = geometry.offsets(direction)
            let sums = preparation.prepared + direction * gates
            sums.update(from: preparation.parameters + at.inputBias, count: gates)
            preparation.kernels.functions.add_rows(preparation.parameters + at.stateBias, sums, 1, gates)
        }
        guard preparation.training else { return }
        geometry.transpose(preparation.parameters, into: preparation.prepared + geometry.directions * gates)
    }

    /// Of each direction, activations and cells of all positions.
    func keptCount(_ count: Int) -> Int { geometry.directions * keptStride(count) }
    private func keptStride(_ count: Int) -> Int { count * length * (gates + hidden) }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let forward = geometry.directions * scratchStride(count, training: training)
        return training ? max(forward, 2 * count * hidden + geometry.gradientScratch(count)) : forward
    }

    /// Of each direction, a block's inputs and, where they are not kept, its gates and the cells.
    private func scratchStride(_ count: Int, training: Bool) -> Int {
        let rows = geometry.blockRows(count)
        return rows * geometry.channels + (training ? 0 : rows * gates + count * hidden)
    }

    // MARK: Forward

    func forward(_ pass: ForwardPass, direction: Int) {
        let (count, functions, at) = (pass.count, pass.kernels.functions, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let memory = Memory(self, pass, direction)
        let (output, stride) = (pass.output + direction * hidden, geometry.width)
        if scan.isReverse { clearCells(scan, memory) }
        for block in 0..<scan.blocks {
            let steps = scan.steps(block)
            var row = memory.gates(from: steps.lowerBound)
            geometry.inputGates(
                pass, scan, steps, weight: at.inputWeight, bias: pass.prepared + direction * gates,
                inputs: memory.inputs, into: row)
            for step in steps {
                let (position, before) = (scan.position(step), scan.before(step))
                scan.forEachRun(step) { examples, _ in
                    let (example, m) = (examples.lowerBound, examples.count)
                    if let before {
                        functions.product_add(
                            output + (example * length + before) * stride, length * stride,
                            pass.parameters + at.stateWeight, row, gates, m, hidden, gates)
                    }
                    functions.lstm_step(
                        row, gates, before.map { UnsafePointer(memory.cells($0) + example * hidden) }, hidden,
                        memory.cells(position) + example * hidden, hidden,
                        output + (example * length + position) * stride, length * stride, m, hidden)
                    row += m * gates
                }
            }
        }
    }

    /// The reverse direction begins an example after positions that nobody computes.
    private func clearCells(_ scan: SequenceScan, _ memory: Memory) {
        for example in 0..<scan.count {
            let valid = scan.validCount(example)
            guard valid < length else { continue }
            (memory.cells(valid) + example * hidden).update(repeating: 0, count: hidden)
        }
    }

    /// Where a direction's gates and cells are: training keeps all of them, inference a block's gates and the last
    /// step's cells.
    private struct Memory {
        let inputs: UnsafeMutablePointer<Float>
        private let gates: UnsafeMutablePointer<Float>
        private let gatesStride: Int
        private let cells: UnsafeMutablePointer<Float>
        private let cellsStride: Int
        private let isKept: Bool

        init(_ layer: LSTMLayer, _ pass: ForwardPass, _ direction: Int) {
            let (count, geometry) = (pass.count, layer.geometry)
            isKept = pass.kept != nil
            gatesStride = count * geometry.gates
            cellsStride = count * geometry.hidden
            inputs = pass.scratch + direction * layer.scratchStride(count, training: isKept)
            if let kept = pass.kept {
                gates = kept + direction * layer.keptStride(count)
                cells = gates + geometry.length * gatesStride
            } else {
                gates = inputs + geometry.blockRows(count) * geometry.channels
                cells = gates + geometry.blockRows(count) * geometry.gates
            }
        }

        func gates(from step: Int) -> UnsafeMutablePointer<Float> { gates + (isKept ? step * gatesStride : 0) }

        func cells(_ position: Int) -> UnsafeMutablePointer<Float> {
            cells + (isKept ? position * cellsStride : 0)
        }
    }

    // MARK: Backward

    func backward(_ pass: BackwardPass, direction: Int) {
        let (count, functions, at) = (pass.count, pass.kernels.functions, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let transposed = pass.prepared + geometry.directions * gates
        let kept = pass.kept + direction * keptStride(count)
        let dBias = pass.dParameters + at.inputBias
        dBias.update(repeating: 0, count: gates)
        let (dState, dCell) = (pass.scratch, pass.scratch + count * hidden)
        dState.update(repeating: 0, count: 2 * count * hidden)
        for block in (0..<scan.blocks).reversed() {
            let steps = scan.steps(block)
            let (dGates, rows) = (kept + steps.lowerBound * count * gates, scan.rows(steps))
            var row = dGates + rows * gates
            for step in steps.reversed() {
                row -= scan.rows(step..<step + 1) * gates
                backward(
                    pass, scan, step, dGates: row, cells: kept + count * length * gates,
                    dOutput: pass.dOutput + direction * hidden, dState: dState, dCell: dCell,
                    transposed: transposed + geometry.transposedState(direction))
            }
            geometry.gradients(
                pass, scan, steps, inputGates: dGates, stride: gates, stateGates: dGates, transposed: transposed,
                scratch: dCell + count * hidden)
            functions.add_rows(dGates, dBias, rows, gates)
        }
        (pass.dParameters + at.stateBias).update(from: dBias, count: gates)
    }

    /// Turns a step's activations into the gradients of their sums, and goes back to the state and cell before.
    private func backward(
        _ pass: BackwardPass, _ scan: SequenceScan, _ step: Int, dGates: UnsafeMutablePointer<Float>,
        cells: UnsafePointer<Float>, dOutput: UnsafePointer<Float>, dState: UnsafeMutablePointer<Float>,
        dCell: UnsafeMutablePointer<Float>, transposed: UnsafePointer<Float>
    ) {
        let (functions, stride) = (pass.kernels.functions, geometry.width)
        let (position, before) = (scan.position(step), scan.before(step))
        scan.forEachRun(step) { examples, row in
            let (example, m) = (examples.lowerBound, examples.count)
            functions.lstm_step_backward(
                dGates + row * gates, gates, before.map { cells + ($0 * scan.count + example) * hidden }, hidden,
                cells + (position * scan.count + example) * hidden, hidden,
                dOutput + (example * length + position) * stride, length * stride, dState + example * hidden,
                dCell + example * hidden, m, hidden)
            guard before != nil else { return }
            functions.product(
                dGates + row * gates, gates, transposed, nil, dState + example * hidden, hidden, m, gates, hidden)
        }
    }
}

extension LSTMLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        // ONNX has input, output, forget and cell gates in this order.
        geometry.onnx(&graph, inputs, "LSTM", gates: [0, 3, 1, 2])
    }
}
