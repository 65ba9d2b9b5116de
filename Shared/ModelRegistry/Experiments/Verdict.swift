import NeuralNetwork

/// What a look at an experiment came to, with all figures: the same observations always lead to the same verdict.
///
/// There is no truth to compare with, so a verdict says whether the challenger may take the champion's place unnoticed:
///
/// - **agreement**: how often both call the same class or label, or say the same number within a tolerance; finds a challenger
///   that is simply another.
/// - **marginal shift**: whether some class is called more often, or some number said to be greater; finds a bias that a high
///   agreement hides.
/// - **calibration**: of a calibrated version's calls with confidence c, a share c is right, and the other version, which is
///   nearly always right, confirms them. The distance of confidence and confirmation, bin by bin, is compared with the
///   champion's; finds a challenger that is too sure of itself. Numbers have no confidence.
/// - **drift**: whether the inputs are those of the baseline; finds that the comparison was made on data that the challenger
///   was not made for.
///
/// Looks are taken at a quarter, a half, three quarters and all of the planned pairs. Only harm (the first two) ends an
/// experiment early, at the significance that an α-spending function of O'Brien's and Fleming's shape leaves for the look (Lan
/// and DeMets 1983); each look tests at what it adds to the spent sum, so the sum holds whatever the looks have to do with each
/// other. A promotion is decided once, at the last look, so nothing is gained by looking often.
public struct Verdict: Sendable, Codable, Hashable {
    /// What to do.
    public enum Decision: String, Sendable, Codable, CaseIterable {
        /// The challenger has shown all that was asked.
        case promote
        /// It does harm, or has not shown enough at the last look.
        case reject
        /// More pairs are needed.
        case `continue`
    }

    /// What to do.
    public var decision: Decision
    /// Why, a sentence each.
    public var reasons: [String]
    /// What it rests on.
    public var figures: Figures

    /// The figures of an experiment.
    public struct Figures: Sendable, Codable, Hashable {
        /// Examples that both have scored.
        public var pairs: Int
        /// Units of work that they came in.
        public var units: Int
        /// How many pairs count as one, because neighbours err together.
        public var designEffect: Double
        /// What is compared; nil in verdicts on genotypes of earlier versions of the suite.
        public var answers: Answers?
        /// Examples by the champion's call (row) and the challenger's (column), the tables of several questions one below the other.
        public var table: [[Int]]
        /// Share of the answers that are alike.
        public var agreement: Double
        /// Its 90 % interval.
        public var agreementInterval: [Double]
        /// Mean distance of what both say, as `Observations.meanDifference` has it.
        public var meanDifference: Double
        /// How much more often the challenger calls each class, as a share of all calls; of labels and numbers a share each.
        public var shifts: [Double]
        /// The probability of shifts of that size between versions that call equally often (Stuart and Maxwell).
        public var shiftProbability: Double
        /// The same of each alone (McNemar, exact).
        public var shiftProbabilities: [Double]
        /// What this look tests harm at.
        public var significance: Double
        /// What each version expects its accuracy to be: champion, challenger.
        public var meanConfidence: [Double]
        /// The mean distance of confidence and confirmation by the other: champion, challenger.
        public var calibrationErrors: [Double]
        /// What the inputs were compared with; nil while there is nothing.
        public var baseline: Experiment.Baseline.Source?
        /// The stability index of each feature.
        public var drift: [Double]
        /// The features that have drifted.
        public var drifted: [Int]
    }

    /// Judges what was seen; `last` is how many pairs there were at the look before.
    public init(
        _ observations: Observations, _ thresholds: Thresholds, baseline: Experiment.Baseline? = nil, last: Int = 0
    ) {
        figures = Figures(observations, thresholds, baseline: baseline, last: last)
        let isLast = figures.pairs >= thresholds.examples
        let harm = figures.harm(thresholds)
        let shortcomings = isLast && harm.isEmpty ? figures.shortcomings(thresholds) : []
        reasons = harm + shortcomings
        switch (reasons.isEmpty, isLast) {
        case (false, _): decision = .reject
        case (true, true):
            decision = .promote
            reasons = figures.merits(thresholds)
        case (true, false):
            decision = .continue
            reasons = ["\(figures.pairs) of \(thresholds.examples) pairs are there"]
        }
    }
}
