import Commands
import Events
import Foundation
import Genomics

/// A report in a few lines for a terminal.
enum ReportText {
    static func summary(_ report: Report, folder: String) -> String {
        let callable = report.callability.basesByState["callable"] ?? 0
        var lines = (report.missing ?? []).map { "\(report.sample): INCOMPLETE: \($0)" }
        lines += [
            "\(report.sample): \(Count.of(report.calls.snvs, "SNV")) and \(Count.of(report.calls.indels, "indel")) "
                + "(\(report.calls.heterozygous) heterozygous, \(report.calls.homozygous) homozygous, "
                + "\(report.calls.filtered) filtered)",
            "  reads      \(report.input.reads), \(Count.of(report.input.bases, "base")), \(Count.of(report.problemCount, "problem"))",
            quality(report.quality), sex(report.sex), sites(report.sites),
            "  callable   \(callable) of \(report.callability.targetBases) bases",
            "  model      \(report.models.map { "\($0.name)@\($0.version)" }.joined(separator: ", "))",
            "  run        \(report.run)",
        ].compactMap { $0 }
        for artifact in report.artifacts { lines.append("  wrote      \(folder)/\(artifact.name)") }
        lines.append("  wrote      \(folder)/\(report.sample).report.json")
        for problem in report.problems.prefix(5) {
            let count = problem.count.map { "\($0) times" }
            let place = [problem.file, problem.record.map { "record \($0)" }, problem.field, count].compactMap { $0 }
            lines.append("  problem    \(problem.stage): \((place + [problem.message]).joined(separator: ", "))")
        }
        if report.problems.count > 5 {
            lines.append("  problem    … and \(report.problems.count - 5) more kinds in the report")
        }
        return lines.joined(separator: "\n")
    }

    /// The sex chromosomes, where they are known or remarkable.
    private static func sex(_ sex: CalledSex?) -> String? {
        guard let sex, sex.basis != .none || sex.warning != nil else { return nil }
        return "  sex        \(sex.warning ?? "\(sex.sex.rawValue): \(sex.reason)")"
    }

    /// How many of the sites have which answer.
    private static func sites(_ sites: Report.Sites?) -> String? {
        guard let sites else { return nil }
        let counts = SiteReason.allCases.compactMap { answer in
            sites.byAnswer[answer.rawValue].map { "\($0) \(answer.rawValue)" }
        }
        return "  sites      \(Count.of(sites.alleles, "allele")) of \(sites.file): \(counts.joined(separator: ", "))"
    }

    /// A report of another task in a few lines.
    static func summary(_ report: TaskReport, folder: String) -> String {
        var lines = (report.missing ?? []).prefix(5).map { "\(report.sample): INCOMPLETE: \($0)" }
        lines += [
            "\(report.sample): \(report.scored) of \(Count.of(report.records, "record")) scored (\(report.task))",
            "  model      \(report.model.map { "\($0.name)@\($0.version)" } ?? "none")",
            "  run        \(report.run)",
        ]
        for artifact in report.artifacts { lines.append("  wrote      \(folder)/\(artifact.name)") }
        lines.append("  wrote      \(folder)/\(report.sample).report.json")
        return lines.joined(separator: "\n")
    }

    /// Less may come from the estimate's own limits, which `ForeignAlleles` names; the report has every figure.
    private static let remarkableContamination = 0.05

    /// Mapped and duplicate reads, depth, insert size, and what is remarkable.
    private static func quality(_ quality: Report.Quality?) -> String? {
        guard let quality, quality.reads.reads > 0 else { return nil }
        func percent(_ part: Int) -> String {
            String(format: "%.1f %%", 100 * Double(part) / Double(quality.reads.reads))
        }
        var parts = ["\(percent(quality.reads.mapped)) mapped", "\(percent(quality.reads.duplicates)) duplicates"]
        if let depth = quality.depth.mean { parts.append(String(format: "mean depth %.1f", depth)) }
        if let size = quality.insertSize {
            parts.append(String(format: "insert size %.0f ± %.0f", size.mean, size.standardDeviation))
        }
        if let foreign = quality.contamination.estimate, foreign >= remarkableContamination {
            parts.append(String(format: "perhaps %.0f %% of another person's DNA", 100 * foreign))
        }
        return "  quality    " + parts.joined(separator: ", ")
    }
}
