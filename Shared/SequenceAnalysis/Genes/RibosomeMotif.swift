import NeuralNetwork

/// Where the ribosome binds before a start codon: six bases, and how far before it they stand.
///
/// Found by expectation maximization in the bases before the starts of a genome's genes, beginning at the consensus of the end of the
/// 16S RNA (AGGAGG); a share of the genes may have none.
struct RibosomeMotif: Sendable, Hashable {
    /// What is found before a start.
    struct Site: Sendable, Hashable {
        /// The log-odds of all that stands before the start.
        var score: Float
        /// Bases between the likeliest motif and the start.
        var spacing: Int
        /// The log-odds of that motif alone.
        var motif: Float
    }

    /// Log-odds of the four bases at each place of the motif.
    var logOdds: [Float]
    /// How likely each spacing is, from ``nearest`` on; together the share of genes that have the motif.
    var spacings: [Float]

    /// Bases of the motif.
    static let width = 6
    /// The least number of bases between motif and start.
    static let nearest = 3
    /// Spacings that occur.
    static let choices = 11

    /// The motif that the search begins with.
    static let consensus: RibosomeMotif = {
        let bases: [Int] = [0, 2, 2, 0, 2, 2]
        return RibosomeMotif(
            logOdds: bases.flatMap { wanted in
                (0..<4).map { PortableMath.log(Float($0 == wanted ? 0.55 : 0.15) / 0.25) }
            },
            spacings: [Float](repeating: 0.7 / Float(choices), count: choices))
    }()

    /// Fits the motif to the bases before starts, each of at least `width + nearest + choices - 1` bases.
    static func fitted(to strands: [(bases: [UInt8], start: Int)], background: [Double]) -> RibosomeMotif {
        var motif = consensus
        let starts = strands.filter { $0.start >= reach }
        for _ in 0..<12 {
            var counts = (0..<(4 * width)).map { 4 * background[$0 & 3] }
            var spacings = [Double](repeating: 1, count: choices)
            var none = 1.0
            for (bases, start) in starts {
                let (weights, without) = motif.weights(bases, start)
                let total = weights.reduce(without, +)
                none += without / total
                for (choice, weight) in weights.enumerated() where weight > 0 {
                    let share = weight / total
                    spacings[choice] += share
                    let first = start - nearest - choice - width
                    for place in 0..<width where bases[first + place] < 4 {
                        counts[4 * place + Int(bases[first + place])] += share
                    }
                }
            }
            let whole = spacings.reduce(none, +)
            motif.spacings = spacings.map { Float($0 / whole) }
            motif.logOdds = counts.indices.map { index in
                let own = counts[(index & ~3)..<((index & ~3) + 4)].reduce(0, +)
                return Float(PortableMath.log(counts[index] / own / background[index & 3]))
            }
        }
        return motif
    }

    /// Bases before the start that are read.
    static let reach = width + nearest + choices - 1

    /// What stands before a start; nil too near the strand's beginning.
    func site(_ bases: [UInt8], before start: Int) -> Site? {
        guard start >= Self.reach else { return nil }
        let (weights, without) = weights(bases, start)
        guard let best = weights.indices.max(by: { weights[$0] < weights[$1] }) else { return nil }
        return Site(
            score: Float(PortableMath.log(weights.reduce(without, +))), spacing: Self.nearest + best,
            motif: score(bases, start - Self.nearest - best - Self.width))
    }

    /// The likelihood of the motif at each spacing, against the background, and of there being none.
    private func weights(_ bases: [UInt8], _ start: Int) -> (weights: [Double], without: Double) {
        var without = 1.0
        let weights = spacings.enumerated().map { choice, share -> Double in
            without -= Double(share)
            return Double(share) * PortableMath.exp(Double(score(bases, start - Self.nearest - choice - Self.width)))
        }
        return (weights, max(without, 1e-3))
    }

    private func score(_ bases: [UInt8], _ first: Int) -> Float {
        var sum: Float = 0
        for place in 0..<Self.width where bases[first + place] < 4 {
            sum += logOdds[4 * place + Int(bases[first + place])]
        }
        return sum
    }
}
