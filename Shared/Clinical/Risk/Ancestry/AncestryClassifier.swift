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
    /// The penalty of the regression: the one of five by which the labelled samples' held-out likelihood is the largest.
    public let penalty: Double
    /// The share of labelled pairs of first-degree relatives that bear one label, with a pair of each kind added.
    public let agreement: Double
    /// How many pairs of first-degree relatives were found.
    public let relatives: Int
    /// The share of labelled samples whose held-out prediction is their label; ``penalty`` was chosen on the same folds.
    public let accuracy: Double

    /// The penalties to choose from, for components in the unit of the first one's standard deviation.
    static let penalties = [0.03, 0.1, 0.3, 1, 3]
    /// The least kinship of first-degree relatives: two standard deviations of a thousand sites below KING's own 0.177.
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
                .unsupported,
                "\(populations.count) populations among the labelled samples of the file; two are the least")
        }
        let classes = samples.map { labels[$0].flatMap { populations.firstIndex(of: $0) } }
        let truth = known.map { classes[$0] ?? 0 }
        let folds = try GroupedFolds(groups: known.map { kin.family[$0] }, strata: truth, count: foldCount)
        for (number, population) in populations.enumerated() {
            let used = Set(known.indices.filter { truth[$0] == number }.map { folds.folds[$0] })
            guard used.count == foldCount else {
                throw GenomicsError(
                    .unsupported,
                    "the population \(population) has labelled families for \(used.count) of \(foldCount) folds only; label more samples, or leave it out"
                )
            }
        }
        let pairs = kin.pairs.compactMap { pair in classes[pair.0].flatMap { a in classes[pair.1].map { (a, $0) } } }
        let agreement = Double(pairs.count { $0.0 == $0.1 } + 1) / Double(pairs.count + 2)
        let fold = AncestryFold(
            components: components, relatives: kin, classes: classes, count: populations.count,
            agreement: usesRelatives ? agreement : nil)

        var best = (penalty: 0.0, loss: Double.infinity, shares: [[Double]]())
        for penalty in Self.penalties.reversed() {
            var shares = [[Double]](repeating: [], count: known.count)
            for number in 0..<foldCount {
                let (kept, held) = folds.split(number)
                let told = try fold.told(held.map { known[$0] }, by: kept.map { known[$0] }, penalty: penalty)
                for (place, values) in zip(held, told) { shares[place] = values }
            }
            let loss = zip(shares, truth).reduce(0) { $0 - log(max(1e-300, $1.0[$1.1])) }
            if loss < best.loss { best = (penalty, loss, shares) }
        }
        let unknown = samples.indices.filter { classes[$0] == nil }
        let told = try fold.told(unknown, by: known, penalty: best.penalty)
        var predictions = [Prediction?](repeating: nil, count: samples.count)
        func keep(_ sample: Int, _ probabilities: [Double], fold: Int?) {
            let first = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
            predictions[sample] = Prediction(population: populations[first], probabilities: probabilities, fold: fold)
        }
        for (place, sample) in known.enumerated() { keep(sample, best.shares[place], fold: folds.folds[place]) }
        for (sample, values) in zip(unknown, told) { keep(sample, values, fold: nil) }
        self.predictions = predictions.compactMap { $0 }
        self.populations = populations
        (penalty, self.agreement, relatives) = (best.penalty, agreement, kin.pairs.count)
        accuracy = Double(known.count { predictions[$0]?.population == labels[samples[$0]] }) / Double(known.count)
    }
}
