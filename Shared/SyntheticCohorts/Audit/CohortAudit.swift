import Foundation
import Hashing

/// What a generator's people tell about those that it learned from, and what they are good for.
public struct CohortAudit: Sendable, Codable {
    /// What must hold before a cohort is released.
    public struct Limits: Sendable, Hashable, Codable {
        /// The largest nearest-neighbor adversarial accuracy against the training half, and, mirrored at .5, the smallest.
        public var accuracy = 0.58
        /// The largest privacy loss.
        public var loss = 0.03
        /// The largest AUC of either membership attack.
        public var membership = 0.55
        /// How many times as often as among real people a kinship of second cousins or copied segments may be.
        public var excess = 1.5
        /// The least correlation of linkage.
        public var linkage = 0.9

        /// The limits that the suite's figures are held to.
        public init() {}
    }

    /// One thing that must hold.
    public struct Check: Sendable, Hashable, Codable {
        /// What.
        public var name: String
        /// How much it is.
        public var value: Double
        /// In words: what it must be.
        public var limit: String
        /// Whether it is.
        public var holds: Bool
    }

    /// How many people were learned from, held out, and made for the audit.
    public var trainingPeople: Int, heldOutPeople: Int, syntheticPeople: Int
    /// How many sites are measured: frequency .01 to .99 in the whole panel, and made.
    public var measuredSites: Int
    /// Nearest-neighbor adversarial accuracy against those learned from.
    public var accuracyTraining: Double
    /// The same against those held out.
    public var accuracyHeldOut: Double
    /// How much nearer they are to the former: held out minus training (Yale and others 2020).
    public var privacyLoss: Double { accuracyHeldOut - accuracyTraining }
    /// The same accuracy between the two halves of real people: what a perfect generator has.
    public var accuracyReal: Double
    /// AUC of the attack by the distance of a person's haplotypes to the nearest synthetic ones.
    public var membershipNearest: Double
    /// AUC of the attack by shadow networks: how much likelier a person is to one learned from the cohort than to one learned from strangers (van
    /// Breugel and others 2023).
    public var membershipShadow: Double
    /// The share of synthetic haplotypes that equal one learned from, and of held-out ones.
    public var identicalSynthetic: Double, identicalReal: Double
    /// The share of pairs with a kinship of second cousins (1/64) or nearer: synthetic to those learned from, to those held out, and of real people in the two halves.
    public var kinTraining: Double, kinHeldOut: Double, kinReal: Double
    /// The share of synthetic haplotypes that share a longer stretch with one learned from than 99 % of held-out ones do.
    public var copiedExcess: Double
    /// The median longest shared stretch in sites, of synthetic and of held-out haplotypes with those learned from.
    public var copiedSynthetic: Int, copiedReal: Int
    /// How many alleles one person alone of those learned from has, and how many of them the cohort has.
    public var singletons: Int, singletonsMade: Int
    /// Pearson's correlation of frequencies, and of r of all pairs of sites, with those held out.
    public var frequencyCorrelation: Double, linkageCorrelation: Double
    /// The same of those learned from: the most that a sample of that size can have.
    public var frequencyReal: Double, linkageReal: Double
    /// Mean r² of alleles told from the others in held-out people, by regressions learned from real and from synthetic people.
    public var imputationReal: Double, imputationSynthetic: Double

    /// What the page plots; no part of the figures.
    public struct Curves: Sendable {
        /// Mean r² by distance in bases.
        public var decayReal: [(distance: Double, mean: Double)], decaySynthetic: [(distance: Double, mean: Double)]
        /// The first two principal components of held-out and synthetic people.
        public var componentsReal: [(Double, Double)], componentsSynthetic: [(Double, Double)]
        /// Frequencies of held-out and synthetic haplotypes.
        public var frequencies: [(real: Double, synthetic: Double)]
    }

    /// The checks, in the order of the page.
    public func checks(_ limits: Limits = .init()) -> [Check] {
        func most(_ name: String, _ value: Double, _ limit: Double) -> Check {
            Check(name: name, value: value, limit: "at most \(text(limit))", holds: value <= limit)
        }
        func text(_ number: Double) -> String { String(format: "%.3g", number) }
        let low = 1 - limits.accuracy
        return [
            Check(
                name: "adversarial accuracy (training)", value: accuracyTraining,
                limit: "\(text(low)) to \(text(limits.accuracy))",
                holds: (low...limits.accuracy).contains(accuracyTraining)),
            most("privacy loss", privacyLoss, limits.loss),
            most("membership, nearest neighbor (AUC)", membershipNearest, limits.membership),
            most("membership, shadow networks (AUC)", membershipShadow, limits.membership),
            most("identical to a training haplotype", identicalSynthetic, max(0.005, identicalReal * limits.excess)),
            most("pairs of second cousins with training people", kinTraining, max(1e-6, kinReal * limits.excess)),
            most("longer copies than 99 % of real people have", copiedExcess, 0.01 * limits.excess),
            most("singletons of training people in the cohort", Double(singletonsMade), 0),
            Check(
                name: "linkage correlation with held-out people", value: linkageCorrelation,
                limit: "at least \(text(limits.linkage))", holds: linkageCorrelation >= limits.linkage),
        ]
    }
}
