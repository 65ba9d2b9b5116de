import NeuralNetwork

/// How likely genes that follow each other on a strand are to stand so many bases apart, against other starts of the second.
///
/// In operons many genes begin right behind the one before, or with the bases of its stop codon (ATGA, TAATG); what is usual in a genome is
/// counted in a first choice of its genes.
struct NeighbourDistances: Sendable, Hashable {
    /// Logarithms of odds by bin.
    private var odds: [Float]

    /// Genes that are farther apart say nothing of each other.
    static let farthest = 60

    /// Before anything is counted: overlaps cost what they are long.
    static let initial = NeighbourDistances(
        odds: (0..<bins).map { bin in bin < 8 ? [-3, -2, -1, -0.5, 0.5, 0, 0.5, 0][bin] : 0 })

    /// What a distance is worth; overlaps are negative.
    func worth(_ distance: Int) -> Float { distance >= Self.farthest ? 0 : odds[Self.bin(distance)] }

    private static let bins = 15

    private static func bin(_ distance: Int) -> Int {
        switch distance {
        case ..<(-30): 0
        case ..<(-15): 1
        case ..<(-8): 2
        case ..<(-4): 3
        case -4: 4
        case ..<(-1): 5
        case -1: 6
        case ..<4: 7
        case ..<8: 8
        case ..<12: 9
        case ..<16: 10
        case ..<22: 11
        case ..<30: 12
        case ..<45: 13
        default: 14
        }
    }

    /// Counts of distances: of the starts that were chosen, and of others of the same genes.
    struct Counts: Sendable {
        private var chosen = [Double](repeating: 0, count: bins + 1)
        private var others = [Double](repeating: 0, count: bins + 1)

        /// Adds a distance.
        mutating func add(_ distance: Int, isChosen: Bool) {
            guard distance >= -farthest, distance < 600 else { return }
            let bin = distance >= farthest ? bins : NeighbourDistances.bin(distance)
            if isChosen { chosen[bin] += 1 } else { others[bin] += 1 }
        }

        /// The odds; what is seldom seen says little, and few genes say nothing that is not usual.
        var distances: NeighbourDistances {
            let (all, rest) = (chosen.reduce(0, +), others.reduce(0, +))
            guard all >= 100, rest >= 100 else { return .initial }
            let trust = 10.0
            let whole = (chosen[bins] + 1) / (others[bins] + 1)
            return NeighbourDistances(
                odds: (0..<bins).map { bin in
                    let expected = others[bin] * whole
                    return Float(min(3, max(-4, PortableMath.log((chosen[bin] + trust) / (expected + trust)))))
                })
        }
    }
}
