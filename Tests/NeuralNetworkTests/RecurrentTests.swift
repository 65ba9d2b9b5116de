import Testing

@testable import NeuralNetwork

@Suite("Recurrent layers")
struct RecurrentTests {
    static let inputs = [
        InputSpecification(name: "reads", shape: [6, 3]), InputSpecification(name: "lengths", shape: [1]),
    ]

    static let architectures = [
        Architecture(input: [6, 3], layers: [.lstm(hidden: 4)]),
        Architecture(input: [6, 3], layers: [.lstm(hidden: 4, bidirectional: true), .lstm(hidden: 2)]),
        Architecture(input: [1, 3], layers: [.lstm(hidden: 4, bidirectional: true)]),
        Architecture(input: [4, 2], layers: [.lstm(hidden: 3, bidirectional: true, layers: 3)]),
        Architecture(input: [4, 2], layers: [.gru(hidden: 3, bidirectional: true, layers: 2)]),
        Architecture(
            inputs: inputs,
            layers: [.tanh, .lstm(hidden: 4, bidirectional: true, layers: 2, lengths: "lengths"), .tanh]),
        Architecture(
            inputs: inputs,
            layers: [.gru(hidden: 4, lengths: "lengths"), .gru(hidden: 3, bidirectional: true, lengths: "lengths")]),
    ]

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        let width = network.graph.inputCount
        var input = noise(5 * width)
        if architecture.inputs.count > 1 {
            // Slopes are taken around a length, so it lies between numbers of positions: these are 6, 1, 0, 4 and 2.
            for (example, length) in [6.5, 0.5, -0.5, 3.5, 1.5].enumerated() {
                input[example * width + width - 1] = Float(length)
            }
        }
        try expectSlopes(network, input: input, count: 5)
    }

    @Test("An example's packed result is that of the sequence alone, whatever lies in the padding")
    func packed() throws {
        for layer in [Recurrent.lstm, .gru] {
            let length = 9
            let lengths = [9, 3, 0, 9, 1, 5, 5, 8, 2, 7]
            let packed = try Network(
                Architecture(
                    inputs: [.init(name: "reads", shape: [length, 4]), .init(name: "lengths", shape: [1])],
                    layers: [layer.specification(hidden: 21, lengths: "lengths")]), seed: 5)
            var input = noise(lengths.count * packed.graph.inputCount)
            for (example, valid) in lengths.enumerated() {
                let first = example * packed.graph.inputCount
                for i in first + valid * 4..<first + length * 4 { input[i] = .nan }
                input[first + length * 4] = Float(valid)
            }
            let output = try InferenceModel(packed).predict(input, count: lengths.count)
            for (example, valid) in lengths.enumerated() {
                let result = output[(example * length * 42)..<((example + 1) * length * 42)]
                #expect(result.dropFirst(valid * 42).allSatisfy { $0 == 0 })
                guard valid > 0 else { continue }
                let alone = try Network(
                    Architecture(input: [valid, 4], layers: [layer.specification(hidden: 21)]), seed: 5)
                let first = example * packed.graph.inputCount
                let expected = try InferenceModel(alone).predict(Array(input[first..<first + valid * 4]), count: 1)
                #expect(Array(result.prefix(valid * 42)) == expected, "\(layer), \(valid) positions")
            }
        }
    }

    @Test("Lengths that no sequence can have are those nearest to them")
    func oddLengths() throws {
        let network = try Network(
            Architecture(inputs: Self.inputs, layers: [.lstm(hidden: 5, bidirectional: true, lengths: "lengths")]),
            seed: 1)
        let model = try InferenceModel(network)
        func output(_ length: Float) -> [Float] { model.predict(noise(18) + [length], count: 1) }
        for (odd, plain) in [(Float.nan, Float(0)), (-1e30, 0), (-.infinity, 0), (1e30, 6), (.infinity, 6), (7, 6)] {
            #expect(output(odd) == output(plain), "\(odd)")
        }
        #expect(Set([output(0), output(1), output(5), output(6)]).count == 4)
    }

    @Test("What is in the padding reaches no gradient")
    func paddingGradients() throws {
        let network = try Network(
            Architecture(inputs: Self.inputs, layers: [.lstm(hidden: 4, bidirectional: true, lengths: "lengths")]),
            seed: 2)
        func gradients(padding: Float) throws -> ([Float], [Float]) {
            var input = noise(18) + [4] + noise(18, seed: 3) + [2]
            for i in 12..<18 { input[i] = padding }
            for i in 25..<37 { input[i] = padding }
            let probe = try GradientProbe(network, input: input, count: 2)
            let gradients = try probe.gradients(dOutput: noise(2 * 48, seed: 4))
            return (probe.inOrder(gradients.parameters), gradients.input)
        }
        let (plain, spoilt) = (try gradients(padding: 0), try gradients(padding: .nan))
        #expect(plain == spoilt)
        #expect(plain.1[12..<19].allSatisfy { $0 == 0 })
    }

    @Test("A batch's gradients are the sum of its examples', however many steps it takes together")
    func blocks() throws {
        let network = try Network(
            Architecture(
                inputs: Self.inputs,
                layers: [
                    .lstm(hidden: 5, bidirectional: true, lengths: "lengths"), .gru(hidden: 4, bidirectional: true),
                ]),
            seed: 6)
        let (count, width, outputs) = (50, network.graph.inputCount, network.graph.outputCount)
        var input = noise(count * width)
        for example in 0..<count { input[(example + 1) * width - 1] = Float(example * 3 % 7) }
        let dOutput = noise(count * outputs, seed: 2)
        let batch = try GradientProbe(network, input: input, count: count).gradients(dOutput: dOutput)
        var (sum, dInput) = ([Double](repeating: 0, count: network.storage.count), [Float]())
        for example in 0..<count {
            let alone = try GradientProbe(
                network, input: Array(input[(example * width)..<(example + 1) * width]), count: 1
            ).gradients(dOutput: Array(dOutput[(example * outputs)..<(example + 1) * outputs]))
            for (i, value) in alone.parameters.values.enumerated() { sum[i] += Double(value) }
            dInput += alone.input
        }
        #expect(batch.input == dInput)
        #expect(difference(Array(batch.parameters.values), sum) < 1e-6)
    }

    @Test(
        "A prediction has the same bytes from every instruction set, in every batch, on every thread",
        arguments: [
            [.lstm(hidden: 37, bidirectional: true, layers: 2)], [.lstm(hidden: 32)],
            [.lstm(hidden: 19, bidirectional: true, lengths: "lengths"), .gru(hidden: 11, lengths: "lengths")],
        ] as [[LayerSpecification]])
    func sameBytes(layers: [LayerSpecification]) throws {
        let inputs = [
            InputSpecification(name: "reads", shape: [13, 6]), InputSpecification(name: "lengths", shape: [1]),
        ]
        let takesLengths = layers.contains { "\($0)".contains("lengths: Optional(\"lengths\")") }
        let network = try Network(
            Architecture(
                inputs: takesLengths ? inputs : [inputs[0]], layers: layers + [.flatten, .linear(outputs: 5)]), seed: 9)
        let (width, count) = (network.graph.inputCount, 65)
        var input = noise(count * width)
        if takesLengths { for example in 0..<count { input[(example + 1) * width - 1] = Float(example * 5 % 14) } }
        let expected = try InferenceModel(network, simd: .scalar).predict(input, count: count)
        for level in SIMDLevel.supported {
            let model = try InferenceModel(network, simd: level)
            for workers in [1, 2, 3] {
                let workspace = model.makeWorkspace(workers: workers)
                for n in level == .scalar ? [1, 64] : Array(1...count) {
                    var output = [Float](repeating: .nan, count: n * 5)
                    input.suffix(n * width).withUnsafeBufferPointer { input in
                        output.withUnsafeMutableBufferPointer {
                            model.predict(input, count: n, into: $0, workspace: workspace)
                        }
                    }
                    #expect(output == Array(expected.suffix(n * 5)), "\(level), \(workers) workers, batch of \(n)")
                }
            }
        }
    }

    @Test("Stacked layers have PyTorch's names")
    func names() throws {
        let network = try Network(
            Architecture(input: [4, 2], layers: [.tanh, .lstm(hidden: 3, bidirectional: true, layers: 2)]), seed: 1)
        #expect(
            network.slices.map(\.name).filter { $0.contains("weight") } == [
                "1.weight_ih_l0", "1.weight_hh_l0", "1.weight_ih_l0_reverse", "1.weight_hh_l0_reverse",
                "1.weight_ih_l1", "1.weight_hh_l1", "1.weight_ih_l1_reverse", "1.weight_hh_l1_reverse",
            ])
        #expect(network.slices.first { $0.name == "1.weight_ih_l1" }?.shape == [12, 6])
    }

    @Test(
        "Lengths that are not a number of an example's are refused",
        arguments: [
            .lstm(hidden: 2, lengths: "length"), .gru(hidden: 2, lengths: "reads"), .gru(hidden: 2, lengths: "bases"),
            .lstm(hidden: 2, layers: 0), .lstm(hidden: 2, layers: 65), .lstm(hidden: 0), .lstm(hidden: .max),
        ] as [LayerSpecification])
    func refused(layer: LayerSpecification) throws {
        let inputs = Self.inputs + [InputSpecification(name: "bases", kind: .bases, shape: [1])]
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(inputs: inputs, layers: [layer]), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture && error?.place == "layers[0]")
    }

    private enum Recurrent {
        case lstm, gru

        func specification(hidden: Int, lengths: String? = nil) -> LayerSpecification {
            switch self {
            case .lstm: .lstm(hidden: hidden, bidirectional: true, lengths: lengths)
            case .gru: .gru(hidden: hidden, bidirectional: true, lengths: lengths)
            }
        }
    }
}
