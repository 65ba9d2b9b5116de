import Genomics
import NeuralNetwork

/// The calling network: convolutions over neighbouring positions, a gated recurrent layer in both directions, and a
/// decision at the candidate's own position.
///
/// Convolutions see local context such as homopolymers and misaligned ends; the recurrent layer carries what reads show
/// elsewhere in the window to the centre, where the allele is.
public enum CallingNetwork {
    /// The architecture as a document.
    public static let architecture = Architecture(
        input: [PileupEncoder.positions, PileupEncoder.channels],
        layers: [
            .conv1d(filters: 64, kernel: 3, padding: 1), .relu,
            .conv1d(filters: 64, kernel: 3, padding: 1), .relu,
            .gru(hidden: 48, bidirectional: true),
            .select(position: PileupEncoder.positions / 2),
            .dropout(rate: 0.1),
            .linear(outputs: 96), .relu,
            .linear(outputs: CallingModel.labels.count),
        ])
}
