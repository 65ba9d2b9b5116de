import NeuralNetwork

/// How much likelier a base is in a gene than elsewhere, by its place in the codon and the five bases before it.
///
/// An inhomogeneous Markov chain of order five against a homogeneous one of the same genome, both strands. Where a genome is small, what
/// is seldom seen leans on shorter contexts.
struct CodingStatistics: Sendable, Hashable {
    /// Natural logarithms of the ratio: place in the codon, then six bases, the last of which is judged.
    var logOdds: [Float]

    /// Contexts, of each place in the codon.
    static let contexts = 4096

    /// Counts of six bases.
    struct Counts: Sendable {
        /// By the place in the codon of the last base.
        var coding = [Double](repeating: 0, count: 3 * contexts)
        /// Wherever they stand.
        var genome = [Double](repeating: 0, count: contexts)

        /// Adds all of a strand.
        mutating func addGenome(_ strand: GeneStrand) {
            CodingStatistics.walk(strand.bases, 0..<strand.bases.count) { _, index in genome[index] += 1 }
        }

        /// Adds a gene, without its stop codon.
        mutating func addGene(_ strand: GeneStrand, _ range: Range<Int>) {
            CodingStatistics.walk(strand.bases, range) { place, index in
                coding[(place - range.lowerBound) % 3 * contexts + index] += 1
            }
        }
    }

    /// Makes them of counts.
    init(_ counts: Counts) {
        let background = Self.conditional(counts.genome[...])
        logOdds = (0..<3).flatMap { phase in
            let own = Self.conditional(counts.coding[(phase * Self.contexts)..<((phase + 1) * Self.contexts)])
            return zip(own, background).map { Float(PortableMath.log($0 / $1)) }
        }
    }

    /// What is expected of a genome of which only the composition is known: proteins of usual amino acids, and of the codons of each those
    /// whose bases are frequent, of third bases most of all.
    init(composition: [Float]) {
        let share = composition.map(Double.init)
        var weights = (0..<64).map { (codon: Int) -> Double in
            guard !GeneticCode.isStop(codon) else { return 0 }
            let third = share[codon & 3]
            return share[codon >> 4] * share[codon >> 2 & 3] * third * third
        }
        var sums: [UInt8: Double] = [:]
        for codon in 0..<64 { sums[GeneticCode.aminoAcids[codon], default: 0] += weights[codon] }
        for codon in 0..<64 {
            let acid = GeneticCode.aminoAcids[codon]
            weights[codon] *= (GeneticCode.usage[acid] ?? 0) / (sums[acid] ?? 1)
        }
        func sum(_ codons: Range<Int>) -> Double { max(weights[codons].reduce(0, +), 1e-6) }
        logOdds = (0..<3).flatMap { phase in
            (0..<Self.contexts).map { index in
                let base = index & 3
                let own: Double
                switch phase {
                case 0: own = sum((base * 16)..<(base * 16 + 16)) / sum(0..<64)
                case 1:
                    let first = (index >> 2 & 3) * 16
                    own = sum((first + base * 4)..<(first + base * 4 + 4)) / sum(first..<(first + 16))
                default:
                    let first = (index >> 2 & 15) * 4
                    own = sum((first + base)..<(first + base + 1)) / sum(first..<(first + 4))
                }
                return Float(PortableMath.log(own / share[base]))
            }
        }
    }

    /// Takes them as they were written.
    init(logOdds: [Float]) { self.logOdds = logOdds }

    /// The sums of each frame's codons: in `sums[frame][k]` those of its first k codons.
    func sums(_ strand: GeneStrand) -> [[Float]] {
        var single = [Float](repeating: 0, count: strand.bases.count * 3)
        let count = strand.bases.count
        Self.walk(strand.bases, 0..<count) { place, index in
            for phase in 0..<3 { single[phase * count + place] = logOdds[phase * Self.contexts + index] }
        }
        return (0..<3).map { frame in
            let codons = max(0, (count - frame) / 3)
            var sums = [Float](repeating: 0, count: codons + 1)
            var total = 0.0
            for codon in 0..<codons {
                let place = frame + 3 * codon
                total += Double(single[place] + single[count + place + 1] + single[2 * count + place + 2])
                sums[codon + 1] = Float(total)
            }
            return sums
        }
    }

    /// Calls back with each base of a range that has five known ones before it, and the number of all six.
    private static func walk(_ bases: [UInt8], _ range: Range<Int>, _ body: (Int, Int) -> Void) {
        var (index, known) = (0, 0)
        for place in max(0, range.lowerBound - 5)..<max(range.upperBound, 0) {
            let base = bases[place]
            if base > 3 {
                known = 0
                continue
            }
            index = (index << 2 | Int(base)) & (contexts - 1)
            known += 1
            if known >= 6, place >= range.lowerBound { body(place, index) }
        }
    }

    /// The probability of the last base given the five before it; what is seldom seen leans on the four, three, … before it.
    private static func conditional(_ counts: ArraySlice<Double>) -> [Double] {
        let trust = 20.0
        var (width, table) = (4, [Double](repeating: 0.25, count: 4))
        var isFirst = true
        while width <= contexts {
            var own = [Double](repeating: 0, count: width)
            for (index, count) in counts.enumerated() { own[index & (width - 1)] += count }
            var next = [Double](repeating: 0, count: width)
            for context in stride(from: 0, to: width, by: 4) {
                let total = own[context..<(context + 4)].reduce(0, +)
                for base in 0..<4 {
                    let before = isFirst ? 0.25 : table[(context + base) & (width / 4 - 1)]
                    next[context + base] = (own[context + base] + trust * before) / (total + trust)
                }
            }
            (table, isFirst, width) = (next, false, width * 4)
        }
        return table
    }
}
