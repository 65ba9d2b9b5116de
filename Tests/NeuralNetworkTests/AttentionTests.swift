import Testing

@testable import NeuralNetwork

@Suite("Attention")
struct AttentionTests {
    static let inputs = [
        InputSpecification(name: "drug", shape: [5, 6]), InputSpecification(name: "protein", shape: [7, 4]),
        InputSpecification(name: "lengths", shape: [1]),
    ]

    static let architectures = [
        Architecture(input: [5, 6], layers: [.attention(heads: 3)]),
        Architecture(input: [1, 4], layers: [.attention(heads: 1)]),
        Architecture(input: [7, 4], layers: [.tanh, .attention(heads: 2, maximumDistance: 2), .tanh]),
        Architecture(input: [3, 4], layers: [.residual([.attention(heads: 4, maximumDistance: 9)])]),
        Architecture(
            inputs: [inputs[0], inputs[2]],
            layers: [.attention(heads: 2, maximumDistance: 3, lengths: "lengths"), .attention(heads: 3)]),
        Architecture(
            inputs: Array(inputs.prefix(2)),
            layers: [.tanh, .crossAttention(heads: 2, keys: .init([], input: "protein"))]),
        Architecture(
            inputs: inputs,
            layers: [
                .crossAttention(
                    heads: 3, keys: .init([.linear(outputs: 6), .tanh], input: "protein"), lengths: "lengths")
            ]),
        Architecture(input: [4, 6], layers: [.linear(outputs: 6), .crossAttention(heads: 2, keys: .init([]))]),
        Architecture(input: [5, 35], layers: [.attentionPool()]),
        Architecture(input: [5, 3], layers: [.tanh, .attentionPool(hidden: 4)]),
        Architecture(inputs: [inputs[0], inputs[2]], layers: [.tanh, .attentionPool(lengths: "lengths")]),
        Architecture(inputs: [inputs[0], inputs[2]], layers: [.attentionPool(hidden: 3, lengths: "lengths"), .tanh]),
    ]

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        // Biases that start at 0 would hide what they do.
        try network.load(zip(network.weights, noise(network.weights.count, seed: 5)).map { $0 + $1 / 4 })
        let width = network.graph.inputCount
        var input = noise(5 * width)
        if architecture.inputs.last?.name == "lengths" {
            // Slopes are taken around a length, so it lies between numbers of positions: these are 5, 1, 0, 4 and 2.
            for (example, length) in [9.5, 0.5, -0.5, 3.5, 1.5].enumerated() {
                input[example * width + width - 1] = Float(length)
            }
        }
        try expectSlopes(network, input: input, count: 5)
    }

    @Test("Attention without positions does not see their order, and with them it does")
    func order() throws {
        func outputs(_ maximumDistance: Int?) throws -> (plain: [Float], reversed: [Float]) {
            let network = try Network(
                Architecture(input: [6, 8], layers: [.attention(heads: 2, maximumDistance: maximumDistance)]), seed: 4)
            if let slice = network.slices.first(where: { $0.name == "0.relative_bias" }) {
                var weights = network.weights
                weights.replaceSubrange(slice.range, with: noise(slice.range.count))
                try network.load(weights)
            }
            let model = try InferenceModel(network)
            let rows = noise(48)
            func reversed(_ rows: [Float]) -> [Float] {
                (0..<6).reversed().flatMap { Array(rows[$0 * 8..<$0 * 8 + 8]) }
            }
            return (model.predict(rows, count: 1), reversed(model.predict(reversed(rows), count: 1)))
        }
        let without = try outputs(nil)
        #expect(difference(without.plain, without.reversed.map(Double.init)) < 1e-6)
        let with = try outputs(2)
        #expect(difference(with.plain, with.reversed.map(Double.init)) > 1e-2)
    }

    @Test(
        "What lies beyond the length reaches no valid position, whatever it is",
        arguments: [
            .attention(heads: 2, maximumDistance: 3, lengths: "lengths"), .attentionPool(lengths: "lengths"),
            .attentionPool(hidden: 5, lengths: "lengths"),
        ] as [LayerSpecification])
    func padding(layer: LayerSpecification) throws {
        let network = try Network(
            Architecture(
                inputs: [.init(name: "reads", shape: [9, 4]), .init(name: "lengths", shape: [1])], layers: [layer]),
            seed: 5)
        let model = try InferenceModel(network)
        for valid in 0...9 {
            let reads = noise(36)
            let spoilt = reads.enumerated().map { $0 < valid * 4 ? $1 : .nan }
            let expected = model.predict(reads + [Float(valid)], count: 1)
            let output = model.predict(spoilt + [Float(valid)], count: 1)
            let compared = network.outputShape.count == 1 ? 4 : valid * 4
            #expect(output.prefix(compared) == expected.prefix(compared), "\(valid) positions")
            #expect(expected.allSatisfy { $0.isFinite })
        }
    }

    @Test("Lengths that no sequence can have are those nearest to them")
    func oddLengths() throws {
        let network = try Network(
            Architecture(inputs: [Self.inputs[0], Self.inputs[2]], layers: [.attentionPool(lengths: "lengths")]),
            seed: 1)
        let model = try InferenceModel(network)
        func output(_ length: Float) -> [Float] { model.predict(noise(30) + [length], count: 1) }
        for (odd, plain) in [(Float.nan, Float(0)), (-1e30, 0), (-.infinity, 0), (1e30, 5), (.infinity, 5), (6, 5)] {
            #expect(output(odd) == output(plain), "\(odd)")
        }
        #expect(output(0).allSatisfy { $0 == 0 })
        #expect(Set([output(0), output(1), output(4), output(5)]).count == 4)
    }

    @Test("Parameters have PyTorch's names and shapes")
    func names() throws {
        func slices(_ layer: LayerSpecification) throws -> [String] {
            let inputs = "\(layer)".contains("protein") ? Array(Self.inputs.prefix(2)) : [Self.inputs[0]]
            return try Network(Architecture(inputs: inputs, layers: [layer]), seed: 1).slices.map {
                "\($0.name.dropFirst(2)) \($0.shape)"
            }
        }
        #expect(
            try slices(.attention(heads: 2, maximumDistance: 4)) == [
                "in_proj_weight [18, 6]", "in_proj_bias [18]", "relative_bias [2, 9]", "out_proj.weight [6, 6]",
                "out_proj.bias [6]",
            ])
        #expect(
            try slices(.crossAttention(heads: 1, keys: .init([], input: "protein"))) == [
                "q_proj_weight [6, 6]", "k_proj_weight [6, 4]", "v_proj_weight [6, 4]", "in_proj_bias [18]",
                "out_proj.weight [6, 6]", "out_proj.bias [6]",
            ])
        #expect(
            try slices(.attentionPool(hidden: 3)) == [
                "hidden.weight [3, 6]", "hidden.bias [3]", "weight [1, 3]", "bias [1]",
            ])
    }

    @Test(
        "What does not fit is refused at its place",
        arguments: [
            .attention(heads: 4), .attention(heads: 0), .attention(heads: -2), .attention(heads: .max),
            .attention(heads: 2, maximumDistance: 0), .attention(heads: 2, maximumDistance: .max),
            .attention(heads: 2, lengths: "length"), .attention(heads: 2, lengths: "protein"),
            .crossAttention(heads: 2, keys: .init([], input: "bases")), .attentionPool(hidden: 0),
            .crossAttention(heads: 2, keys: .init([], input: "lengths")), .attentionPool(hidden: .max),
            .crossAttention(heads: 2, keys: .init([], input: "none")), .attentionPool(lengths: "bases"),
        ] as [LayerSpecification])
    func refused(layer: LayerSpecification) throws {
        let inputs = Self.inputs + [InputSpecification(name: "bases", kind: .bases, shape: [1])]
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(inputs: inputs, layers: [layer]), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture && error?.place == "layers[0]")
    }

    @Test("More scores than memory could hold are refused")
    func tooLarge() throws {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: [1 << 16, 4], layers: [.attention(heads: 2)]), seed: 1)
        }
        #expect(error?.description.contains("scores") == true)
    }
}
