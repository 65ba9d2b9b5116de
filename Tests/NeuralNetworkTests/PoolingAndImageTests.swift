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
    ]

    @Test("Backward is the slope of forward", arguments: architectures)
    func finiteDifferences(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        try expectSlopes(network, input: noise(3 * network.graph.inputCount), count: 3)
    }

    @Test("Batches, workers and instruction sets change no byte", arguments: architectures)
    func sameBytes(architecture: Architecture) throws {
        let network = try Network(architecture, seed: 3)
        let (width, count) = (network.graph.inputCount, 5)
        let input = noise(count * width)
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
            .conv2d(filters: 2, kernel: [1, 1], padding: [-1, 0]), .conv2d(filters: 2, kernel: [1, 1], padding: [2, 0]),
            .conv2d(filters: 2, kernel: [2, 2], dilation: [.max, 1]),
            .conv2d(filters: 1 << 20, kernel: [1 << 20, 1 << 20], padding: [1 << 20, 1 << 20]),
            .conv2d(filters: 3, kernel: [1, 1], groups: 2), .conv2d(filters: 2, kernel: [1, 1], groups: 0),
        ] as [LayerSpecification])
    func misfits(layer: LayerSpecification) {
        let error = #expect(throws: NeuralNetworkError.self) {
            try Network(Architecture(input: [3, 4, 2], layers: [layer]), seed: 1)
        }
        #expect(error?.code == .invalidArchitecture && error?.place == "layers[0]")
    }
}
