import Foundation
import Genomics
import Hashing
import Interpretation
import NeuralNetwork
import Tasks

/// Known motifs as the filters of a convolution: filter i scores how well what stands at a position fits motif i.
///
/// A score is the natural logarithm of how much likelier the letters are under the motif than by chance, less a share of the motif's best
/// one: above 0 is a site.
struct MotifFilters {
    private let motifs: [PositionWeightMatrix]
    private let options: SequenceRecipe.Motifs
    /// SHA-256 of the file.
    let digest: String

    /// Added to each letter's probability.
    private static let pseudocount = 0.02

    /// Reads the motifs that a recipe names.
    init(_ options: SequenceRecipe.Motifs, folder: String) throws {
        guard options.threshold > 0, options.threshold < 1 else {
            throw TaskError("the threshold of motifs is \(options.threshold); it must be between 0 and 1")
        }
        let path = "\(folder)/\(options.file)"
        digest = try SHA256Digest.hexadecimal(ofFile: path)
        motifs = try MotifFiles.readMEME(BGZFLines.text(path: path), file: path)
        self.options = options
    }

    /// Writes them to the filters of a network; throws where it has no such convolution.
    func write(to network: Network) throws {
        func slice(_ name: String) throws -> ParameterSlice {
            guard let slice = network.slices.first(where: { $0.name == "\(options.layer).\(name)" }) else {
                throw TaskError("the network has no \(options.layer).\(name) for motifs")
            }
            return slice
        }
        let (weight, bias) = (try slice("weight"), try slice("bias"))
        guard weight.shape.count == 3, weight.shape[0] == motifs.count, weight.shape[1] == 4,
            let longest = motifs.map(\.length).max(), longest <= weight.shape[2]
        else {
            throw TaskError(
                "\(options.file) has \(motifs.count) motifs of up to \(motifs.map(\.length).max() ?? 0) bases, and layer "
                    + "\(options.layer) filters of the shape \(weight.shape)")
        }
        var weights = network.weights
        let taps = weight.shape[2]
        for (filter, motif) in motifs.enumerated() {
            var best = 0.0
            for tap in 0..<taps {
                let scores = motif.rows.indices.contains(tap) ? motif.rows[tap].map(Self.score) : [0, 0, 0, 0]
                best += scores.max() ?? 0
                for letter in 0..<4 {
                    weights[weight.range.lowerBound + (filter * 4 + letter) * taps + tap] = Float(scores[letter])
                }
            }
            weights[bias.range.lowerBound + filter] = Float(-Double(options.threshold) * best)
        }
        try network.load(weights)
    }

    private static func score(_ probability: Double) -> Double {
        PortableMath.log((probability + pseudocount) / (1 + 4 * pseudocount) / 0.25)
    }
}
