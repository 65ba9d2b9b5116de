/// An architecture's layers, checked and joined, with the place of each one's parameters in the one buffer.
struct LayerStack: Sendable {
    struct Stage: Sendable {
        var layer: any Layer
        var parameterOffset: Int
        var packedOffset: Int
    }

    /// What runs in training: `flatten` changes only the shape and is not among them.
    let stages: [Stage]
    /// What runs in inference: all but dropout.
    let inferenceStages: [Stage]
    let inputShape: [Int]
    let outputShape: [Int]
    let slices: [ParameterSlice]
    let starts: [ParameterDescription.Start]
    let packedCount: Int

    init(_ architecture: Architecture) throws(NeuralNetworkError) {
        var shape = architecture.input
        try Self.check(shape, place: "input")
        var stages: [Stage] = []
        var slices: [ParameterSlice] = []
        var starts: [ParameterDescription.Start] = []
        var (parameterOffset, packedOffset) = (0, 0)
        for (index, specification) in architecture.layers.enumerated() {
            let place = "layers[\(index)]"
            guard let layer = try specification.layer(input: shape, place: place) else {
                shape = [shape.reduce(1, *)]
                continue
            }
            shape = layer.outputShape
            try Self.check(shape, place: place)
            stages.append(Stage(layer: layer, parameterOffset: parameterOffset, packedOffset: packedOffset))
            for parameter in layer.parameters {
                let range = parameterOffset..<parameterOffset + parameter.count
                slices.append(ParameterSlice(name: "\(index).\(parameter.name)", shape: parameter.shape, range: range))
                starts.append(parameter.start)
                parameterOffset = range.upperBound
            }
            packedOffset += layer.packedCount
            guard parameterOffset <= Limit.parameters, layer.scratchCount(1, training: true) <= Limit.scratch else {
                throw NeuralNetworkError(.invalidArchitecture, "the layer is too large", place: place)
            }
        }
        guard !stages.isEmpty else {
            throw NeuralNetworkError(.invalidArchitecture, "there is no layer that computes anything", place: "layers")
        }
        self.stages = stages
        inferenceStages = stages.filter { !($0.layer is Dropout) }
        self.slices = slices
        self.starts = starts
        packedCount = packedOffset
        inputShape = architecture.input
        outputShape = shape
    }

    var inputCount: Int { inputShape.reduce(1, *) }
    var outputCount: Int { outputShape.reduce(1, *) }
    var parameterCount: Int { slices.last?.range.upperBound ?? 0 }

    /// Lays out all weights for the kernels.
    func pack(_ parameters: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        for stage in stages {
            stage.layer.pack(parameters + stage.parameterOffset, into: packed + stage.packedOffset)
        }
    }

    /// Far above any sensible network, and far below what could overflow or exhaust memory unseen.
    enum Limit {
        static let dimension = 1 << 20
        static let values = 1 << 24
        static let scratch = 1 << 26
        static let parameters = 1 << 28
    }

    private static func check(_ shape: [Int], place: String) throws(NeuralNetworkError) {
        guard (1...3).contains(shape.count), shape.allSatisfy({ (1...Limit.dimension).contains($0) }),
            shape.reduce(1, *) <= Limit.values
        else {
            throw NeuralNetworkError(
                .invalidArchitecture,
                "shape \(shape) is out of range: 1 to 3 dimensions of at least 1, at most \(Limit.values) values",
                place: place)
        }
    }
}

/// Where a parameter lies in a network's buffer.
public struct ParameterSlice: Sendable, Hashable {
    /// PyTorch's name in a `Sequential`: `"0.weight"`, `"4.weight_ih_l0_reverse"`.
    public let name: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// Indices in the buffer.
    public let range: Range<Int>
}
