import Genomics
import NeuralNetwork

/// The two calling networks, as the heads of one: a small one that looks at a candidate's picture, and a larger one that looks at its
/// reads as well.
///
/// Both share convolutions over neighbouring positions, which see local context such as homopolymers and misaligned ends, and a gated
/// recurrent layer in both directions, which carries what reads show elsewhere in the window to the centre, where the allele is. The
/// larger one goes on from there with a second such pair, and with what each read says of the allele: layers that are the same for
/// every read, and what they say pooled over the reads, for their order means nothing.
public enum CallingNetwork {
    /// The head that looks at the picture alone.
    static let first = "first"
    /// The head that looks at the reads as well.
    static let second = "second"

    /// The architecture as a document.
    public static let architecture = Architecture(
        inputs: [
            InputSpecification(name: "picture", shape: [PileupEncoder.positions, PileupEncoder.channels]),
            InputSpecification(name: "reads", shape: [ReadStack.reads, ReadStack.channels]),
        ],
        layers: [
            .conv1d(filters: 64, kernel: 3, padding: 1), .relu,
            .conv1d(filters: 64, kernel: 3, padding: 1), .relu,
            .gru(hidden: 48, bidirectional: true),
        ],
        heads: [
            Head(
                name: first,
                layers: [
                    .select(position: PileupEncoder.positions / 2),
                    .dropout(rate: 0.1),
                    .linear(outputs: 96), .relu,
                    .linear(outputs: CallingModel.labels.count),
                ]),
            Head(
                name: second,
                layers: [
                    .parallel([
                        .init([
                            .conv1d(filters: 96, kernel: 3, padding: 1), .relu,
                            .gru(hidden: 64, bidirectional: true),
                            .select(position: PileupEncoder.positions / 2),
                        ]),
                        .init(
                            [
                                .conv1d(filters: 96, kernel: 1), .relu,
                                .conv1d(filters: 96, kernel: 1), .relu,
                                .parallel([
                                    .init([.attentionPool()]), .init([.averagePool()]), .init([.maxPool()]),
                                ]),
                            ], input: "reads"),
                    ]),
                    .dropout(rate: 0.1),
                    .linear(outputs: 128), .relu,
                    .linear(outputs: CallingModel.labels.count),
                ]),
        ])
}
