import Testing

@testable import NeuralNetwork

@Suite("Gradients of inputs")
struct InputGradientTests {
    static let bases = Architecture(
        bases: 24,
        layers: [
            .conv1d(filters: 6, kernel: 5, padding: 2, reverseComplement: true), .batchNorm(), .gelu,
            .residual([.conv1d(filters: 6, kernel: 3, padding: 2, dilation: 2), .tanh]), .dropout(rate: 0.5),
            .averagePool1d(kernel: 2), .flatten, .linear(outputs: 3),
        ])

    static let architectures: [Architecture] = [
        bases,
        Architecture(bases: 9, layers: [.oneHot, .linear(outputs: 4), .batchNorm(), .sigmoid, .gru(hidden: 3)]),
        Architecture(bases: 12, layers: [.conv1d(filters: 4, kernel: 3, stride: 2, padding: 1), .lstm(hidden: 3)]),
        Architecture(
            bases: 12,
            layers: [
                .conv1d(filters: 4, kernel: 3, padding: 1), .attention(heads: 2), .layerNorm(), .averagePool(),
                .linear(outputs: 2), .softmax,
            ]),
        Architecture(
            inputs: [
                InputSpecification(name: "sequence", kind: .bases, shape: [10]),
                InputSpecification(name: "protein", kind: .tokens, shape: [6]),
                InputSpecification(name: "dose", shape: [3]),
            ],
            layers: [
                .parallel(
                    [
                        .init([.conv1d(filters: 4, kernel: 3), .tanh, .averagePool()]),
                        .init([.embedding(vocabulary: 5, width: 4), .sigmoid, .averagePool()], input: "protein"),
                        .init([.linear(outputs: 4)], input: "dose"),
                    ], join: .multiply),
                .linear(outputs: 2),
            ]),
    ]

    @Test("They are the slopes of the outputs at relaxed inputs", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let model = try GradientModel(Self.network(architecture))
        let workspace = model.makeWorkspace()
        let weights = noise(model.outputCount, seed: 5)
        // Not one-hot: shares that are anything.
        var input = noise(model.inputCount, seed: 6)
        let gradients = model.gradients(weights, at: input, workspace: workspace)
        let step: Float = 4e-3
        let slopes = input.indices.map { i in
            let value = input[i]
            func objective(_ x: Float) -> Double {
                input[i] = x
                let outputs = model.gradients(weights, at: input, workspace: workspace).outputs
                return zip(outputs, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            defer { input[i] = value }
            return (objective(value + step) - objective(value - step)) / Double((value + step) - (value - step))
        }
        #expect(difference(gradients.inputs, slopes) < 2e-3)
        #expect(slopes.contains { abs($0) > 1e-3 })
    }

    @Test("Outputs at an example's relaxed form are inference's", arguments: architectures)
    func outputs(architecture: Architecture) throws {
        let network = try Self.network(architecture)
        let model = try GradientModel(network)
        let examples = Self.examples(architecture, count: 5)
        let width = network.inputCount
        let relaxed = (0..<5).flatMap { model.relaxed(Array(examples[$0 * width..<($0 + 1) * width])) }
        let outputs = model.gradients(
            Array(repeating: 1, count: model.outputCount), at: relaxed, workspace: model.makeWorkspace()
        ).outputs
        let expected = try InferenceModel(network).predict(examples, count: 5)
        #expect(difference(outputs, expected.map(Double.init)) < 2e-6)
    }

    @Test("They have the same bytes in any batch and from any number of workers", arguments: architectures)
    func sameBytes(architecture: Architecture) throws {
        let model = try GradientModel(Self.network(architecture))
        let (count, weights) = (70, noise(model.outputCount, seed: 5))
        let input = noise(count * model.inputCount, seed: 9)
        let alone = model.makeWorkspace()
        let width = model.inputCount
        var expected = InputGradients(outputs: [], inputs: [])
        for row in 0..<count {
            let one = model.gradients(weights, at: Array(input[row * width..<(row + 1) * width]), workspace: alone)
            expected.outputs += one.outputs
            expected.inputs += one.inputs
        }
        for workers in 1...3 {
            let gradients = model.gradients(weights, at: input, workspace: model.makeWorkspace(workers: workers))
            #expect(gradients == expected)
        }
    }

    @Test("They are PyTorch's, of inputs that are numbers", arguments: Golden.names.filter { $0 != "batchNorm" })
    func golden(name: String) throws {
        let golden = try Golden(name)
        let model = try GradientModel(golden.network())
        let (input, dOutput) = (try golden.floats("input"), try golden.floats("dOutput"))
        let workspace = model.makeWorkspace()
        let expected = try golden.doubles("dInput")
        for row in 0..<input.count / model.exampleCount {
            let weights = Array(dOutput[row * model.outputCount..<(row + 1) * model.outputCount])
            let example = Array(input[row * model.exampleCount..<(row + 1) * model.exampleCount])
            let gradients = model.gradients(weights, at: model.relaxed(example), workspace: workspace).inputs
            for input in model.inputs where input.kind == .numbers {
                let first = row * model.exampleCount + input.sourceOffset
                #expect(
                    difference(Array(gradients[input.range]), Array(expected[first..<first + input.range.count])) < 2e-5
                )
            }
        }
    }

    @Test("What each layer reads has a gradient of its own")
    func layers() throws {
        let network = try Self.network(Self.bases)
        let model = try GradientModel(network)
        let input = noise(model.inputCount, seed: 3)
        let layers = model.layerGradients([0, 1, 0], at: input, workspace: model.makeWorkspace())
        #expect(layers.map(\.layer.name) == ["0", "1", "2", "3.0.0", "3.0.1", "3", "5", "7"])
        #expect(layers.map(\.layer.type).prefix(3) == ["Conv1d", "BatchNorm", "Activation"])
        #expect(layers[0].inputs == [input])
        #expect(
            layers[0].gradients == [
                model.gradients([0, 1, 0], at: input, workspace: model.makeWorkspace()).inputs
            ])
        // Before the last layer it is the row of the weight.
        let weight = try #require(network["7.weight"])
        #expect(layers[7].gradients == [Array(weight[weight.count / 3..<2 * weight.count / 3])])
        // What two layers read has the sum of their gradients: both addends' input is the same buffer.
        #expect(layers[3].inputs[0] == layers[5].inputs[1])
        #expect(layers[3].gradients[0] == layers[5].gradients[1])
    }

    @Test("Multipliers times differences add up to the difference of the outputs", arguments: architectures)
    func completeness(architecture: Architecture) throws {
        let model = try GradientModel(Self.network(architecture))
        let weights = noise(model.outputCount, seed: 5)
        let (input, references) = (noise(model.inputCount, seed: 6), noise(40 * model.inputCount, seed: 7))
        let result = model.multipliers(
            weights, input: input, references: references, points: 128, workspace: model.makeWorkspace(workers: 2))
        func score(_ outputs: ArraySlice<Float>) -> Double {
            zip(outputs, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        for row in 0..<40 {
            var sum = 0.0
            for i in input.indices {
                let place = row * model.inputCount + i
                sum += Double(result.multipliers[place]) * Double(input[i] - references[place])
            }
            let expected =
                score(result.outputs[...])
                - score(result.referenceOutputs[row * model.outputCount..<(row + 1) * model.outputCount])
            #expect(abs(sum - expected) < 2e-5 * max(1, abs(expected)))
        }
    }

    /// Together they have every layer with every option.
    @Test("Every layer has a gradient and a rule by which shares add up", arguments: ONNXNetwork.all)
    func everyLayer(network: ONNXNetwork) throws {
        let trained = try Self.network(network.architecture)
        let model = try GradientModel(trained)
        let examples = Self.examples(network.architecture, count: 2)
        let own = model.relaxed(Array(examples.prefix(trained.inputCount)))
        // Another example, with the same lengths.
        var other = model.relaxed(Array(examples.suffix(trained.inputCount)))
        for input in model.inputs where trained.graph.lengths.contains(input.name) {
            other.replaceSubrange(input.range, with: own[input.range])
        }
        let weights = noise(model.outputCount, seed: 5)
        let workspace = model.makeWorkspace()
        let outputs = model.gradients(weights, at: own, workspace: workspace).outputs
        let expected = try InferenceModel(trained).predict(Array(examples.prefix(trained.inputCount)), count: 1)
        #expect(difference(outputs, expected.map(Double.init)) < 1e-5)
        let result = model.multipliers(weights, input: own, references: other, points: 128, workspace: workspace)
        var (sum, difference) = (0.0, 0.0)
        for i in own.indices { sum += Double(result.multipliers[i]) * Double(own[i] - other[i]) }
        for (output, weight) in weights.enumerated() {
            difference += Double(weight) * Double(result.outputs[output] - result.referenceOutputs[output])
        }
        let isExact = model.layers.allSatisfy(\.rule.isExact)
        #expect(abs(sum - difference) < (isExact ? 1e-5 : 5e-3) * max(1, abs(difference)))
    }

    @Test("A path's points and weights are Gauss and Legendre's", arguments: 1...40)
    func quadrature(count: Int) {
        let points = Quadrature(count).points
        #expect(points.count == count)
        for degree in 0..<2 * min(count, 8) {
            var integral = 0.0
            for point in points {
                var value = Double(point.weight)
                for _ in 0..<degree { value *= Double(point.place) }
                integral += value
            }
            #expect(abs(integral - 1 / Double(degree + 1)) < 1e-6)
        }
    }

    // MARK: Networks

    /// A network whose running statistics are not those of the beginning.
    static func network(_ architecture: Architecture) throws -> Network {
        let network = try Network(architecture, seed: 4)
        var weights = network.weights
        for slice in network.slices where slice.name.contains("running") {
            for (offset, i) in slice.range.enumerated() {
                weights[i] = slice.name.hasSuffix("var") ? 0.5 + Float(offset) / 8 : Float(offset) / 16 - 0.1
            }
        }
        try network.load(weights)
        return network
    }

    /// Examples with codes of every kind, and padding.
    static func examples(_ architecture: Architecture, count: Int) -> [Float] {
        var random = SplitMix64(seed: 2)
        return (0..<count).flatMap { _ in
            architecture.inputs.flatMap { input in
                (0..<input.count).map { _ in
                    switch input.kind {
                    case .bases: Float(random.index(below: 16))
                    case .tokens: Float(random.index(below: 5))
                    case .numbers: 2 * random.uniform() - 1
                    }
                }
            }
        }
    }
}
