extension InputStatistics {
    /// The mixture of kinds of data that comes nearest to a sample: of the greatest likelihood, by expectation maximization (Dempster,
    /// Laird and Rubin 1977).
    ///
    /// A model that was fitted to many kinds meets few of them at a time: traffic of one kind is where it was made for, though all kinds
    /// together look otherwise. The features count as independent. It has as many examples as the kinds together. Takes milliseconds
    /// for dozens of kinds.
    ///
    /// - Precondition: there is a kind, and all are of the sample's features.
    public static func mixture(of kinds: [InputStatistics], like sample: InputStatistics) -> InputStatistics {
        precondition(!kinds.isEmpty && kinds.allSatisfy { $0.features == sample.features })
        // Half an example is added to each bin: what a kind never showed may still be.
        let shares = kinds.map { kind in
            kind.counts.map { (Double($0) + 0.5) / (Double(kind.examples) + 0.5 * Double(bins)) }
        }
        var weights = [Double](repeating: 1 / Double(kinds.count), count: kinds.count)
        let seen = sample.counts.indices.filter { sample.counts[$0] > 0 }
        let total = Double(seen.reduce(0) { $0 + sample.counts[$1] })
        for _ in 0..<(total > 0 ? mixtureSteps : 0) {
            var parts = [Double](repeating: 0, count: kinds.count)
            for bin in seen {
                let whole = kinds.indices.reduce(0.0) { $0 + weights[$1] * shares[$1][bin] }
                let each = Double(sample.counts[bin]) / whole
                for kind in kinds.indices { parts[kind] += each * weights[kind] * shares[kind][bin] }
            }
            weights = parts.map { $0 / total }
        }
        let examples = Double(kinds.reduce(0) { $0 + $1.examples })
        let counts = sample.counts.indices.map { bin in
            let share = kinds.indices.reduce(0.0) { sum, kind in
                sum + weights[kind] * Double(kinds[kind].counts[bin]) / Double(max(1, kinds[kind].examples))
            }
            return Int((share * examples).rounded())
        }
        return InputStatistics(features: sample.features, counts: counts)
    }

    /// Steps of the fit, by which weights of thousands of examples no longer move visibly.
    private static let mixtureSteps = 100

    /// The examples of both.
    public static func + (one: InputStatistics, other: InputStatistics) -> InputStatistics {
        precondition(one.features == other.features)
        return InputStatistics(features: one.features, counts: zip(one.counts, other.counts).map { $0 + $1 })
    }
}
