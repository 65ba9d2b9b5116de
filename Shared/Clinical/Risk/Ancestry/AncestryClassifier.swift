import Foundation
import Genomics
import LinearAlgebra

/// Says of which population each sample of a cohort is, from the samples whose population is known.
///
/// A multinomial logistic regression on principal components of all samples, whose labels no component knows. Relatives speak for each
/// other: the genotypes of first-degree relatives, and of their relatives, count with the probability that two such samples bear one
/// label, which is learnt from the labelled pairs. A labelled sample is judged by a fit that knows neither its own label nor that of
/// anybody related to it, so the share of right ones is an honest one.
public struct AncestryClassifier: Sendable {
    /// What is said of a sample.
    public struct Prediction: Sendable, Hashable {
        /// The likeliest population.
        public var population: String
        /// The probability of each population, in the order of ``AncestryClassifier/populations``.
        public var probabilities: [Double]
        /// The fold that was held out for it; nil for a sample without a label.
        public var fold: Int?
    }

    /// The populations, sorted by name.
    public let populations: [String]
    /// What is said of each sample, in the order of the file.
    public let predictions: [Prediction]
    /// The penalty of the regression, chosen by the labelled samples' held-out likelihood.
    public let penalty: Double
    /// The share of labelled pairs of first-degree relatives that bear one label, with a pair of each kind added.
    public let agreement: Double
    /// How many pairs of first-degree relatives were found.
    public let relatives: Int
    /// The share of labelled samples whose held-out prediction is their label.
    public let accuracy: Double

    /// The penalties to choose from, for components in the unit of the first one's standard deviation.
    static let penalties = [0.03, 0.1, 0.3, 1, 3]
    /// The least kinship of first-degree relatives: two standard deviations of a thousand sites below the 0.177 of Manichaikul et al. (2010).
    public static let firstDegree = 0.15

    /// Fits and predicts; `labels` are the populations by sample, `usesRelatives` whether relatives speak for each other.
    ///
    /// Throws for fewer than two populations, and for one of fewer than `folds` labelled families.
    public init(
        _ cohort: CohortGenotypes, labels: [String: String], components count: Int, folds foldCount: Int = 5,
        usesRelatives: Bool = true, workers: Int = 1
    ) throws {
        let components = try CohortComponents(cohort, count: count)
        let kin = Relatives(
            count: cohort.samples.count,
            pairs: Kinship(cohort, minimum: Self.firstDegree, workers: workers).pairs.map { ($0.first, $0.second) })
        try self.init(
            samples: cohort.samples, components: components.scores, relatives: kin, labels: labels,
            folds: foldCount, usesRelatives: usesRelatives)
    }

    /// Fits and predicts from components and relatives that are known.
    init(
        samples: [String], components: Matrix, relatives kin: Relatives, labels: [String: String], folds foldCount: Int,
        usesRelatives: Bool
    ) throws {
        let known = samples.indices.filter { labels[samples[$0]] != nil }
        let populations = Set(known.compactMap { labels[samples[$0]] }).sorted()
        guard populations.count > 1 else {
            throw GenomicsError(
                .unsupported, "\(populations.count) populations among the labelled samples of the file; two are the least")
        }
        let classes = samples.map { labels[$0].flatMap { populations.firstIndex(of: $0) } }
        let truth = known.map { classes[$0] ?? 0 }
        let folds = try GroupedFolds(groups: known.map { kin.family[$0] }, strata: truth, count: foldCount)
        for (number, population) in populations.enumerated() {
            let used = Set(known.indices.filter { truth[$0] == number }.map { folds.folds[$0] })
            guard used.count == foldCount else {
                throw GenomicsError(
                    .unsupported,
                    "the population \(population) has labelled families for \(used.count) of \(foldCount) folds only; label more samples, or leave it out")
            }
        }
        let features = components.selecting(rows: known)
        let penalty = try LogisticRegression.chosenPenalty(
            features: features, labels: truth, classes: populations.count, penalties: Self.penalties, folds: folds)
        let pairs = kin.pairs.compactMap { pair in classes[pair.0].flatMap { a in classes[pair.1].map { (a, $0) } } }
        let agreement = Double(pairs.count { $0.0 == $0.1 } + 1) / Double(pairs.count + 2)

        var predictions = [Prediction?](repeating: nil, count: samples.count)
        for fold in 0...foldCount {
            // The last one holds nothing out and is for the samples without a label.
            let held = fold < foldCount ? folds.split(fold).held.map { known[$0] } : samples.indices.filter { classes[$0] == nil }
            if held.isEmpty { continue }
            let kept = fold < foldCount ? folds.split(fold).kept : Array(known.indices)
            let fit = try LogisticRegression(
                features: features.selecting(rows: kept), labels: kept.map { truth[$0] }, classes: populations.count,
                penalty: penalty)
            let shares = try fit.probabilities(components)
            let prior = populations.indices.map { number in
                Double(kept.count { truth[$0] == number }) / Double(kept.count)
            }
            let speaker = RelativesVote(prior: prior, agreement: agreement)
            let trusted = Set(kept.map { known[$0] })
            for sample in held {
                var probabilities = Array(shares.row(sample))
                if usesRelatives {
                    let vote = { (other: Int) -> [Double] in
                        guard trusted.contains(other), let label = classes[other] else {
                            return speaker.evidence(Array(shares.row(other)))
                        }
                        return populations.indices.map { $0 == label ? 1 : 0 }
                    }
                    probabilities = speaker.joined(
                        probabilities, first: kin.first[sample].map(vote), second: kin.second(of: sample).map(vote))
                }
                let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
                predictions[sample] = Prediction(
                    population: populations[best], probabilities: probabilities, fold: fold < foldCount ? fold : nil)
            }
        }
        self.predictions = predictions.compactMap { $0 }
        self.populations = populations
        (self.penalty, self.agreement, relatives) = (penalty, agreement, kin.pairs.count)
        accuracy = Double(known.count { predictions[$0]?.population == labels[samples[$0]] }) / Double(known.count)
    }
}
