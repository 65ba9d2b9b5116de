import Foundation
import Testing

@testable import NeuralNetwork

/// A network that is exported for ONNX Runtime; all together have every layer with every option.
struct ONNXNetwork: CustomTestStringConvertible, Sendable {
    let name: String
    let architecture: Architecture
    /// What it was trained with, which says what its outputs are.
    var loss: Loss?

    var testDescription: String { name }

    static let all = [
        ONNXNetwork(
            name: "sequence",
            architecture: Architecture(
                bases: 40,
                layers: [
                    .conv1d(filters: 6, kernel: 5, padding: 2, reverseComplement: true), .relu, .maxPool1d(kernel: 3),
                    .conv1d(filters: 4, kernel: 3, stride: 2, padding: 1, dilation: 2, groups: 2, bias: false), .gelu,
                    .layerNorm(), .linear(outputs: 5), .sigmoid, .averagePool(), .dropout(rate: 0.5),
                    .linear(outputs: 3, bias: false),
                ])),
        ONNXNetwork(
            name: "gru",
            architecture: Architecture(
                input: [9, 3],
                layers: [
                    .tanh, .gru(hidden: 4), .gru(hidden: 5, bidirectional: true), .linear(outputs: 6), .selu,
                    .select(position: 4), .linear(outputs: 1),
                ])),
        ONNXNetwork(
            name: "packed",
            architecture: Architecture(
                inputs: [
                    InputSpecification(name: "input", shape: [7, 3]), InputSpecification(name: "lengths", shape: [1]),
                ],
                layers: [
                    .lstm(hidden: 4, bidirectional: true, layers: 2, lengths: "lengths"),
                    .gru(hidden: 3, bidirectional: true, layers: 2, lengths: "lengths"), .lstm(hidden: 5),
                    .averagePool(),
                    .linear(outputs: 2),
                ])),
        ONNXNetwork(
            name: "lstm",
            architecture: Architecture(
                inputs: [
                    InputSpecification(name: "sequence", shape: [9, 3]),
                    InputSpecification(name: "lengths", shape: [1]),
                ],
                layers: [
                    .lstm(hidden: 4, bidirectional: true, layers: 2, lengths: "lengths"), .lstm(hidden: 5),
                    .gru(hidden: 3, bidirectional: true, lengths: "lengths"), .flatten, .linear(outputs: 2),
                ])),
        ONNXNetwork(
            name: "normalized",
            architecture: Architecture(
                bases: 30,
                layers: [
                    .conv1d(filters: 6, kernel: 5, padding: 2), .batchNorm(), .relu,
                    .conv1d(filters: 4, kernel: 3, bias: false), .batchNorm(), .maxPool(), .linear(outputs: 5),
                    .batchNorm(), .linear(outputs: 2),
                ])),
        ONNXNetwork(
            name: "branches",
            architecture: Architecture(
                inputs: [
                    InputSpecification(name: "sequence", kind: .bases, shape: [20]),
                    InputSpecification(name: "tracks", shape: [20, 3]), InputSpecification(name: "age", shape: [2]),
                ],
                layers: [
                    .parallel([
                        .init([
                            .conv1d(filters: 3, kernel: 3, padding: 1, reverseComplement: false),
                            .residual([.conv1d(filters: 3, kernel: 3, padding: 1), .relu]),
                            .residual([.linear(outputs: 4)], shortcut: [.conv1d(filters: 4, kernel: 1)]),
                            .parallel([.init([.linear(outputs: 2)]), .init([.conv1d(filters: 2, kernel: 1)])]),
                            .averagePool(),
                        ]),
                        .init(
                            [.parallel([.init([]), .init([.sigmoid])], join: .multiply), .flatten], input: "tracks"),
                        .init([.linear(outputs: 3), .relu], input: "age"),
                    ]),
                    .linear(outputs: 4),
                ])),
        ONNXNetwork(
            name: "image",
            architecture: Architecture(
                input: [9, 11, 4],
                layers: [
                    .conv2d(filters: 6, kernel: [3, 2], stride: [1, 2], padding: [1, 2], groups: 2), .relu,
                    .conv2d(filters: 8, kernel: [3, 3], padding: [2, 1], dilation: [2, 1], bias: false), .tanh,
                    .averagePool2d(kernel: [2, 3], stride: [1, 2]), .conv2d(filters: 5, kernel: [1, 1]), .batchNorm(),
                    .parallel([
                        .init([.maxPool2d(kernel: [3, 1], stride: [2, 1]), .flatten]), .init([.maxPool()]),
                        .init([.softmax, .averagePool()]),
                    ]),
                    .linear(outputs: 3),
                ])),
        ONNXNetwork(
            name: "tokens",
            architecture: Architecture(
                inputs: [
                    InputSpecification(name: "tokens", kind: .tokens, shape: [11]),
                    InputSpecification(name: "lengths", shape: [1]),
                    InputSpecification(name: "image", shape: [8, 3, 2]),
                ],
                layers: [
                    .parallel([
                        .init([.embedding(vocabulary: 4, width: 6, padding: 1), .maxPool(lengths: "lengths")]),
                        .init([
                            .embedding(vocabulary: 5, width: 3), .averagePool1d(kernel: 3, stride: 2),
                            .averagePool(lengths: "lengths"),
                        ]),
                        .init([.maxPool(lengths: "lengths")], input: "image"),
                        .init([.averagePool(lengths: "lengths")], input: "image"),
                    ]),
                    .linear(outputs: 4),
                ])),
        ONNXNetwork(
            name: "strands",
            architecture: Architecture(
                bases: 24,
                layers: [
                    .parallel([
                        .init([.oneHot, .linear(outputs: 6), .foldStrands(join: .mean), .maxPool()]),
                        .init([
                            .conv1d(filters: 8, kernel: 5, padding: 2, reverseComplement: true), .relu,
                            .foldStrands(), .averagePool(),
                        ]),
                    ]),
                    .linear(outputs: 3),
                ])),
        ONNXNetwork(
            name: "attention",
            architecture: Architecture(
                inputs: [
                    InputSpecification(name: "drug", shape: [5, 6]),
                    InputSpecification(name: "protein", shape: [7, 4]),
                    InputSpecification(name: "lengths", shape: [1]),
                ],
                layers: [
                    .attention(heads: 2, maximumDistance: 3, lengths: "lengths"), .layerNorm(), .attention(heads: 3),
                    .crossAttention(heads: 3, keys: .init([], input: "protein"), lengths: "lengths"),
                    .crossAttention(heads: 2, keys: .init([.linear(outputs: 6)], input: "protein")),
                    .parallel([
                        .init([.attentionPool(lengths: "lengths")]), .init([.attentionPool()]),
                        .init([.attentionPool(hidden: 3, lengths: "lengths")]), .init([.attentionPool(hidden: 2)]),
                    ]),
                    .linear(outputs: 3),
                ])),
        ONNXNetwork(
            name: "labels", architecture: Architecture(input: [5], layers: [.linear(outputs: 3)]),
            loss: .binaryCrossEntropy()),
        ONNXNetwork(
            name: "numbers", architecture: Architecture(input: [5], layers: [.linear(outputs: 3)]),
            loss: .meanSquaredError),
        ONNXNetwork(
            name: "folded",
            architecture: Architecture(
                bases: 20,
                layers: [
                    .conv1d(filters: 6, kernel: 3), .batchNorm(), .relu,
                    .conv1d(filters: 6, kernel: 3, groups: 2), .batchNorm(epsilon: 1e-3),
                    .parallel([.init([.batchNorm(), .maxPool()]), .init([.maxPool(), .batchNorm(momentum: 0.5)])]),
                    .linear(outputs: 4), .batchNorm(), .scale, .tanh, .linear(outputs: 2),
                ])),
    ]

    /// The architecture with random weights, among them those that training starts with 0 or 1.
    func package(calibration: Calibration = Calibration(temperature: 1.5)) throws -> ModelPackage {
        let network = try Network(architecture, seed: 11)
        var (weights, random) = (network.weights, SplitMix64(seed: 12))
        for slice in network.slices where Set(weights[slice.range]).count == 1 {
            for index in slice.range { weights[index] += random.uniform() / 2 }
        }
        try network.load(weights)
        let labels = (0..<network.outputShape[0]).map { "class \($0)" }
        var lineage = Lineage()
        if let loss {
            lineage.options = TrainingOptions()
            lineage.options?.loss = loss
        }
        return ModelPackage(
            network, featureVersion: "test/1", labels: labels, calibration: calibration, lineage: lineage)
    }

    /// Random examples, as the network reads them.
    func examples(_ count: Int) -> [Float] {
        var random = SplitMix64(seed: 13)
        return (0..<count).flatMap { example in
            architecture.inputs.flatMap { input in
                (0..<input.shape.reduce(1, *)).map { _ in
                    switch input.kind {
                    case .numbers where input.name == "lengths": [2.5, 0, 7, 9, -1][example % 5]
                    case .numbers: 2 * random.uniform() - 1
                    case .bases: Float(random.next() % 16)
                    case .tokens: Float(random.next() % 5)
                    }
                }
            }
        }
    }
}

/// Writes each network, its examples and what we predict for them, for `Tools/check_onnx.py`.
@Suite("Files for ONNX Runtime", .enabled(if: folder != nil, "HELICASE_ONNX names the folder"))
struct ONNXFiles {
    @Test("Networks and predictions are written", arguments: ONNXNetwork.all)
    func write(network: ONNXNetwork) throws {
        let folder = URL(filePath: try #require(folder))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let package = try network.package()
        try Data(package.encodeONNX()).write(to: folder.appending(path: "\(network.name).onnx"))

        let count = 5
        let examples = network.examples(count)
        let logits = try InferenceModel(package).predict(examples, count: count)
        let probabilities =
            network.loss?.task == .labels
            ? try package.calibration.probabilities(logits, labels: package.labels.count)
            : try package.calibration.probabilities(logits, classes: package.labels.count)
        var tensors: [Safetensors.Tensor] = []
        var first = 0
        let width = examples.count / count
        for input in network.architecture.inputs {
            let size = input.shape.reduce(1, *)
            let values = (0..<count).flatMap { examples[$0 * width + first..<$0 * width + first + size] }
            tensors.append(.init(name: "input.\(input.name)", shape: [count] + input.shape, floats: values))
            first += size
        }
        for (name, values) in [("output", logits), ("probabilities", probabilities)] {
            tensors.append(.init(name: name, shape: [count, package.labels.count], floats: values))
        }
        try Data(Safetensors.encode(tensors: tensors)).write(
            to: folder.appending(path: "\(network.name).safetensors"))
    }
}

private let folder = ProcessInfo.processInfo.environment["HELICASE_ONNX"]
