import Foundation
import Testing

@testable import NeuralNetwork

@Suite("Pools and images")
struct PoolingAndImageTests {
    static let architectures = [
        Architecture(input: [5, 6, 3], layers: [.conv2d(filters: 4, kernel: [3, 2])]),
        Architecture(input: [5, 4, 3], layers: [.conv2d(filters: 4, kernel: [1, 1])]),
        Architecture(input: [5, 6, 2], layers: [.conv2d(filters: 3, kernel: [3, 3], padding: [2, 1])]),
        Architecture(
            input: [6, 7, 4],
            layers: [
                .conv2d(
                    filters: 6, kernel: [2, 3], stride: [2, 3], padding: [1, 3], dilation: [2, 2], groups: 2,
                    bias: false)
            ]),
        Architecture(input: [5, 6, 3], layers: [.maxPool2d(kernel: [3, 2], stride: [1, 2])]),
        Architecture(input: [5, 6, 3], layers: [.maxPool2d(kernel: [2, 4])]),
        Architecture(input: [5, 6, 3], layers: [.averagePool2d(kernel: [3, 2], stride: [2, 1])]),
        Architecture(input: [9, 3], layers: [.averagePool1d(kernel: 4, stride: 2)]),
        Architecture(input: [4, 5, 3], layers: [.maxPool()]),
        Architecture(input: [4, 5, 3], layers: [.averagePool()]),
        Architecture(input: [7, 3], layers: [.maxPool()]),
        Architecture(inputs: inputs, layers: [.maxPool(lengths: "lengths")]),
        Architecture(inputs: inputs, layers: [.averagePool(lengths: "lengths")]),
        Architecture(inputs: inputs, layers: [.linear(outputs: 5), .maxPool(lengths: "lengths")]),
        Architecture(input: [3, 21], layers: [.softmax]),
        Architecture(input: [3, 5], layers: [.linear(outputs: 5), .softmax, .linear(outputs: 2)]),
        Architecture(input: [3, 4], layers: [.foldStrands()]),
        Architecture(input: [3, 4], layers: [.linear(outputs: 6), .foldStrands(join: .mean)]),
        Architecture(bases: 8, layers: [.oneHot, .linear(outputs: 3)]),
        Architecture(
            inputs: [InputSpecification(kind: .tokens, shape: [7])],
            layers: [.embedding(vocabulary: 4, width: 5), .linear(outputs: 2)]),
    ]

    static let inputs = [
        InputSpecification(name: "reads", shape: [5, 3, 2]), InputSpecification(name: "lengths", shape: [1]),
    ]

    /// Numbers far enough from each other that a small step changes none of the greatest, and of other inputs what they
    /// are made of; lengths lie between whole numbers, and tokens go beyond the vocabulary.
    static func examples(_ architecture: Architecture, _ count: Int) -> [Float] {
        var random = SplitMix64(seed: 5)
        return (0..<count).flatMap { example in
            architecture.inputs.flatMap { input in
                (0..<input.count).map { index -> Float in
                    switch input.kind {
                    case .numbers where input.name == "lengths": [3.5, -0.5, 0.5, 4.5, 9.5][example % 5]
                    case .numbers:
                        (2 * Float((index + example) * 37 % input.count) + random.uniform()) / Float(input.count) - 1
                    case .bases: Float(random.next() % 16) + 0.5
                    case .tokens: Float(random.next() % 6) - 1
                    }
                }
            }
        }
    }

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        try expectSlopes(network, input: Self.examples(architecture, 5), count: 5)
    }

    @Test("Batches, workers and instruction sets change no byte", arguments: architectures)
    func sameBytes(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        let (width, count) = (network.graph.inputCount, 5)
        let input = Self.examples(architecture, count)
        let expected = try InferenceModel(network, simd: .scalar).predict(input, count: count)
        for level in SIMDLevel.supported {
            let model = try InferenceModel(network, simd: level)
            #expect(bits(model.predict(input, count: count)) == bits(expected))
            for example in 0..<count {
                let alone = model.predict(Array(input[example * width..<(example + 1) * width]), count: 1)
                #expect(bits(alone) == bits(expected[example * alone.count..<(example + 1) * alone.count]))
            }
        }
    }

    @Test(
        "An image of one row is convolved to the bytes of conv1d",
        arguments: [(1, 0, 1, 1), (2, 3, 1, 1), (1, 1, 2, 1), (3, 2, 2, 2)])
    func oneRow(stride: Int, padding: Int, dilation: Int, groups: Int) throws {
        let line = try Network(
            Architecture(
                input: [23, 6],
                layers: [
                    .conv1d(
                        filters: 40, kernel: 3, stride: stride, padding: padding, dilation: dilation, groups: groups)
                ]), seed: 4)
        let image = try Network(
            Architecture(
                input: [1, 23, 6],
                layers: [
                    .conv2d(
                        filters: 40, kernel: [1, 3], stride: [1, stride], padding: [0, padding],
                        dilation: [1, dilation], groups: groups)
                ]), seed: 4)
        #expect(image.weights == line.weights)
        let input = noise(3 * 23 * 6)
        #expect(
            try InferenceModel(image).predict(input, count: 3) == InferenceModel(line).predict(input, count: 3))
    }

    @Test("A batch norm after a convolution of images becomes part of it")
    func folding() throws {
        let layers: [LayerSpecification] = [
            .conv2d(filters: 34, kernel: [3, 3], padding: [1, 1], groups: 2), .batchNorm(),
        ]
        let network = try Network(Architecture(input: [4, 5, 6], layers: layers), seed: 5)
        var weights = network.weights
        var random = SplitMix64(seed: 6)
        for slice in network.slices where slice.name.hasPrefix("1.") {
            for index in slice.range { weights[index] = 0.5 + random.uniform() }
        }
        try network.load(weights)
        let plain = try Network(Architecture(input: [4, 5, 6], layers: [layers[0]]), seed: 5)
        try plain.load(Array(weights.prefix(plain.parameterCount)))
        let input = noise(2 * 4 * 5 * 6)
        let norm = ["weight", "bias", "running_mean", "running_var"].map { network["1.\($0)"] ?? [] }
        let expected = try InferenceModel(plain).predict(input, count: 2).enumerated().map { index, value in
            let channel = index % 34
            let scale = Double(norm[0][channel]) / (Double(norm[3][channel]) + 1e-5).squareRoot()
            return (Double(value) - Double(norm[2][channel])) * scale + Double(norm[1][channel])
        }
        #expect(InferencePlan(network.graph).nodes.count == 1)
        #expect(difference(try InferenceModel(network).predict(input, count: 2), expected) < 1e-6)
    }

    @Test(
        "Layers that do not fit are refused",
        arguments: [
            .conv2d(filters: 2, kernel: [3]), .conv2d(filters: 2, kernel: [1, 2, 3]), .conv2d(filters: 2, kernel: []),
            .conv2d(filters: 2, kernel: [4, 1]), .conv2d(filters: 2, kernel: [1, 0]),
            .conv2d(filters: 2, kernel: [1, 1], stride: [0, 1]), .conv2d(filters: 2, kernel: [1, 1], stride: [1]),
            .conv2d(filters: 2, kernel: [1, 1], padding: [-1, 0]),
            .conv2d(filters: 2, kernel: [1, 1], padding: [2, 0]),
            .conv2d(filters: 2, kernel: [2, 2], dilation: [.max, 1]),
            .conv2d(filters: 1 << 20, kernel: [1 << 20, 1 << 20], padding: [1 << 20, 1 << 20]),
            .conv2d(filters: 3, kernel: [1, 1], groups: 2), .conv2d(filters: 2, kernel: [1, 1], groups: 0),
            .maxPool2d(kernel: [4, 1]), .maxPool2d(kernel: [1, 1], stride: [1, -1]), .averagePool2d(kernel: [0, 1]),
            .averagePool2d(kernel: []), .averagePool1d(kernel: 2), .maxPool(lengths: "lengths"), .oneHot,
            .averagePool(lengths: "input"), .embedding(vocabulary: 3, width: 2),
        ] as [LayerSpecification])
    func misfits(layer: LayerSpecification) {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: [3, 4, 2], layers: [layer]), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture && error?.place == "layers[0]")
    }

    @Test("Of equal numbers in a window the first one, line by line, gets the gradient")
    func firstOfEquals() throws {
        let network = try Network(
            Architecture(input: [4, 4, 1], layers: [.maxPool2d(kernel: [2, 3], stride: [2, 1])]), seed: 1)
        // 1 is the greatest of both windows of the first two lines: in the first line at column 2, in the second at 1.
        let input: [Float] = [0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
        let gradients = try GradientProbe(network, input: input, count: 1).gradients(dOutput: [1, 2, 4, 8])
        #expect(gradients.input == [0, 0, 3, 0, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0])
    }

    @Test("A pool of a sequence's valid positions is that of the sequence alone, whatever lies behind it")
    func lengths() throws {
        let lengths: [Float] = [5, 3, 1, 0, -2, 4, 77, .nan]
        for layer in [{ LayerSpecification.maxPool(lengths: $0) }, { LayerSpecification.averagePool(lengths: $0) }] {
            let model = try InferenceModel(
                Network(Architecture(inputs: Self.inputs, layers: [layer("lengths")]), seed: 1))
            var input = noise(lengths.count * 31)
            let valid = lengths.map { $0.isNaN ? 0 : Int(min(5, max(0, $0))) }
            for example in lengths.indices {
                for index in valid[example] * 6..<30 { input[example * 31 + index] = .nan }
                input[example * 31 + 30] = lengths[example]
            }
            let output = model.predict(input, count: lengths.count)
            for (example, count) in valid.enumerated() {
                let result = Array(output[2 * example..<2 * example + 2])
                guard count > 0 else {
                    #expect(result == [0, 0])
                    continue
                }
                let alone = try Network(Architecture(input: [count, 3, 2], layers: [layer(nil)]), seed: 1)
                let rows = Array(input[example * 31..<example * 31 + count * 6])
                #expect(try InferenceModel(alone).predict(rows, count: 1) == result)
            }
        }
    }

    @Test("Documents without lengths or a choice are read as before")
    func documents() throws {
        let layers = try ArchitectureTests.decode(
            #"""
            {"input": [4, 4], "layers": [{"type": "averagePool"}, {"type": "maxPool"}, {"type": "foldStrands"},
             {"type": "conv2d", "filters": 3, "kernel": [1, 2]}, {"type": "maxPool2d", "kernel": [2, 3]},
             {"type": "embedding", "vocabulary": 5, "width": 2}]}
            """#
        ).layers
        #expect(
            layers == [
                .averagePool(), .maxPool(), .foldStrands(join: .maximum), .conv2d(filters: 3, kernel: [1, 2]),
                .maxPool2d(kernel: [2, 3], stride: [2, 3]), .embedding(vocabulary: 5, width: 2),
            ])
        for architecture in Self.architectures {
            let data = try JSONEncoder().encode(architecture)
            #expect(try JSONDecoder().decode(Architecture.self, from: data) == architecture)
        }
    }
}

@Suite("Tokens and strands")
struct TokensAndStrandsTests {
    @Test("Tokens outside of the vocabulary count as padding, or as 0 where there is none", arguments: [nil, 2])
    func strangeTokens(padding: Int?) throws {
        let strange: [Float] = [.nan, .infinity, -.infinity, -1, 4, 1.5, 1e30]
        let architecture = Architecture(
            inputs: [InputSpecification(kind: .tokens, shape: [strange.count + 2])],
            layers: [.embedding(vocabulary: 4, width: 3, padding: padding)])
        let network = try Network(architecture, seed: 8)
        let rows = network.weights
        let output = try InferenceModel(network).predict([3, 1] + strange, count: 1)
        let row = (padding ?? 0) * 3
        #expect(Array(output[0..<6]) == Array(rows[9..<12] + rows[3..<6]))
        for index in strange.indices { #expect(output[6 + 3 * index..<9 + 3 * index] == rows[row..<row + 3]) }
    }

    @Test("The row of padding is 0, and training leaves it so")
    func paddingRow() throws {
        let architecture = Architecture(
            inputs: [InputSpecification(kind: .tokens, shape: [6])],
            layers: [.embedding(vocabulary: 4, width: 3, padding: 2), .flatten, .linear(outputs: 2)])
        let network = try Network(architecture, seed: 8)
        let start = network.weights
        #expect(start[6..<9].allSatisfy { $0 == 0 } && start[..<6].allSatisfy { $0 != 0 })
        var options = TrainingOptions()
        options.epochs = 3
        let inputs: [Float] = [0, 1, 2, 3, 2, 2, 2, 2, 1, 0, 3, 2]
        _ = try Trainer(network, options: options).fit(InMemoryExamples(inputs: inputs, labels: [0, 1]))
        #expect(network.weights[6..<9].allSatisfy { $0 == 0 })
        #expect(zip(network.weights[..<6], start).allSatisfy { $0 != $1 })
    }

    @Test("Bases become the shares of their letters")
    func oneHot() throws {
        let codes = (0..<16).map(Float.init)
        let model = try InferenceModel(Network(Architecture(bases: 16, layers: [.oneHot]), seed: 1))
        #expect(model.predict(codes, count: 1) == BaseConvolutionTests.oneHot(codes))
        let strange: [Float] = [.nan, -1, 16, .infinity] + codes[4...]
        #expect(model.predict(strange, count: 1).prefix(16).allSatisfy { $0 == 0 })
    }

    @Test("A row's softmax adds up to 1 and is the ratio of exponentials")
    func softmax() throws {
        let input: [Float] = noise(3 * 37).map { 20 * $0 }
        let model = try InferenceModel(Network(Architecture(input: [3, 37], layers: [.softmax]), seed: 1))
        let expected = (0..<3).flatMap { row in
            let exponentials = input[row * 37..<(row + 1) * 37].map { exp(Double($0)) }
            let sum = exponentials.reduce(0, +)
            return exponentials.map { $0 / sum }
        }
        #expect(difference(model.predict(input, count: 1), expected) < 1e-6)
    }

    @Test("Folded strands give one output for a sequence and its reverse complement", arguments: [40, 41])
    func strands(length: Int) throws {
        for (pool, join) in [
            (LayerSpecification.maxPool(), LayerSpecification.StrandJoin.maximum), (.averagePool(), .mean),
        ] {
            let layers: [LayerSpecification] = [
                .conv1d(filters: 12, kernel: 7, padding: 3, reverseComplement: true), .relu,
                .conv1d(filters: 10, kernel: 4, reverseComplement: true), .gelu, pool, .foldStrands(join: join),
                .linear(outputs: 3),
            ]
            let codes = BaseConvolutionTests.codes(length, ambiguous: true)
            let complement = codes.reversed().map { code in
                Float((0..<4).reduce(0) { $0 | (Int(code) >> $1 & 1) << (3 - $1) })
            }
            let bases = try InferenceModel(Network(Architecture(bases: length, layers: layers), seed: 6))
            let rows = try InferenceModel(Network(Architecture(input: [length, 4], layers: layers), seed: 6))
            let output = bases.predict(codes, count: 1)
            let expected = output.map(Double.init)
            #expect(difference(bases.predict(complement, count: 1), expected) < 1e-6)
            #expect(difference(rows.predict(BaseConvolutionTests.oneHot(complement), count: 1), expected) < 1e-6)
            let other = bases.predict(codes.reversed(), count: 1)
            #expect(difference(other, expected) > 1e-4, "the sequence does matter")
        }
    }

    @Test("An odd number of channels has no strands")
    func oddChannels() {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: [4, 3], layers: [.foldStrands()]), seed: 1)
        }
        #expect(error?.place == "layers[0]")
    }
}
