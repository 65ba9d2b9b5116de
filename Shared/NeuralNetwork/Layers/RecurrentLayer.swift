import CKernels

/// A layer that carries a state along its input's positions, in one or two directions.
protocol RecurrentLayer: Layer {
    var geometry: RecurrentGeometry { get }
    init(geometry: RecurrentGeometry)

    /// Computes one direction's columns of the output; those of invalid positions are 0 already.
    func forward(_ pass: ForwardPass, direction: Int)
    /// Writes one direction's gradients of parameters, and adds to the inputs' from the second direction on.
    func backward(_ pass: BackwardPass, direction: Int)
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

    func backward(_ pass: BackwardPass) {
        if let dInput = pass.dInput {
            geometry.scan(pass.inputs, pass.count).clearInvalid(dInput, width: geometry.channels)
        }
        if geometry.isPacked, let dLengths = pass.dInputs[1] { dLengths.update(repeating: 0, count: pass.count) }
        for direction in 0..<geometry.directions { backward(pass, direction: direction) }
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

    // MARK: Products of a block of steps

    /// A bound of a block's rows in passes over up to so many examples.
    func blockRows(_ count: Int) -> Int { SequenceScan.mostRows(count: count, length: length) }

    /// The inputs' part of a block's gates; `inputs` is memory for their rows.
    func inputGates(
        _ pass: ForwardPass, _ scan: SequenceScan, _ steps: Range<Int>, weight: Int, bias: UnsafePointer<Float>,
        inputs: UnsafeMutablePointer<Float>, into rows: UnsafeMutablePointer<Float>
    ) {
        scan.gather(pass.input, stride: channels, columns: channels, steps: steps, into: inputs)
        pass.product(
            inputs, stride: channels, packed: pass.parameters + weight, bias: bias, into: rows, stride: gates,
            m: scan.rows(steps), k: channels, n: gates)
    }

    /// Floats of the working memory of `gradients`.
    func gradientScratch(_ count: Int) -> Int { blockRows(count) * (channels + hidden) }

    /// Adds up the weights' gradients and writes the inputs', from those of a block's gates.
    ///
    /// `inputGates` are of the inputs' part, in rows of `stride`, and `stateGates` of the state's. The last block comes
    /// first.
    func gradients(
        _ pass: BackwardPass, _ scan: SequenceScan, _ steps: Range<Int>, inputGates: UnsafePointer<Float>, stride: Int,
        stateGates: UnsafePointer<Float>, transposed: UnsafePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let (functions, direction) = (pass.kernels.functions, scan.isReverse ? 1 : 0)
        let (at, rows, adds) = (offsets(direction), scan.rows(steps), steps.upperBound < length)
        let (inputs, states) = (scratch, scratch + blockRows(pass.count) * channels)
        scan.gather(pass.input, stride: channels, columns: channels, steps: steps, into: inputs)
        scan.gather(
            pass.output + direction * hidden, stride: width, columns: hidden, steps: steps, before: true, into: states)
        functions.product_gradient(
            inputs, channels, inputGates, stride, pass.dParameters + at.inputWeight, rows, channels, gates, adds)
        functions.product_gradient(
            states, hidden, stateGates, gates, pass.dParameters + at.stateWeight, rows, hidden, gates, adds)
        guard let dInput = pass.dInput else { return }
        let weight = transposed + transposedInput(direction)
        if direction == 0 {
            functions.product(inputGates, stride, weight, nil, inputs, channels, rows, gates, channels)
        } else {
            scan.gather(dInput, stride: channels, columns: channels, steps: steps, into: inputs)
            functions.product_add(inputGates, stride, weight, inputs, channels, rows, gates, channels)
        }
        scan.scatter(inputs, columns: channels, steps: steps, into: dInput)
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
