import Genomics
import LinearAlgebra

/// The people of a reference panel, by whose scores a percentile is told among those of the same ancestry.
public struct RiskPanel: Sendable {
    /// The panel's file.
    public let path: String
    private let components: CohortComponents
    private let populations: Populations?

    /// Components that percentiles allow for.
    public static let components = 5

    /// How the labelled people's components tell populations.
    private struct Populations: Sendable {
        var names: [String]
        var fit: LogisticRegression
    }

    /// Where samples lie among the panel.
    public struct Placement: Sendable {
        fileprivate var components: Matrix
        /// The share of the panel's sites that each sample is called at.
        public var called: [Double]
    }

    /// Finds the principal components of a panel (autosomal sites, alleles of 1 % and more, called in 95 %).
    ///
    /// `labels` are the populations of its people, by name, where they are known; they say to which of them a sample is nearest. Throws for too
    /// few people or sites, and for labels of fewer than two populations.
    public init(path: String, labels: [String: String] = [:]) throws {
        let cohort = try CohortGenotypes(path: path, callRate: 0.95, frequency: 0.01)
        components = try CohortComponents(cohort, count: Self.components)
        self.path = path
        guard !labels.isEmpty else {
            populations = nil
            return
        }
        let known = cohort.samples.indices.filter { labels[cohort.samples[$0]] != nil }
        let names = Set(known.compactMap { labels[cohort.samples[$0]] }).sorted()
        guard names.count > 1 else {
            throw GenomicsError(
                .sampleMismatch,
                "the labels name \(names.count) populations of the panel's \(cohort.samples.count) people", file: path)
        }
        populations = Populations(
            names: names,
            fit: try LogisticRegression(
                features: components.scores.selecting(rows: known),
                labels: known.map { names.firstIndex(of: labels[cohort.samples[$0]] ?? "") ?? 0 }, classes: names.count,
                penalty: Self.penalty))
    }

    /// The middle of those that `helicase ancestry` chooses from.
    private static let penalty = 0.3

    /// Places the samples of a file; of a genome's millions of sites those of the panel are kept.
    public func place(_ path: String) throws -> Placement {
        let placed = try components.place(try CohortGenotypes(path: path, sites: components.sites))
        return Placement(components: placed.scores, called: placed.called)
    }

    /// The percentiles of some sums, given the sums of the panel's own people; nil of a sample with fewer of the panel's sites than a share.
    public func percentiles(
        of sums: ScoreSums, panel: ScoreSums, at placement: Placement, minimumCoverage: Double
    ) throws -> [AncestryAdjustment.Percentile?] {
        let adjustment = try AncestryAdjustment(components: components.scores, scores: panel.sums)
        return sums.samples.indices.map { index in
            placement.called[index] < minimumCoverage
                ? nil : adjustment.percentile(sums.sums[index], components: placement.components.row(index))
        }
    }

    /// The population that a sample is nearest to, with its probability; nil without labels.
    public func population(of sample: Int, at placement: Placement) throws -> (name: String, probability: Double)? {
        guard let populations else { return nil }
        let shares = Array(try populations.fit.probabilities(placement.components).row(sample))
        guard let best = shares.indices.max(by: { shares[$0] < shares[$1] }) else { return nil }
        return (populations.names[best], shares[best])
    }

    /// Reads a table of labels with the columns `sample` and `superpopulation`; throws for a sample that has two.
    public static func labels(
        path: String, column: String = "superpopulation"
    ) throws(GenomicsError) -> [String: String] {
        let table = try TableFile(path: path)
        let (sample, label) = (try table.place(of: "sample"), try table.place(of: column))
        var labels: [String: String] = [:]
        while let record = try table.nextWhole() {
            let (name, value) = (record.fields[sample], record.fields[label])
            if value.isEmpty || value == "." || value == "NA" { continue }
            if let other = labels[name], other != value {
                throw GenomicsError(
                    .malformed, "line \(record.line): \(name) is \(value), and \(other) on an earlier line", file: path,
                    record: record.number + 1, field: column)
            }
            labels[name] = value
        }
        return labels
    }
}
