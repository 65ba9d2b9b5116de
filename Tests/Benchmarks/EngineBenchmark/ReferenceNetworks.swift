import NeuralNetwork

/// The three networks of `torch_bench.py`, as the engine's documents.
enum ReferenceNetwork: String, CaseIterable {
    case seqCNN = "SeqCNN"
    case danQ = "DanQ"
    case pileup = "Pileup"

    var architecture: Architecture {
        switch self {
        case .seqCNN:
            Architecture(
                bases: 1000,
                layers: [
                    .conv1d(filters: 128, kernel: 19, padding: 9), .batchNorm(), .relu, .maxPool1d(kernel: 4),
                    .conv1d(filters: 128, kernel: 11, padding: 5), .batchNorm(), .relu, .maxPool1d(kernel: 4),
                    .conv1d(filters: 256, kernel: 7, padding: 3), .batchNorm(), .relu, .maxPool(),
                    .linear(outputs: 128), .relu, .linear(outputs: 1),
                ])
        case .danQ:
            Architecture(
                bases: 1000,
                layers: [
                    .conv1d(filters: 320, kernel: 26), .relu, .maxPool1d(kernel: 13),
                    .lstm(hidden: 320, bidirectional: true), .flatten, .linear(outputs: 925), .relu,
                    .linear(outputs: 1),
                ])
        case .pileup:
            Architecture(
                input: [33, 18],
                layers: [
                    .lstm(hidden: 128, bidirectional: true), .lstm(hidden: 160, bidirectional: true), .flatten,
                    .linear(outputs: 128), .selu, .linear(outputs: 21),
                ])
        }
    }

    var inputCount: Int { self == .pileup ? 33 * 18 : 1000 }
    var batch: Int { self == .pileup ? 512 : 64 }
    var loss: Loss { self == .pileup ? .softmaxCrossEntropy() : .binaryCrossEntropy() }
    var classes: Int { self == .pileup ? 21 : 2 }

    /// Multiplications and additions of one example's inference, and of its share of a training step, as the dense
    /// definition has them: bases as one-hot rows; twice a product in training, once where no input needs a gradient.
    var operations: (inference: Double, training: Double) {
        func product(_ rows: Int, _ depth: Int, _ columns: Int, isFirst: Bool = false) -> (Double, Double) {
            let forward = 2 * Double(rows) * Double(depth) * Double(columns)
            return (forward, isFirst ? 2 * forward : 3 * forward)
        }
        func lstm(_ length: Int, _ inputs: Int, _ hidden: Int, isFirst: Bool = false) -> [(Double, Double)] {
            [
                product(2 * length, inputs, 4 * hidden, isFirst: isFirst), product(2 * length, hidden, 4 * hidden),
            ]
        }
        let products: [(Double, Double)] =
            switch self {
            case .seqCNN:
                [
                    product(1000, 4 * 19, 128, isFirst: true), product(250, 128 * 11, 128), product(62, 128 * 7, 256),
                    product(1, 256, 128), product(1, 128, 1),
                ]
            case .danQ:
                [product(975, 4 * 26, 320, isFirst: true)] + lstm(75, 320, 320)
                    + [product(1, 48_000, 925), product(1, 925, 1)]
            case .pileup:
                lstm(33, 18, 128, isFirst: true) + lstm(33, 256, 160)
                    + [product(1, 33 * 320, 128), product(1, 128, 21)]
            }
        return products.reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    }
}
