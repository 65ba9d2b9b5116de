import NeuralNetwork

/// What distinguishes the codon at which a gene begins from others like it within genes of the same genome.
struct StartStatistics: Sendable, Hashable {
    /// What is said of one place.
    struct Judgement: Sendable, Hashable {
        /// Of the kind of the codon.
        var codon: Float = 0
        /// Of the bases around it, each by itself.
        var context: Float = 0
        /// Of the ribosome's binding site.
        var site: RibosomeMotif.Site?

        /// All together, as a logarithm of odds.
        var sum: Float { codon + context + (site?.score ?? 0) }
    }

    /// Log-odds of ATG, GTG and TTG.
    var codons: [Float]
    /// Log-odds of the bases around the codon, four each.
    var context: [Float]
    /// The binding site.
    var motif: RibosomeMotif

    /// Places before the codon whose bases are looked at.
    static let before = 30
    /// Places behind it.
    static let behind = 12

    /// What is taken before anything is known of a genome: most genes begin with ATG behind AGGAGG.
    static let initial = StartStatistics(
        codons: [0.6, -1.0, -2.0], context: [Float](repeating: 0, count: 4 * (before + behind)), motif: .consensus)

    /// Says what speaks for a start.
    func judge(_ bases: [UInt8], _ start: OpenFrame.Start) -> Judgement {
        guard let codon = start.codon else { return Judgement() }
        var judgement = Judgement(codon: codons[codon.index], site: motif.site(bases, before: start.place))
        for (index, offset) in Self.offsets.enumerated() {
            let place = start.place + offset
            guard bases.indices.contains(place), bases[place] < 4 else { continue }
            judgement.context += context[4 * index + Int(bases[place])]
        }
        return judgement
    }

    /// The places that are looked at, from the codon's first base.
    static let offsets = Array(-before..<0) + Array(3..<(3 + behind))
}

/// Counts the starts of genes and those of other codons like them.
struct StartCounts: Sendable {
    private var codons = [[Double]](repeating: [8, 1, 0.5], count: 2)
    private var context = [[Double]](
        repeating: [Double](repeating: 2, count: 4 * StartStatistics.offsets.count), count: 2)
    private var starts: [(bases: [UInt8], start: Int)] = []

    /// Genes that were counted.
    var count: Int { starts.count }

    /// Adds a place where a gene begins, or one where it does not.
    mutating func add(_ strand: GeneStrand, _ start: OpenFrame.Start, isTrue: Bool) {
        guard let codon = start.codon else { return }
        let kind = isTrue ? 0 : 1
        codons[kind][codon.index] += 1
        for (index, offset) in StartStatistics.offsets.enumerated() {
            let place = start.place + offset
            guard strand.bases.indices.contains(place), strand.bases[place] < 4 else { continue }
            context[kind][4 * index + Int(strand.bases[place])] += 1
        }
        guard isTrue else { return }
        let first = max(0, start.place - RibosomeMotif.reach)
        starts.append((Array(strand.bases[first..<start.place]), start.place - first))
    }

    /// What follows from the counts; `background` is the genome's share of each base.
    func statistics(background: [Double]) -> StartStatistics {
        let odds = { (own: [Double], other: [Double]) in
            zip(own, other).map { Float(PortableMath.log($0 / own.reduce(0, +) / ($1 / other.reduce(0, +)))) }
        }
        let places = StartStatistics.offsets.indices.flatMap { place in
            odds(Array(context[0][(4 * place)..<(4 * place + 4)]), Array(context[1][(4 * place)..<(4 * place + 4)]))
        }
        return StartStatistics(
            codons: odds(codons[0], codons[1]), context: places,
            motif: .fitted(to: starts, background: background))
    }
}
