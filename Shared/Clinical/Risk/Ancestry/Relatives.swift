import Foundation

/// First-degree relatives of a cohort, and the families that they make.
struct Relatives: Sendable {
    /// The pairs.
    let pairs: [(Int, Int)]
    /// Each sample's relatives, in their order.
    let first: [[Int]]
    /// A number that all samples share which are related over any number of others.
    let family: [Int]

    init(count: Int, pairs: [(Int, Int)]) {
        var first = [[Int]](repeating: [], count: count)
        for (a, b) in pairs {
            first[a].append(b)
            first[b].append(a)
        }
        var family = [Int](repeating: -1, count: count)
        for start in 0..<count where family[start] < 0 {
            var open = [start]
            family[start] = start
            while let next = open.popLast() {
                for other in first[next] where family[other] < 0 {
                    family[other] = start
                    open.append(other)
                }
            }
        }
        (self.pairs, self.first, self.family) = (pairs, first.map { $0.sorted() }, family)
    }

    /// The relatives of a sample's relatives, such as the other parent of its child.
    func second(of sample: Int) -> [Int] {
        Set(first[sample].flatMap { first[$0] }).subtracting(first[sample]).subtracting([sample]).sorted()
    }
}

/// How much what relatives are counts for a sample: the product of what each one's genotypes say, given the sample's label.
struct RelativesVote {
    /// The share of each population among the labelled samples.
    let prior: [Double]
    /// The probability that first-degree relatives bear one label.
    let agreement: Double

    /// What a relative's genotypes say, apart from how frequent the populations are; adds up to 1.
    func evidence(_ probabilities: [Double]) -> [Double] {
        let ratios = zip(probabilities, prior).map { $0 / max($1, 1e-9) }
        let sum = ratios.reduce(0, +)
        return ratios.map { $0 / sum }
    }

    /// A sample's probabilities with its relatives' evidence.
    func joined(_ own: [Double], first: [[Double]], second: [[Double]]) -> [Double] {
        let others = Double(max(1, prior.count - 1))
        // Over one in between: both steps keep the label, or the second one comes back to it.
        let twice = agreement * agreement + (1 - agreement) * (1 - agreement) / others
        var logs = own.map { log(max($0, 1e-300)) }
        for (votes, share) in [(first, agreement), (second, twice)] {
            for vote in votes {
                for index in logs.indices {
                    logs[index] += log(vote[index] * share + (1 - vote[index]) * (1 - share) / others)
                }
            }
        }
        let largest = logs.max() ?? 0
        let weights = logs.map { exp($0 - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
