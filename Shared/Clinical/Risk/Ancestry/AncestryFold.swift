import LinearAlgebra

/// Fits some labelled samples of a cohort and tells others.
struct AncestryFold {
    let components: Matrix
    let relatives: Relatives
    /// The number of each sample's population; nil where it is not known.
    let classes: [Int?]
    let count: Int
    /// How often first-degree relatives bear one label; nil where relatives do not speak for each other.
    let agreement: Double?

    /// The probabilities of populations of `samples` by a fit to the labelled samples `kept`, no other label being known.
    func told(_ samples: [Int], by kept: [Int], penalty: Double) throws(LinearAlgebraError) -> [[Double]] {
        let labels = kept.map { classes[$0] ?? 0 }
        let fit = try LogisticRegression(
            features: components.selecting(rows: kept), labels: labels, classes: count, penalty: penalty)
        let shares = try fit.probabilities(components)
        guard let agreement else { return samples.map { Array(shares.row($0)) } }
        let prior = (0..<count).map { number in Double(labels.count { $0 == number }) / Double(labels.count) }
        let speaker = RelativesVote(prior: prior, agreement: agreement)
        let trusted = Set(kept)
        let vote = { (other: Int) -> [Double] in
            guard trusted.contains(other), let label = classes[other] else {
                return speaker.evidence(Array(shares.row(other)))
            }
            return (0..<count).map { $0 == label ? 1 : 0 }
        }
        return samples.map { sample in
            speaker.joined(
                Array(shares.row(sample)), first: relatives.first[sample].map(vote),
                second: relatives.second(of: sample).map(vote))
        }
    }
}
