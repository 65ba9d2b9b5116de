extension LayerSpecification {
    /// Zeros a share of the values in training, scaling the rest; nothing in inference.
    public static func dropout(rate: Float) -> LayerSpecification { LayerSpecification(Dropout(rate: rate)) }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(Dropout.self, to: $0) }

struct Dropout: LayerDefinition {
    static let type = "dropout"

    var rate: Float

    init(rate: Float) { self.rate = rate }
    init(_ field: inout DocumentFields) throws { rate = try field("rate") }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        guard rate >= 0, rate < 1 else { throw graph.invalid("rate \(rate) is not in 0..<1") }
        return try graph.apply(DropoutLayer(inputShape: input.shape, rate: rate), to: input)
    }
}

/// Inverted dropout (Srivastava and others, 2014): zeros with probability `rate`, and the rest times 1 / (1 - rate).
struct DropoutLayer: Layer {
    let inputShape: [Int]
    let rate: Float

    var outputShape: [Int] { inputShape }
    var needs: BackwardNeeds { [] }
    var worksInPlace: Bool { true }
    var isTrainingOnly: Bool { true }
    /// The factor of each number.
    func keptCount(_ count: Int) -> Int { count * inputCount }

    func forward(_ pass: ForwardPass) {
        guard let kept = pass.kept else { preconditionFailure("dropout runs in training only") }
        var random = pass.random
        for i in 0..<pass.count * inputCount {
            kept[i] = random.uniform() < rate ? 0 : 1 / (1 - rate)
            pass.output[i] = pass.input[i] * kept[i]
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInput = pass.dInput else { return }
        for i in 0..<pass.count * inputCount { dInput[i] = pass.dOutput[i] * pass.kept[i] }
    }
}

extension DropoutLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue { inputs[0] }
}
