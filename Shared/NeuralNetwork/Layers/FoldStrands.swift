extension LayerSpecification {
    /// How `foldStrands` joins what the two strands say.
    public enum StrandJoin: String, Codable, Sendable, Hashable, CaseIterable {
        /// The greater.
        case maximum
        /// Half of the sum.
        case mean
    }

    /// `(…, C)` to `(…, C / 2)`: joins channel `c` with `C - 1 - c`, which reads the opposite strand.
    ///
    /// After a pool of all positions of convolutions with `reverseComplement`, what comes out is the same for a sequence
    /// and for its reverse complement.
    public static func foldStrands(join: StrandJoin = .maximum) -> LayerSpecification {
        LayerSpecification(FoldStrands(join: join))
    }
}

@section("helicase_layers") @used
private let entry: LayerCatalog.Entry = { LayerCatalog.add(FoldStrands.self, to: $0) }

struct FoldStrands: LayerDefinition {
    static let type = "foldStrands"

    var join: LayerSpecification.StrandJoin

    init(join: LayerSpecification.StrandJoin) { self.join = join }
    init(_ field: inout DocumentFields) throws { join = try field("join", default: .maximum) }

    func add(to graph: inout GraphBuilder, input: Value) throws(NeuralNetworkError) -> Value {
        try graph.checkNumbers(input)
        guard let channels = input.shape.last, channels % 2 == 0 else {
            throw graph.invalid("needs an even number of channels, half of them for each strand, not \(input.shape)")
        }
        return try graph.apply(FoldStrandsLayer(inputShape: input.shape, join: join), to: input)
    }
}

/// Where both strands say the same, each gets half of the greater's gradient, as in PyTorch's `maximum`.
struct FoldStrandsLayer: Layer {
    let inputShape: [Int]
    let join: LayerSpecification.StrandJoin

    var outputShape: [Int] { inputShape.dropLast() + [half] }
    var needs: BackwardNeeds { join == .maximum ? .input : [] }
    var multiplierRule: MultiplierRule { join == .maximum ? .maximum : .linear }

    private var channels: Int { inputShape.last ?? 2 }
    private var half: Int { channels / 2 }

    func forward(_ pass: ForwardPass) {
        let (half, last) = (half, channels - 1)
        for row in 0..<pass.count * outputCount / half {
            let (input, output) = (pass.input + row * channels, pass.output + row * half)
            switch join {
            case .maximum: for c in 0..<half { output[c] = input[c] > input[last - c] ? input[c] : input[last - c] }
            case .mean: for c in 0..<half { output[c] = (input[c] + input[last - c]) / 2 }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        guard let dInputs = pass.dInput else { return }
        let (half, last) = (half, channels - 1)
        for row in 0..<pass.count * outputCount / half {
            let (dOutput, dInput) = (pass.dOutput + row * half, dInputs + row * channels)
            guard join == .maximum else {
                for c in 0..<half {
                    dInput[c] = dOutput[c] / 2
                    dInput[last - c] = dOutput[c] / 2
                }
                continue
            }
            let input = pass.input + row * channels
            for c in 0..<half {
                let (a, b) = (input[c], input[last - c])
                dInput[c] = a == b ? dOutput[c] / 2 : a > b ? dOutput[c] : 0
                dInput[last - c] = a == b ? dOutput[c] / 2 : a > b ? 0 : dOutput[c]
            }
        }
    }
}

extension FoldStrandsLayer {
    func onnx(_ graph: inout ONNXGraphBuilder, _ inputs: [ONNXValue]) -> ONNXValue {
        graph.combine([inputs[0]], shape: outputShape) { graph, names, axis in
            let axes = graph.integers([axis])
            let own = graph.node("Slice", [names[0], graph.integers([0]), graph.integers([half]), axes])
            let opposite = graph.node(
                "Slice", [names[0], graph.integers([-1]), graph.integers([half - 1]), axes, graph.integers([-1])])
            if join == .maximum { return graph.node("Max", [own, opposite]) }
            return graph.node("Mul", [graph.node("Add", [own, opposite]), graph.scalar(0.5)])
        }
    }
}
