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
            LSTM(.init(hidden: hidden, bidirectional: bidirectional, layers: layers, lengths: lengths)))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(LSTM.self, to: $0) }

struct LSTM: LayerDefinition {
    static let type = "lstm"

    var options: RecurrentOptions

    init(_ options: RecurrentOptions) { self.options = options }
    init(_ field: inout DocumentFields) throws { options = try RecurrentOptions(&field) }

    func encode(to encoder: any Encoder) throws { try options.encode(to: encoder) }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try options.add(to: &graph, input: input, gates: 4) { LSTMLayer(geometry: $0) }
    }
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

    // MARK: Forward

    /// Of each direction, activations and cells of all positions.
    func keptCount(_ count: Int) -> Int { geometry.directions * keptStride(count) }
    private func keptStride(_ count: Int) -> Int { count * length * (gates + hidden) }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let rows = geometry.blockRows(count)
        guard training else {
            return geometry.directions * (rows * (geometry.channels + gates) + 2 * count * hidden)
        }
        let backward = count * (length * (geometry.channels + hidden) + 2 * hidden)
        return max(geometry.directions * rows * geometry.channels, backward)
    }

    func forward(_ pass: ForwardPass, direction: Int) {
        let (count, functions, at) = (pass.count, pass.kernels.functions, geometry.offsets(direction))
        let scan = geometry.scan(pass.inputs, count, direction: direction)
        let memory = Memory(self, pass, direction)
        let output = pass.output + direction * hidden
        let stride = geometry.width
        if scan.isReverse { clearCells(scan, memory) }
        for first in Swift.stride(from: 0, to: length, by: scan.blockLength) {
            let positions = scan.block(from: first)
            let block = memory.gates(positions.lowerBound, in: positions)
            geometry.inputGates(
                pass, scan, positions: positions, offsets: at, bias: pass.prepared + direction * gates,
                copy: memory.inputs, into: block)
            for step in first..<first + positions.count {
                let (position, before) = (scan.position(step), scan.before(step))
                let row = memory.gates(position, in: positions)
                scan.forEachRun(at: position) { examples in
                    let (example, m) = (examples.lowerBound, examples.count)
                    let gatesOfRun = row + example * gates
                    if let before {
                        functions.product_add(
                            output + (example * length + before) * stride, length * stride,
                            pass.parameters + at.stateWeight, gatesOfRun, gates, m, hidden, gates)
                    }
                    functions.lstm_step(
                        gatesOfRun, gates, before.map { UnsafePointer(memory.cells($0) + example * hidden) }, hidden,
                        memory.cells(position) + example * hidden, hidden,
                        output + (example * length + position) * stride, length * stride, m, hidden)
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

    /// Where a direction's gates and cells are: in training all are kept, else those of a block of positions and of the
    /// last two cells.
    private struct Memory {
        let inputs: UnsafeMutablePointer<Float>
        private let gates: UnsafeMutablePointer<Float>
        private let gatesStride: Int
        private let cells: UnsafeMutablePointer<Float>
        private let cellsStride: Int
        private let isKept: Bool

        init(_ layer: LSTMLayer, _ pass: ForwardPass, _ direction: Int) {
            let (count, geometry) = (pass.count, layer.geometry)
            let rows = geometry.blockRows(count)
            gatesStride = count * geometry.gates
            cellsStride = count * geometry.hidden
            isKept = pass.kept != nil
            if let kept = pass.kept {
                inputs = pass.scratch + direction * rows * geometry.channels
                gates = kept + direction * layer.keptStride(count)
                cells = gates + geometry.length * gatesStride
            } else {
                inputs = pass.scratch + direction * layer.scratchCount(count, training: false) / geometry.directions
                gates = inputs + rows * geometry.channels
                cells = gates + rows * geometry.gates
            }
        }

        func gates(_ position: Int, in block: Range<Int>) -> UnsafeMutablePointer<Float> {
            gates + (isKept ? position : position - block.lowerBound) * gatesStride
        }

        func cells(_ position: Int) -> UnsafeMutablePointer<Float> {
            cells + (isKept ? position : position % 2) * cellsStride
        }
    }

    // MARK: Backward

    func backward(_ pass: BackwardPass) {
        let (count, functions) = (pass.count, pass.kernels.functions)
        let transposed = pass.prepared + geometry.directions * gates
        let inputs = pass.scratch
        let states = inputs + count * length * geometry.channels
        let rows = geometry.scan(pass.inputs, count).gather(
            pass.input, stride: geometry.channels, columns: geometry.channels, into: inputs)
        for direction in 0..<geometry.directions {
            let (scan, at) = (geometry.scan(pass.inputs, count, direction: direction), geometry.offsets(direction))
            let dGates = pass.kept + direction * keptStride(count)
            backward(
                pass, scan, dGates: dGates, dOutput: pass.dOutput + direction * hidden,
                transposed: transposed + geometry.transposedState(direction),
                dState: states + count * length * hidden)
            scan.compact(dGates, columns: gates)
            scan.gatherBefore(
                pass.output + direction * hidden, stride: geometry.width, columns: hidden, into: states)
            geometry.weightGradients(
                pass, at, rows: rows, inputs: inputs, inputGates: dGates, inputGatesStride: gates, states: states,
                stateGates: dGates)
            let dBias = pass.dParameters + at.inputBias
            dBias.update(repeating: 0, count: gates)
            functions.add_rows(dGates, dBias, rows, gates)
            (pass.dParameters + at.stateBias).update(from: dBias, count: gates)
        }
        geometry.inputGradients(
            pass, geometry.scan(pass.inputs, count), rows: rows, gates: pass.kept, stride: gates,
            directionStride: keptStride(count), transposed: transposed, into: inputs)
    }

    /// Turns a direction's activations into the gradients of their sums, last step first.
    private func backward(
        _ pass: BackwardPass, _ scan: SequenceScan, dGates: UnsafeMutablePointer<Float>, dOutput: UnsafePointer<Float>,
        transposed: UnsafePointer<Float>, dState: UnsafeMutablePointer<Float>
    ) {
        let (count, functions, stride) = (pass.count, pass.kernels.functions, geometry.width)
        let cells = dGates + count * length * gates
        let dCell = dState + count * hidden
        dState.update(repeating: 0, count: 2 * count * hidden)
        for step in (0..<length).reversed() {
            let (position, before) = (scan.position(step), scan.before(step))
            scan.forEachRun(at: position) { examples in
                let (example, m) = (examples.lowerBound, examples.count)
                let gatesOfRun = dGates + (position * count + example) * gates
                functions.lstm_step_backward(
                    gatesOfRun, gates, before.map { UnsafePointer(cells + ($0 * count + example) * hidden) }, hidden,
                    cells + (position * count + example) * hidden, hidden,
                    dOutput + (example * length + position) * stride, length * stride, dState + example * hidden,
                    dCell + example * hidden, m, hidden)
                guard before != nil else { return }
                functions.product(
                    gatesOfRun, gates, transposed, nil, dState + example * hidden, hidden, m, gates, hidden)
            }
        }
    }
}

extension LSTMLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        // ONNX has input, output, forget and cell gates in this order.
        geometry.onnx(&graph, inputs, "LSTM", gates: [0, 3, 1, 2])
    }
}
