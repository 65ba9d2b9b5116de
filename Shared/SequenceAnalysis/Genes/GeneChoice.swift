/// Chooses genes that can stand beside each other: those whose scores sum up to most.
///
/// A dynamic programme along the contig. Genes may overlap by a few bases, as real ones do, and of genes that follow each other on a strand
/// some distances are likelier than others.
struct GeneChoice {
    /// A gene that may be chosen.
    struct Option: Sendable {
        /// On the forward strand.
        var range: Range<Int>
        /// 0 of the forward strand, 1 of the reverse one.
        var strand: Int
        /// What it is worth; above 0 where it is a gene rather than none.
        var score: Float
    }

    /// What the distance of neighbours is worth.
    var distances: NeighbourDistances

    /// Bases by which neighbours on one strand may overlap.
    private static let overlapOfFollowers = 100
    /// Bases by which neighbours may overlap whose ends meet.
    private static let overlapOfEnds = 100
    /// Bases by which neighbours may overlap whose starts meet.
    private static let overlapOfStarts = 30

    /// The chosen options, in the order of their ends on the forward strand.
    func chosen(of options: [Option]) -> [Int] {
        let order = options.indices.sorted {
            (options[$0].range.upperBound, options[$0].range.lowerBound, $0)
                < (options[$1].range.upperBound, options[$1].range.lowerBound, $1)
        }
        let ends = order.map { options[$0].range.upperBound }
        var totals = [Float](repeating: 0, count: order.count)
        var before = [Int](repeating: -1, count: order.count)
        // The best of those up to each.
        var best = [Int](repeating: -1, count: order.count)
        for (place, index) in order.enumerated() {
            let option = options[index]
            var (total, previous): (Float, Int) = (0, -1)
            let near = Self.first(ends, above: option.range.lowerBound - NeighbourDistances.farthest)
            if near > 0, best[near - 1] >= 0, totals[best[near - 1]] > 0 {
                (total, previous) = (totals[best[near - 1]], best[near - 1])
            }
            var other = near
            while other < place, ends[other] <= option.range.lowerBound + Self.overlapOfEnds {
                if let worth = worth(options[order[other]], option), totals[other] + worth > total {
                    (total, previous) = (totals[other] + worth, other)
                }
                other += 1
            }
            totals[place] = total + option.score
            before[place] = previous
            let last = place > 0 ? best[place - 1] : -1
            best[place] = last >= 0 && totals[last] >= totals[place] ? last : place
        }
        guard var place = best.last, place >= 0, totals[place] > 0 else { return [] }
        var chosen: [Int] = []
        while place >= 0 {
            chosen.append(order[place])
            place = before[place]
        }
        return chosen.reversed()
    }

    /// What it is worth that one follows the other; nil where they cannot.
    private func worth(_ first: Option, _ second: Option) -> Float? {
        guard first.range.lowerBound < second.range.lowerBound, first.range.upperBound < second.range.upperBound else {
            return nil
        }
        let distance = second.range.lowerBound - first.range.upperBound
        switch (first.strand, second.strand) {
        case (0, 0), (1, 1):
            return -distance > Self.overlapOfFollowers ? nil : distances.worth(distance)
        case (0, 1): return -distance > Self.overlapOfEnds ? nil : min(0, 0.03 * Float(distance))
        default: return -distance > Self.overlapOfStarts ? nil : min(0, 0.1 * Float(distance))
        }
    }

    /// The first place of ascending numbers whose number is above a limit.
    private static func first(_ numbers: [Int], above limit: Int) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] > limit { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
