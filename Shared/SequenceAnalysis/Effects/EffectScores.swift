import Tasks

/// The effects of a record's alternate alleles as the numbers of a ``Score``, five an allele, and back.
///
/// They are: the score of the reference, that of the allele, the shift of the flanks, what is said (-2 nothing, -1 an effect, else that of a
/// site: four times the place of its class, and 2 for the reverse strand, and 1 for one that the contig has), and the bases from the
/// record's position to the site.
struct EffectScores {
    private let position: Int
    private var values: [Float] = []
    private var problem: String?

    private static let width = 5

    /// Begins a record at a position that is counted from 0.
    init(position: Int) { self.position = min(max(0, position), Int(Int32.max)) }

    /// All of them, with the last problem.
    var score: Score { Score(values, problem: problem) }

    /// Adds the effect of the next allele; a site's name is one of `sites`.
    mutating func add(_ effect: VariantEffects.Effect, sites: [String]) {
        var (kind, offset) = (-1, 0)
        if let site = effect.site, let place = sites.firstIndex(of: site.name) {
            kind = 4 * place + (site.isReverse ? 2 : 0) + (site.place == nil ? 0 : 1)
            offset = (site.place ?? position) - position
        }
        values += [effect.reference, effect.alternate, Float(effect.shift), Float(kind), Float(offset)]
    }

    /// Adds an allele that nothing is said of, and why.
    mutating func add(problem: String?) {
        values += [0, 0, 0, -2, 0]
        self.problem = problem.map(Item.plain) ?? self.problem
    }

    /// The effects of a record's alleles, nil where nothing is said; none where the numbers are not those of so many alleles.
    static func effects(_ values: [Float], alleles: Int, position: Int, sites: [String]) -> [VariantEffects.Effect?] {
        guard values.count == width * alleles else { return [] }
        return stride(from: 0, to: values.count, by: width).map { start in
            guard let kind = Int(exactly: values[start + 3]), let shift = Int(exactly: values[start + 2]),
                let offset = Int(exactly: values[start + 4]), kind >= -1, kind / 4 < sites.count, abs(offset) < 1 << 32,
                (0...Int(Int32.max)).contains(position)
            else { return nil }
            var effect = VariantEffects.Effect(
                reference: values[start], alternate: values[start + 1], shift: shift)
            if kind >= 0 {
                effect.site = VariantEffects.Site(
                    name: sites[kind / 4], place: kind & 1 == 1 ? position + offset : nil, isReverse: kind & 2 == 2)
            }
            return effect
        }
    }
}
