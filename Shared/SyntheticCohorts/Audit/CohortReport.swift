import Foundation
import Plots

/// An audit as a page with plots, and as JSON.
public struct CohortReport: Sendable {
    /// What the cohort is of and how it was made: shown, and part of the JSON.
    public struct Provenance: Sendable, Codable {
        /// The panel's file name and SHA-256.
        public var panel: String, digest: String
        /// Sites of the panel, those made, those left out for too few carriers, and records left out.
        public var sites: Int, sitesMade: Int, sitesOfFew: Int
        /// Records of the file that are no part of the panel.
        public var leftOut: HaplotypePanel.LeftOut
        /// How the network was learned, and how many weights it has.
        public var settings: HaplotypeNetwork.Settings, weights: Int
        /// The seed of everything.
        public var seed: UInt64
        /// The command's version.
        public var source: String
        /// Whether the cohort was written in spite of a failed check.
        public var forced: Bool

        /// States it.
        public init(
            panel: String, digest: String, sites: Int, sitesMade: Int, leftOut: HaplotypePanel.LeftOut,
            settings: HaplotypeNetwork.Settings, weights: Int, seed: UInt64, source: String, forced: Bool
        ) {
            (self.panel, self.digest, self.sites, self.sitesMade) = (panel, digest, sites, sitesMade)
            sitesOfFew = sites - sitesMade
            (self.leftOut, self.settings, self.weights, self.seed) = (leftOut, settings, weights, seed)
            (self.source, self.forced) = (source, forced)
        }
    }

    private struct Document: Codable {
        var verdict: String
        var privacyLoss: Double
        var checks: [CohortAudit.Check]
        var audit: CohortAudit
        var provenance: Provenance
    }

    private let audit: CohortAudit
    private let curves: CohortAudit.Curves
    private let checks: [CohortAudit.Check]
    private let provenance: Provenance

    /// Makes a report.
    public init(
        _ audit: CohortAudit, _ curves: CohortAudit.Curves, checks: [CohortAudit.Check], provenance: Provenance
    ) {
        (self.audit, self.curves, self.checks, self.provenance) = (audit, curves, checks, provenance)
    }

    /// `pass` if all checks hold, else `fail`.
    public var verdict: String { checks.allSatisfy(\.holds) ? "pass" : "fail" }

    /// The document, keys in order.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            verdict: verdict, privacyLoss: audit.privacyLoss, checks: checks, audit: audit, provenance: provenance)
        return try encoder.encode(document) + Data("\n".utf8)
    }

    /// The page, which loads nothing.
    public func page() -> String {
        let failed = checks.filter { !$0.holds }.map(\.name)
        let lead =
            failed.isEmpty
            ? "All \(checks.count) checks hold."
            : "Failed: \(failed.joined(separator: ", ")). "
                + (provenance.forced ? "The cohort was written by force." : "The cohort was not written.")
        return Page.page(
            "Audit of a synthetic cohort", lead: lead,
            Page.section("Checks", Page.table(["Check", "#Value", "Limit", "Holds"], checks.map(row)))
                + Page.section("Beside real people", reference) + Page.section("Frequencies", Page.figure(frequencies))
                + Page.section("Linkage by distance", Page.figure(decay))
                + Page.section("Principal components", Page.figure(components)) + Page.section("How it was made", made))
    }

    private func row(_ check: CohortAudit.Check) -> [String] {
        [check.name, number(check.value), check.limit, check.holds ? "yes" : "NO"]
    }

    private func number(_ value: Double) -> String { String(format: "%.4g", value) }

    private var reference: String {
        Page.table(
            ["Measure", "#Synthetic", "#Real"],
            [
                ["adversarial accuracy (training)", number(audit.accuracyTraining), number(audit.accuracyReal)],
                ["adversarial accuracy (held out)", number(audit.accuracyHeldOut), number(audit.accuracyReal)],
                ["identical to a training haplotype", number(audit.identicalSynthetic), number(audit.identicalReal)],
                ["pairs of second cousins with training people", number(audit.kinTraining), number(audit.kinReal)],
                ["pairs of second cousins with held-out people", number(audit.kinHeldOut), number(audit.kinReal)],
                [
                    "median longest stretch shared with training people, sites", String(audit.copiedSynthetic),
                    String(audit.copiedReal),
                ],
                [
                    "frequency correlation with held-out people", number(audit.frequencyCorrelation),
                    number(audit.frequencyReal),
                ],
                [
                    "linkage correlation with held-out people", number(audit.linkageCorrelation),
                    number(audit.linkageReal),
                ],
                [
                    "r² of alleles told by a regression learned from these, in held-out people",
                    number(audit.imputationSynthetic), number(audit.imputationReal),
                ],
            ])
            + Page.paragraph(
                "Real stands for the held-out half in the place of the synthetic people: what people have who were never learned from."
            )
    }

    private var frequencies: Plot {
        LineChart(
            title: "Frequency of ALT", x: Axis("held-out people", 0...1), y: Axis("synthetic people", 0...1),
            series: [
                .init(
                    "sites", curves.frequencies.map { .init($0.real, $0.synthetic) }, hasMarkers: true, hasLine: false),
                .init("equal", [.init(0, 0), .init(1, 1)], isReference: true),
            ]
        ).plot()
    }

    private var decay: Plot {
        func series(_ name: String, _ points: [(distance: Double, mean: Double)]) -> LineChart.Series {
            .init(name, points.map { .init($0.distance / 1000, $0.mean) }, hasMarkers: true)
        }
        return LineChart(
            title: "Mean r² of pairs of sites", x: Axis("distance, kb"), y: Axis("mean r²"),
            series: [series("held-out people", curves.decayReal), series("synthetic people", curves.decaySynthetic)]
        ).plot()
    }

    private var components: Plot {
        func series(_ name: String, _ points: [(Double, Double)]) -> LineChart.Series {
            // As many points as an eye tells apart.
            let step = max(1, points.count / 600)
            let shown = stride(from: 0, to: points.count, by: step).map { points[$0] }
            return .init(name, shown.map { .init($0.0, $0.1) }, hasMarkers: true, hasLine: false)
        }
        return LineChart(
            title: "People on the held-out people's axes", x: Axis("component 1"), y: Axis("component 2"),
            series: [
                series("held-out people", curves.componentsReal),
                series("synthetic people", curves.componentsSynthetic),
            ]
        ).plot()
    }

    private var made: String {
        Page.table(
            ["What", "#Value"],
            [
                ["panel", provenance.panel], ["SHA-256 of the panel", provenance.digest],
                ["people learned from", String(audit.trainingPeople)],
                ["people held out", String(audit.heldOutPeople)],
                ["people made for the audit", String(audit.syntheticPeople)],
                ["sites of the panel", String(provenance.sites)], ["sites made", String(provenance.sitesMade)],
                [
                    "sites left out, fewer than \(provenance.settings.leastCarriers) carriers learned from",
                    String(provenance.sitesOfFew),
                ],
                ["records left out: not biallelic", String(provenance.leftOut.notBiallelic)],
                ["records left out: genotypes missing or haploid", String(provenance.leftOut.incomplete)],
                ["sites measured", String(audit.measuredSites)],
                ["weights of the network", String(provenance.weights)], ["seed", String(provenance.seed)],
                ["made by", provenance.source],
            ])
    }
}
