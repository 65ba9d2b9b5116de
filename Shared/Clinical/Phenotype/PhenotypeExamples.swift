import Hashing
import NeuralNetwork

/// Solved cases as the network sees them in training: the right disease first, then others of other genes.
///
/// Half of the others are those that the likelihood ratio has first, so that the network learns what that one gets wrong; the rest are
/// drawn at random, and each stands for all that were not drawn (sampled softmax; Jean et al. 2015).
struct PhenotypeExamples: ExampleSource {
    private let shape: PhenotypeModel.Shape
    private let inputs: [[Float]]
    private let weights: [Float]

    var count: Int { inputs.count }

    init(_ cases: [SolvedCase], _ features: PhenotypeFeatures, seed: UInt64, shape: PhenotypeModel.Shape = .init()) {
        self.shape = shape
        let numbers = Dictionary(uniqueKeysWithValues: features.knowledge.genes.enumerated().map { ($1, $0) })
        var ofGene: [String: Int] = [:]
        for solved in cases { ofGene[solved.gene, default: 0] += 1 }
        var (inputs, weights): ([[Float]], [Float]) = ([], [])
        for (number, solved) in cases.enumerated() {
            guard let gene = numbers[solved.gene] else { continue }
            let view = CaseView(solved.person, without: solved.papers, features)
            let ranked = view.bestDiseases().sorted { ($1.score, $0.gene) < ($0.score, $1.gene) }
            guard let own = ranked.first(where: { $0.gene == gene }) else { continue }
            var random = SplitMix64(keys: seed, UInt64(number))
            let others = ranked.filter { $0.gene != gene }
            let near = shape.candidates / 2
            let far = random.permutation(max(0, others.count - near)).prefix(shape.candidates - 1 - near).map {
                $0 + near
            }
            let chosen = [own.disease] + (Array(0..<min(near, others.count)) + far).map { others[$0].disease }
            guard chosen.count == shape.candidates else { continue }
            let share = Float(max(1, others.count - near)) / Float(max(1, far.count))
            let sampled = (0..<shape.candidates).map { $0 > near ? LikelihoodRatio.log(share) : 0 }
            inputs.append(Self.rows(view, chosen, shape) + sampled)
            // A gene with many cases says not many times as much.
            weights.append(min(1, 4 / Float(ofGene[solved.gene] ?? 1)))
        }
        (self.inputs, self.weights) = (inputs, weights)
    }

    /// `present`, `excluded` and `disease` of candidates, one behind the other; slots without a term are 0.
    private static func rows(_ view: CaseView, _ diseases: [Int], _ shape: PhenotypeModel.Shape) -> [Float] {
        let widths = [
            shape.present * PhenotypeFeatures.present, shape.excluded * PhenotypeFeatures.excluded,
            PhenotypeFeatures.disease,
        ]
        var input = Array(repeating: Float(0), count: diseases.count * widths.reduce(0, +))
        input.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let (excluded, whole) = (base + diseases.count * widths[0], base + diseases.count * (widths[0] + widths[1]))
            for (row, disease) in diseases.enumerated() {
                for (slot, term) in view.terms.present.prefix(shape.present).enumerated() {
                    view.write(present: term, disease, into: base + row * widths[0] + slot * PhenotypeFeatures.present)
                }
                for (slot, term) in view.terms.excluded.prefix(shape.excluded).enumerated() {
                    view.write(
                        excluded: term, disease, into: excluded + row * widths[1] + slot * PhenotypeFeatures.excluded)
                }
                view.write(wholeOf: disease, into: whole + row * widths[2])
            }
        }
        return input
    }

    func fill(
        _ index: Int, into input: UnsafeMutableBufferPointer<Float>, target: UnsafeMutableBufferPointer<Float>
    ) throws {
        _ = input.update(fromContentsOf: inputs[index])
        target[0] = 0
    }

    func fillTarget(_ index: Int, into target: UnsafeMutableBufferPointer<Float>, inputCount: Int) throws {
        target[0] = 0
    }

    func weight(of index: Int) -> Float? { weights[index] }
}
