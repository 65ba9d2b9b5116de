import Hashing

/// How a difference between two records is shared out among their parts: Shapley values (1953), each part's mean effect when it is exchanged after
/// some of the others.
///
/// Against several references the values are means over them (interventional Shapley values; Štrumbelj and Kononenko 2014, Lundberg and Lee
/// 2017). They add up to the prediction less the mean prediction of the references: of permutations too, where each is a
/// path from a reference to the record whose steps add up.
struct ShapleyValues: Sendable {
    /// A mixture that has to be scored: which reference, and of which parts the record's own.
    struct Mixture: Sendable, Hashable {
        var reference: Int
        var isOwn: [Bool]
    }

    /// All mixtures, each once.
    let mixtures: [Mixture]
    private let parts: Int
    /// Steps: by how much the score of one mixture less that of another counts for a part.
    private let steps: [(part: Int, after: Int, before: Int, weight: Double)]

    /// Up to so many mixtures all are scored; beyond, paths are drawn.
    private static let most = 1024
    /// Paths of each reference, in pairs that go forward and back.
    private static let paths = 4

    init(parts: Int, references: Int, seed: UInt64) {
        self.parts = parts
        var (mixtures, places) = ([Mixture](), [Mixture: Int]())
        func place(_ mixture: Mixture) -> Int {
            if let place = places[mixture] { return place }
            places[mixture] = mixtures.count
            mixtures.append(mixture)
            return mixtures.count - 1
        }
        var steps: [(part: Int, after: Int, before: Int, weight: Double)] = []
        let isExact = parts < 16 && references << parts <= Self.most
        for reference in 0..<references {
            if isExact {
                let shares = Self.shares(parts)
                for set in 0..<(1 << parts) {
                    let isOwn = (0..<parts).map { set >> $0 & 1 == 1 }
                    for part in 0..<parts where !isOwn[part] {
                        var with = isOwn
                        with[part] = true
                        steps.append(
                            (
                                part, place(.init(reference: reference, isOwn: with)),
                                place(.init(reference: reference, isOwn: isOwn)),
                                shares[set.nonzeroBitCount] / Double(references)
                            ))
                    }
                }
                continue
            }
            var random = SplitMix64(seed: seed, stream: reference)
            for _ in 0..<(Self.paths / 2) {
                let order = random.permutation(parts)
                for path in [order, order.reversed()] {
                    var isOwn = [Bool](repeating: false, count: parts)
                    var before = place(.init(reference: reference, isOwn: isOwn))
                    for part in path {
                        isOwn[part] = true
                        let after = place(.init(reference: reference, isOwn: isOwn))
                        steps.append((part, after, before, 1 / Double(references * Self.paths)))
                        before = after
                    }
                }
            }
        }
        (self.mixtures, self.steps) = (mixtures, steps)
    }

    /// Of sets of each size, the share of orders in which a further part comes right behind one of them: |S|! (n - |S| - 1)! / n!.
    private static func shares(_ parts: Int) -> [Double] {
        var shares = [1 / Double(max(1, parts))]
        for size in 1..<max(1, parts) { shares.append(shares[size - 1] * Double(size) / Double(parts - size)) }
        return shares
    }

    /// The value of each part, from the scores of the mixtures in their order.
    func values(_ scores: [Double]) -> [Double] {
        precondition(scores.count == mixtures.count, "a score a mixture")
        var values = [Double](repeating: 0, count: parts)
        for step in steps { values[step.part] += step.weight * (scores[step.after] - scores[step.before]) }
        return values
    }

    /// The mixtures that are all of a reference, and the one that is all of the record.
    var ends: (references: [Int], record: Int) {
        let none = mixtures.indices.filter { !mixtures[$0].isOwn.contains(true) }
        return (none, mixtures.firstIndex { !$0.isOwn.contains(false) } ?? 0)
    }
}
