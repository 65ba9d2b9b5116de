import CKernels

extension LayerSpecification {
    /// `(L, C)` to `(C)`: the mean over positions, weighted by a softmax of learned scores (Ilse, Tomczak and Welling
    /// 2018).
    ///
    /// - Parameters:
    ///   - hidden: A position x scores w·x + b, or, where `hidden` is given, w·tanh(V x + c) with so many rows in V.
    ///   - lengths: An input of the network, `[1]`, with each example's valid positions; those beyond weigh nothing,
    ///     and what lies in them must be finite in training. With no valid position the result is 0.
    public static func attentionPool(hidden: Int? = nil, lengths: String? = nil) -> LayerSpecification {
        LayerSpecification(AttentionPool(hidden: hidden, lengths: lengths))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(AttentionPool.self, to: $0) }

struct AttentionPool: LayerDefinition {
    static let type = "attentionPool"

    var hidden: Int?
    var lengths: String?

    init(hidden: Int?, lengths: String?) {
        self.hidden = hidden
        self.lengths = lengths
    }

    init(_ field: inout DocumentFields) throws {
        hidden = try field.optional("hidden")
        lengths = try field.optional("lengths")
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkPositions(input)
        if let hidden { try graph.check(hidden, "hidden") }
        let lengths = try graph.lengths(named: lengths)
        let layer = AttentionPoolLayer(inputShape: input.shape, hidden: hidden, hasLengths: !lengths.isEmpty)
        return try graph.apply(layer, to: [input] + lengths)
    }
}

struct AttentionPoolLayer: Layer {
    let inputShape: [Int]
    let hasLengths: Bool
    /// V and c.
    private let bend: Projection?
    /// w and b.
    private let score: Projection

    init(inputShape: [Int], hidden: Int?, hasLengths: Bool) {
        self.inputShape = inputShape
        self.hasLengths = hasLengths
        let channels = inputShape[1]
        let bend = hidden.map { hidden in
            Projection(inputs: channels, outputs: hidden, weight: 0, bias: ck_packed_count(channels, hidden))
        }
        let first = bend.map { $0.bias + $0.outputs } ?? 0
        let inputs = hidden ?? channels
        self.bend = bend
        score = Projection(inputs: inputs, outputs: 1, weight: first, bias: first + ck_packed_count(inputs, 1))
    }

    var outputShape: [Int] { [channels] }

    private var length: Int { inputShape[0] }
    private var channels: Int { inputShape[1] }
    private var hidden: Int { bend?.outputs ?? 0 }

    var rowsPerExample: Int { length }

    var parameters: [ParameterDescription] {
        func pair(_ prefix: String, _ projection: Projection) -> [ParameterDescription] {
            let (inputs, outputs) = (projection.inputs, projection.outputs)
            let start = ParameterDescription.Start.uniform(1 / Float(inputs).squareRoot())
            return [
                ParameterDescription(
                    name: "\(prefix)weight", shape: [outputs, inputs], start: start,
                    panels: .transposed(outputs: outputs, inputs: inputs)),
                ParameterDescription(name: "\(prefix)bias", shape: [outputs], start: start),
            ]
        }
        return (bend.map { pair("hidden.", $0) } ?? []) + pair("", score)
    }

    // MARK: Passes

    /// Each position's weight, and tanh(V x + c).
    func keptCount(_ count: Int) -> Int { count * length * (1 + hidden) }

    func scratchCount(_ count: Int, training: Bool) -> Int {
        let row = max(ck_packed_count(1, channels), ck_packed_count(channels, 1))
        guard training else { return keptCount(count) + row }
        // The gradients of what is kept, and transposes.
        return keptCount(count) + max(row, score.transposedCount, bend?.transposedCount ?? 0)
    }

    private func scan(_ inputs: UnsafePointer<UnsafePointer<Float>>, _ count: Int) -> SequenceScan {
        SequenceScan(count: count, length: length, isReverse: false, lengths: hasLengths ? inputs[1] : nil)
    }

    func forward(_ pass: ForwardPass) {
        let (functions, rows) = (pass.kernels.functions, pass.count * length)
        let weights = pass.kept ?? pass.scratch
        let bent = weights + rows
        if let bend {
            bend.forward(pass, pass.input, into: bent, rows: rows)
            functions.tanh(bent, bent, rows * hidden)
        }
        score.forward(pass, bend == nil ? pass.input : UnsafePointer(bent), into: weights, rows: rows)
        let scan = scan(pass.inputs, pass.count)
        scan.clearInvalid(weights, width: 1)
        let sum = pass.scratch + keptCount(pass.count)
        for example in 0..<pass.count {
            let (weights, valid) = (weights + example * length, scan.validCount(example))
            let output = pass.output + example * channels
            functions.softmax(weights, weights, valid == 0 ? 0 : 1, valid)
            // Panels of one row are that row.
            functions.product_gradient(
                weights, 1, pass.input + example * inputCount, channels, sum, valid, 1, channels, false)
            output.update(from: sum, count: channels)
        }
    }

    func backward(_ pass: BackwardPass) {
        let (functions, rows) = (pass.kernels.functions, pass.count * length)
        let bent = pass.kept + rows
        let dScores = pass.scratch
        let dBent = dScores + rows
        let packed = pass.scratch + keptCount(pass.count)
        let scan = scan(pass.inputs, pass.count)
        scan.clearInvalid(dScores, width: 1)
        for example in 0..<pass.count {
            let (weights, valid) = (pass.kept + example * length, scan.validCount(example))
            let (dScores, dOutput) = (dScores + example * length, pass.dOutput + example * channels)
            ck_pack(dOutput, 1, 1, channels, 1, packed)
            functions.product(
                pass.input + example * inputCount, channels, packed, nil, dScores, 1, valid, channels, 1)
            functions.softmax_backward(weights, dScores, dScores, valid == 0 ? 0 : 1, valid)
            guard let dInput = pass.dInput else { continue }
            ck_pack(dOutput, channels, 1, 1, channels, packed)
            functions.product(weights, 1, packed, nil, dInput + example * inputCount, channels, length, 1, channels)
        }
        let scored = bend == nil ? pass.input : UnsafePointer(bent)
        score.parameterGradients(pass, input: scored, dOutput: dScores, rows: rows, biasHasSlope: false)
        if let bend {
            score.inputGradient(pass, dOutput: dScores, rows: rows, transposed: packed, into: dBent)
            functions.tanh_backward(bent, bent, dBent, dBent, rows * hidden)
            bend.parameterGradients(pass, input: pass.input, dOutput: dBent, rows: rows)
        }
        if let dInput = pass.dInput {
            (bend ?? score).inputGradient(
                pass, dOutput: bend == nil ? dScores : dBent, rows: rows, adds: true, transposed: packed, into: dInput)
        }
        if hasLengths, let dLengths = pass.dInputs[1] { dLengths.update(repeating: 0, count: pass.count) }
    }
}

extension AttentionPoolLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        func product(_ x: String, _ prefix: String, _ graph: inout ONNXGraphBuilder) -> String {
            let weight = graph.initializer("\(prefix)weight", [graph.parameter("\(prefix)weight").transposed(1, 0)])
            return graph.node("Add", [graph.node("MatMul", [x, weight]), graph.initializer("\(prefix)bias")])
        }
        let x = graph.name(of: inputs[0])
        let scored = bend == nil ? x : graph.node("Tanh", [product(x, "hidden.", &graph)])
        let scores = product(scored, "", &graph)
        let weights = graph.softmax(scores, shape: [length, 1], axis: 1, lengths: hasLengths ? inputs[1] : nil)
        let row = graph.node("Transpose", [weights], [.integers("perm", [0, 2, 1])])
        return graph.value(graph.reshape(graph.node("MatMul", [row, x]), [0, channels]), shape: outputShape)
    }
}
