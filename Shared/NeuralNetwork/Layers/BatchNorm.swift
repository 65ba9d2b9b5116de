extension LayerSpecification {
    /// Normalizes each channel over the examples and positions of a shard, with learned weight and bias (Ioffe and
    /// Szegedy 2015); inference uses running statistics.
    ///
    /// As in each replica of PyTorch's data-parallel training, statistics are those of the examples that go through the
    /// network together: `TrainingOptions.shardSize`. A training in which some shard would have a single value a channel is
    /// refused.
    public static func batchNorm(epsilon: Float = 1e-5, momentum: Float = 0.1) -> LayerSpecification {
        LayerSpecification(BatchNorm(epsilon: epsilon, momentum: momentum))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(BatchNorm.self, to: $0) }

struct BatchNorm: LayerDefinition {
    static let type = "batchNorm"

    var epsilon: Float
    var momentum: Float

    init(epsilon: Float, momentum: Float) {
        self.epsilon = epsilon
        self.momentum = momentum
    }

    init(_ field: inout DocumentFields) throws {
        epsilon = try field("epsilon", default: 1e-5)
        momentum = try field("momentum", default: 0.1)
    }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        guard epsilon > 0, epsilon < 1 else { throw graph.invalid("epsilon \(epsilon) is not between 0 and 1") }
        guard momentum > 0, momentum <= 1 else { throw graph.invalid("momentum \(momentum) is not in 0<...1") }
        return try graph.apply(
            BatchNormLayer(inputShape: input.shape, epsilon: epsilon, momentum: momentum), to: input)
    }
}

struct BatchNormLayer: Layer {
    let inputShape: [Int]
    let epsilon: Float
    let momentum: Float

    var outputShape: [Int] { inputShape }
    var worksInPlace: Bool { true }
    /// One value has no variance.
    var leastExamples: Int { rowsOfExample == 1 ? 2 : 1 }

    private var width: Int { inputShape.last ?? 1 }
    private var rowsOfExample: Int { inputShape.dropLast().reduce(1, *) }

    var parameters: [ParameterDescription] {
        let statistic = ParameterDescription.Role.statistic(momentum: momentum)
        return [
            ParameterDescription(name: "weight", shape: [width], start: .constant(1)),
            ParameterDescription(name: "bias", shape: [width], start: .constant(0)),
            ParameterDescription(name: "running_mean", shape: [width], start: .constant(0), role: statistic),
            ParameterDescription(name: "running_var", shape: [width], start: .constant(1), role: statistic, least: 0),
        ]
    }

    /// Scale and shift of each channel, from the running statistics.
    func preparedCount(training: Bool) -> Int { training ? 0 : 2 * width }

    func prepare(_ preparation: Preparation) {
        guard !preparation.training else { return }
        scaleAndShift(
            preparation.parameters, mean: preparation.parameters + 2 * width,
            factor: { 1 / (preparation.parameters[3 * width + $0] + epsilon).squareRoot() }, into: preparation.prepared)
    }

    private func scaleAndShift(
        _ parameters: UnsafePointer<Float>, mean: UnsafePointer<Float>, factor: (Int) -> Float,
        into result: UnsafeMutablePointer<Float>
    ) {
        for channel in 0..<width {
            let scale = parameters[channel] * factor(channel)
            result[channel] = scale
            result[width + channel] = parameters[width + channel].addingProduct(-mean[channel], scale)
        }
    }

    /// Mean, variance and inverse deviation of the shard.
    func keptCount(_ count: Int) -> Int { 3 * width }
    /// Scale and shift.
    func scratchCount(_ count: Int, training: Bool) -> Int { training ? 2 * width : 0 }

    func forward(_ pass: ForwardPass) {
        let (functions, rows) = (pass.kernels.functions, pass.count * rowsOfExample)
        var scales = pass.prepared
        if let mean = pass.kept {
            let (variance, factor) = (mean + width, mean + 2 * width)
            functions.column_moments(pass.input, rows, width, mean, variance)
            for channel in 0..<width { factor[channel] = 1 / (variance[channel] + epsilon).squareRoot() }
            scaleAndShift(pass.parameters, mean: mean, factor: { factor[$0] }, into: pass.scratch)
            scales = UnsafePointer(pass.scratch)
        }
        functions.scale_columns(pass.input, scales, scales + width, pass.output, rows, width)
    }

    func backward(_ pass: BackwardPass) {
        let (functions, rows) = (pass.kernels.functions, pass.count * rowsOfExample)
        let (mean, variance, factor) = (pass.kept, pass.kept + width, pass.kept + 2 * width)
        let (dWeight, dBias) = (pass.dParameters, pass.dParameters + width)
        dWeight.update(repeating: 0, count: 2 * width)
        functions.batch_norm_sums(pass.input, mean, factor, pass.dOutput, dWeight, dBias, rows, width)
        // The running variance is of the unbiased one, as PyTorch's.
        let unbiased = rows > 1 ? Float(rows) / Float(rows - 1) : 1
        for channel in 0..<width {
            pass.dParameters[2 * width + channel] = Float(pass.count) * mean[channel]
            pass.dParameters[3 * width + channel] = Float(pass.count) * variance[channel] * unbiased
        }
        guard let dInput = pass.dInput else { return }
        functions.batch_norm_backward(
            pass.input, mean, factor, pass.parameters, dWeight, dBias, pass.dOutput, dInput, rows, width)
    }
}

extension BatchNormLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        let input = inputs[0]
        let rank = input.shape.count
        let names = ["weight", "bias", "running_mean", "running_var"].map { graph.initializer($0) }
        // The operator wants channels second; of one dimension they are.
        let name = graph.name(of: input, rank == 1 ? .channelsLast : .channelsFirst)
        let output = graph.node("BatchNormalization", [name] + names, [.float("epsilon", epsilon)])
        return graph.value(output, shape: input.shape, rank == 1 ? .channelsLast : .channelsFirst)
    }
}

// MARK: - Folding

/// A layer whose output's columns can be scaled and shifted by changing its parameters.
protocol ScalableColumns: Layer {
    var canScaleColumns: Bool { get }
    /// Multiplies each column's weights and bias by its scale and adds the shift to the bias.
    func scaleColumns(
        _ parameters: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>)
}

extension PanelLayout {
    /// Multiplies each column of each group, and of the bias that follows the panels.
    func scaleColumns(
        _ stored: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) {
        let bias = stored + storedCount
        for column in 0..<groups * columns {
            let (group, index) = column.quotientAndRemainder(dividingBy: columns)
            forEachStored(group: group, column: index) { stored[$0] *= scale[column] }
            bias[column] = shift[column].addingProduct(bias[column], scale[column])
        }
    }
}
