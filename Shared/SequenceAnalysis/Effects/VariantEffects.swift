import Genomics
import Tasks

/// What a model of sequences says of variants: its score of the reference, of the alternate allele, and their difference.
///
/// A variant has the same effect in whatever spelling it comes: alleles are trimmed and left-aligned first.
public struct VariantEffects: Sendable {
    /// What is said of an allele.
    public struct Effect: Sendable, Hashable {
        /// The score of the reference.
        public var reference: Float
        /// The score with the allele.
        public var alternate: Float
        /// Bases by which the flanks move against each other: those inserted less those deleted.
        public var shift: Int

        /// How much the allele changes the score.
        public var difference: Float { alternate - reference }
    }

    private let model: SequenceModel
    private let output: Int
    private let genome: ReferenceGenome

    /// Takes a model, and the class whose probability is meant: of two the second where none is named.
    ///
    /// Throws `TaskError` where there is no such class, or more than two and none is named.
    public init(_ model: SequenceModel, class name: String? = nil, genome: ReferenceGenome) throws {
        output = try model.outcome.place(of: name)
        self.model = model
        self.genome = genome
    }

    /// The effect of each allele, or why it has none; they are scored together.
    public func effects(of alleles: [Allele], workers: Int) async throws -> [Result<Effect, GenomicsError>] {
        let windows = alleles.map { allele in
            Result { () throws(GenomicsError) in
                try VariantWindows(allele, length: model.length, genome: genome)
            }
        }
        let pairs = windows.flatMap { (try? $0.get().pairs) ?? [] }
        let scores = try await model.values(of: pairs.flatMap { [$0.reference, $0.alternate] }, workers: workers)
        var place = 0
        return windows.map { result in
            result.map { windows in
                var effect = Effect(reference: 0, alternate: 0, shift: windows.shift)
                for _ in windows.pairs {
                    effect.reference += scores[2 * place][output] / Float(windows.pairs.count)
                    effect.alternate += scores[2 * place + 1][output] / Float(windows.pairs.count)
                    place += 1
                }
                return effect
            }
        }
    }
}
