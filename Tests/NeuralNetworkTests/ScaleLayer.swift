@testable import NeuralNetwork

extension LayerSpecification {
    /// Multiplies each channel by a learned factor.
    static let scale = LayerSpecification(Scale())
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Scale.self, to: $0) }

struct Scale: LayerDefinition {
    static let type = "scale"

    init() {}
    init(_ field: inout DocumentFields) throws {}

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        return try graph.apply(ScaleLayer(inputShape: input.shape), to: input)
    }
}

struct ScaleLayer: Layer {
    let inputShape: [Int]
    var outputShape: [Int] { inputShape }

    private var channels: Int { inputShape.last ?? 1 }
    private var rowsOfExample: Int { inputCount / channels }

    var parameters: [ParameterDescription] {
        [ParameterDescription(name: "weight", shape: [channels], start: .constant(1))]
    }

    func forward(_ pass: ForwardPass) {
        for row in 0..<pass.count * rowsOfExample {
            for (channel, i) in (row * channels..<(row + 1) * channels).enumerated() {
                pass.output[i] = pass.input[i] * pass.parameters[channel]
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        let dWeight = pass.dParameters
        dWeight.update(repeating: 0, count: channels)
        for row in 0..<pass.count * rowsOfExample {
            for (channel, i) in (row * channels..<(row + 1) * channels).enumerated() {
                dWeight[channel] = dWeight[channel].addingProduct(pass.dOutput[i], pass.input[i])
                pass.dInput?[i] = pass.dOutput[i] * pass.parameters[channel]
            }
        }
    }
}

extension ScaleLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let product = graph.node("Mul", [graph.name(of: inputs[0]), graph.initializer("weight")])
        return graph.value(product, shape: outputShape)
    }
}
