import CKernels

/// A layer that carries a state along its input's positions, in one or two directions.
protocol RecurrentLayer: Layer {
    var geometry: RecurrentGeometry { get }

    /// Computes one direction's columns of the output.
    func forward(_ pass: ForwardPass, direction: Int)
}

extension RecurrentLayer {
    var inputShape: [Int] { [geometry.length, geometry.channels] }
    var outputShape: [Int] { [geometry.length, geometry.width] }
    var parameters: [ParameterDescription] { geometry.parameters }
    var rowsPerExample: Int { 1 }
    var needs: BackwardNeeds { [.input, .output] }

    func forward(_ pass: ForwardPass) {
        geometry.scan(pass.inputs, pass.count).clearInvalid(pass.output, width: geometry.width)
        if let team = pass.team, geometry.directions > 1 {
            var alone = pass
            alone.team = nil
            team.run(geometry.directions, DirectionWork(layer: self, pass: alone))
        } else {
            for direction in 0..<geometry.directions { forward(pass, direction: direction) }
        }
    }
}

/// The directions of one layer, which share nothing.
private struct DirectionWork<L: RecurrentLayer>: TeamWork {
    let layer: L
    let pass: ForwardPass

    func work(_ direction: Int) { layer.forward(pass, direction: direction) }
}

/// What recurrent layers have in common: their shapes, their parameters under PyTorch's names, and the products over
/// many positions at once.
struct RecurrentGeometry: Sendable {
    let length: Int
    let channels: Int
    let hidden: Int
    /// Columns of the products: so many gates times `hidden`.
    let gates: Int
    let directions: Int
    /// The number in the parameters' names.
    let layer: Int
    /// Whether the second input has the lengths.
    let isPacked: Bool

    /// Columns of the output.
    var width: Int { directions * hidden }

    func scan(_ inputs: UnsafePointer<UnsafePointer<Float>>, _ count: Int, direction: Int = 0) -> SequenceScan {
        SequenceScan(count: count, length: length, isReverse: direction == 1, lengths: isPacked ? inputs[1] : nil)
    }

    // MARK: Parameters

    /// What the parameters' names end in, by direction.
    var suffixes: [String] { Array(["l\(layer)", "l\(layer)_reverse"].prefix(directions)) }

    var parameters: [ParameterDescription] {
        let start = ParameterDescription.Start.uniform(1 / Float(hidden).squareRoot())
        return suffixes.flatMap { suffix in
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

    /// Where one direction's parameters begin in the layer's part of the buffer.
    struct Offsets {
        let inputWeight, stateWeight, inputBias, stateBias: Int
    }

    func offsets(_ direction: Int) -> Offsets {
        let (inputCount, stateCount) = (ck_packed_count(channels, gates), ck_packed_count(hidden, gates))
        let first = direction * (inputCount + stateCount + 2 * gates)
        return Offsets(
            inputWeight: first, stateWeight: first + inputCount, inputBias: first + inputCount + stateCount,
            stateBias: first + inputCount + stateCount + gates)
    }

    // MARK: Transposes, for the gradients of inputs and states

    var transposedCount: Int { directions * (transposedInputCount + transposedStateCount) }
    private var transposedInputCount: Int { ck_packed_count(gates, channels) }
    private var transposedStateCount: Int { ck_packed_count(gates, hidden) }

    func transposedInput(_ direction: Int) -> Int { direction * (transposedInputCount + transposedStateCount) }
    func transposedState(_ direction: Int) -> Int { transposedInput(direction) + transposedInputCount }

    func transpose(_ parameters: UnsafePointer<Float>, into transposed: UnsafeMutablePointer<Float>) {
        for direction in 0..<directions {
            let at = offsets(direction)
            ck_pack_transposed(
                parameters + at.inputWeight, channels, gates, 0, channels, transposed + transposedInput(direction))
            ck_pack_transposed(
                parameters + at.stateWeight, hidden, gates, 0, hidden, transposed + transposedState(direction))
        }
    }

    // MARK: Products over many positions

    /// Rows that the passes over so many examples need for a block's inputs or gates.
    func blockRows(_ count: Int) -> Int { SequenceScan.mostRows(count: count, length: length) }

    /// The inputs' part of the gates of a block of positions, in time-major rows.
    func inputGates(
        _ pass: ForwardPass, _ scan: SequenceScan, positions: Range<Int>, offsets: Offsets,
        bias: UnsafePointer<Float>, copy: UnsafeMutablePointer<Float>, into rows: UnsafeMutablePointer<Float>
    ) {
        var input = UnsafePointer(copy)
        if scan.count == 1 {
            input = pass.input + positions.lowerBound * channels
        } else {
            scan.copy(pass.input, stride: channels, columns: channels, positions: positions, to: copy)
        }
        let first = positions.lowerBound * scan.count
        scan.forEachRun(positions) { run in
            pass.product(
                input + (run.lowerBound - first) * channels, stride: channels,
                packed: pass.parameters + offsets.inputWeight, bias: bias,
                into: rows + (run.lowerBound - first) * gates,
                stride: gates, m: run.count, k: channels, n: gates)
        }
    }

    /// One direction's weight gradients, from rows without gaps.
    func weightGradients(
        _ pass: BackwardPass, _ offsets: Offsets, rows: Int, inputs: UnsafePointer<Float>,
        inputGates: UnsafePointer<Float>, inputGatesStride: Int, states: UnsafePointer<Float>,
        stateGates: UnsafePointer<Float>
    ) {
        pass.kernels.functions.product_gradient(
            inputs, channels, inputGates, inputGatesStride, pass.dParameters + offsets.inputWeight, rows, channels,
            gates,
            false)
        pass.kernels.functions.product_gradient(
            states, hidden, stateGates, gates, pass.dParameters + offsets.stateWeight, rows, hidden, gates, false)
    }

    /// The inputs' gradients: the sum over the directions, whose gates' gradients are `directionStride` apart.
    func inputGradients(
        _ pass: BackwardPass, _ scan: SequenceScan, rows: Int, gates dGates: UnsafePointer<Float>, stride: Int,
        directionStride: Int, transposed: UnsafePointer<Float>, into dInputs: UnsafeMutablePointer<Float>
    ) {
        if isPacked, let dLengths = pass.dInputs[1] { dLengths.update(repeating: 0, count: scan.count) }
        guard let dInput = pass.dInput else { return }
        let functions = pass.kernels.functions
        functions.product(
            dGates, stride, transposed + transposedInput(0), nil, dInputs, channels, rows, gates, channels)
        if directions > 1 {
            functions.product_add(
                dGates + directionStride, stride, transposed + transposedInput(1), dInputs, channels, rows, gates,
                channels)
        }
        scan.scatter(dInputs, columns: channels, into: dInput)
    }
}

extension RecurrentGeometry {
    /// The recurrent operator; `order` are PyTorch's gates in ONNX's order.
    func onnx(
        _ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue], _ operation: String, gates order: [Int],
        _ attributes: [ONNXAttribute] = []
    ) -> ONNXValue {
        func views(_ names: String...) -> [ParameterView] {
            suffixes.flatMap { suffix in
                names.flatMap { graph.parameter("\($0)_\(suffix)").parts(order, of: order.count) }
            }
        }
        var operands = [
            graph.name(of: inputs[0], .positionsFirst),
            graph.initializer("W", views("weight_ih"), shape: [directions, gates, channels]),
            graph.initializer("R", views("weight_hh"), shape: [directions, gates, hidden]),
            graph.initializer("B", views("bias_ih", "bias_hh"), shape: [directions, 2 * gates]),
        ]
        if isPacked { operands.append(graph.validCounts(inputs[1], of: length)) }
        let states = graph.node(
            operation, operands,
            [.string("direction", directions == 2 ? "bidirectional" : "forward"), .integer("hidden_size", hidden)]
                + attributes)
        // (L, directions, N, hidden) to (L, N, directions · hidden).
        let ordered = graph.node("Transpose", [states], [.integers("perm", [0, 2, 1, 3])])
        return graph.value(graph.reshape(ordered, [0, 0, width]), shape: [length, width], .positionsFirst)
    }
}
