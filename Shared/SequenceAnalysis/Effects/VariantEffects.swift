import Genomics
import Tasks

/// What a model of sequences says of variants: its score of the reference, of the alternate allele, and their difference.
///
/// That is the score of the window around the variant, or what the model's package says (``SequenceOptions``).
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
        /// The site that is meant, of models that read sites.
        public var site: Site?

        /// How much the allele changes the score.
        public var difference: Float { alternate - reference }
    }

    /// A site whose score an allele changes.
    public struct Site: Sendable, Hashable {
        /// The class, as the model calls it.
        public var name: String
        /// The bases of the contig before it; nil for one inside what is inserted.
        public var place: Int?
        /// Whether it is one of the reverse strand.
        public var isReverse: Bool
    }

    private let model: SequenceModel
    private let output: Int
    private let sites: SiteEffects?

    /// Takes a model, and the class whose probability is meant: of two the second where none is named.
    ///
    /// Of a model that reads sites, all of their classes are meant where none is named.
    /// Throws `TaskError` where there is no such class, or more than two and none is named.
    public init(_ model: SequenceModel, class name: String? = nil) throws {
        try model.checkBasesAlone()
        sites = try model.options?.effect.map { try SiteEffects(model, $0, class: name) }
        output = sites == nil ? try model.outcome.place(of: name) : 0
        self.model = model
    }

    /// Whether the effect is that of a site, which is named.
    public var readsSites: Bool { sites != nil }

    /// The effect of each allele, or why it has none; they are scored together.
    public func effects(
        of alleles: [Allele], in genome: ReferenceGenome, workers: Int
    ) async throws -> [Result<Effect, GenomicsError>] {
        let contexts = alleles.map { allele in
            Result { () throws(GenomicsError) in try VariantContext(allele, flank: model.length, genome: genome) }
        }
        let found = try await effects(of: contexts.compactMap { try? $0.get() }, workers: workers)
        var place = 0
        return contexts.map { context in
            context.flatMap { _ in
                place += 1
                return found[place - 1]
            }
        }
    }

    /// The effect of each allele with what stands around it.
    func effects(of alleles: [VariantContext], workers: Int) async throws -> [Result<Effect, GenomicsError>] {
        if let sites { return try await sites.effects(of: alleles, workers: workers) }
        let windows = alleles.map { allele in
            Result { () throws(GenomicsError) in
                try VariantWindows(allele, length: model.length, padded: model.options?.padded == true)
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
