extension LayerSpecification {
    /// `(L, C)` to `(C)`: one position, such as the centre of a window.
    public static func select(position: Int) -> LayerSpecification { LayerSpecification(Select(position: position)) }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Select.self, to: $0) }

struct Select: LayerDefinition {
    static let type = "select"

    var position: Int

    init(position: Int) { self.position = position }
    init(_ field: inout DocumentFields) throws { position = try field("position") }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.check(position, "position", from: 0)
        try graph.checkPositions(input, atLeast: position + 1)
        return try graph.apply(SelectLayer(inputShape: input.shape, position: position), to: input)
    }
}

/// One position of all.
struct SelectLayer: Layer {
    let inputShape: [Int]
    let position: Int

    var outputShape: [Int] { [inputShape[1]] }
    var needs: BackwardNeeds { [] }
    var multiplierRule: MultiplierRule { .linear }

    private var channels: Int { inputShape[1] }

    func forward(_ pass: ForwardPass) {
        for example in 0..<pass.count {
            let from = pass.input + example * inputCount + position * channels
            (pass.output + example * channels).update(from: from, count: channels)
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        dInput.update(repeating: 0, count: pass.count * inputCount)
        for example in 0..<pass.count {
            let to = dInput + example * inputCount + position * channels
            to.update(from: pass.dOutput + example * channels, count: channels)
        }
    }
}

extension SelectLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let place = graph.constant("int64 \(position)", .int64, shape: [], [Int64(position)])
        return graph.reduce(inputs[0]) { graph, x, positions in
            graph.node("Gather", [x, place], [.integer("axis", positions[0])])
        }
    }
}
