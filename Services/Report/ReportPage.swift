import Commands
import Events
import Foundation
import Genomics
import Plots

/// A report as one HTML page that loads nothing.
enum ReportPage {
    static func html(_ report: Report) -> String {
        let state = report.status == .final ? "every read of the input was used" : "INCOMPLETE: reads are missing"
        let lead =
            "\(report.status.rawValue.capitalized): \(state). Reads against \(report.reference); run \(report.run), version "
            + "\(report.version) of its report, made \(report.createdAt.formatted(.iso8601))."
        var body = ""
        if let missing = report.missing {
            body += Page.section("What is missing", missing.map(Page.paragraph).joined())
        }
        body += Page.section("Calls", calls(report.calls))
        if let reliability = report.reliability {
            body += Page.section("How sure the calls are", self.reliability(reliability))
        }
        if let sex = report.sex { body += Page.section("Sex chromosomes", self.sex(sex)) }
        if let sites = report.sites { body += Page.section("Sites asked for", self.sites(sites)) }
        body += Page.section("What could be called", callability(report.callability))
        body += Page.section("Reads", reads(report))
        if !report.problems.isEmpty { body += Page.section("Problems", problems(report)) }
        body += Page.section("Models and files", files(report))
        return Page.page("Variants of \(report.sample)", lead: lead, body)
    }

    private static func calls(_ calls: Report.Calls) -> String {
        var rows = [
            ["substitutions", "\(calls.snvs)"], ["insertions and deletions", "\(calls.indels)"],
            ["heterozygous", "\(calls.heterozygous)"], ["of one allele", "\(calls.homozygous)"],
            ["called and filtered", "\(calls.filtered)"], ["alleles weighed", "\(calls.candidates)"],
        ]
        if let ratio = calls.transitionsToTransversions {
            rows.append(["transitions to transversions", String(format: "%.3f", ratio)])
        }
        return Page.table(["sites", "#number"], rows)
    }

    private static func reliability(_ reliability: CallReliability) -> String {
        let (header, rows) = reliability.rows
        let kind = reliability.kind.map { "The reads are \($0.rawValue). " } ?? ""
        return Page.paragraph(
            "\(kind)GQ is Phred-scaled: of calls of GQ 20 one in a hundred is to be expected wrong. Held-out alleles are those that the "
                + "model called with such a quality in simulated reads of this kind that chose nothing of it, where the truth is known."
        ) + Page.table(header.enumerated().map { $0 == 0 ? $1 : "#\($1)" }, rows)
    }

    private static func sex(_ sex: CalledSex) -> String {
        let verdict = sex.sex == .notDetermined ? "Not determined" : "Called as \(sex.sex.rawValue)"
        return Page.paragraph("\(verdict): \(sex.reason).")
            + (sex.warning.map { Page.paragraph("Warning: \($0)") } ?? "")
    }

    private static func sites(_ sites: Report.Sites) -> String {
        let counts = SiteReason.allCases.compactMap { answer in
            sites.byAnswer[answer.rawValue].map { [answer.rawValue, answer.words, "\($0)"] }
        }
        var body = Page.paragraph("\(Count.of(sites.alleles, "allele")) of \(sites.file), SHA-256 \(sites.digest).")
        body += Page.table(["answer", "what it says", "#alleles"], counts)
        body += Page.table(
            [
                "contig", "#position", "REF", "ALT", "answer", "GT", "#GQ", "#reads", "#REF reads", "#ALT reads",
                "filters",
            ],
            sites.listed.map { site in
                [
                    site.contig, "\(site.position)", shortened(site.reference), shortened(site.alternate),
                    site.answer.words, site.genotype ?? "", site.quality.map { "\($0)" } ?? "", "\(site.depth)",
                    "\(site.referenceDepth)", "\(site.alternateDepth)", (site.filters ?? []).joined(separator: ", "),
                ]
            })
        let rest = sites.alleles - sites.listed.count
        if rest > 0 { body += Page.paragraph("The VCF answers \(rest) more (INFO WHY).") }
        return body
    }

    private static func callability(_ callability: Report.Callability) -> String {
        func share(_ bases: Int) -> String {
            String(format: "%.2f %%", 100 * Double(bases) / Double(max(1, callability.targetBases)))
        }
        let states = CallabilitySummary.State.allCases.compactMap { state in
            callability.basesByState[state.rawValue].map { [state.rawValue, "\($0)", share($0)] }
        }
        var body = Page.table(["bases of the target", "#bases", "#share"], states)
        guard !callability.notCallable.isEmpty else { return body }
        body += Page.paragraph(
            "The longest of \(Count.of(callability.notCallableStretches, "stretch", "stretches")) where nothing could be called:"
        )
        body += Page.table(
            ["stretch", "#bases", "reason"],
            callability.notCallable.map { ["\($0.interval)", "\($0.interval.length)", $0.reason] })
        return body
    }

    private static func reads(_ report: Report) -> String {
        var rows = [["reads", "\(report.input.reads)"], ["bases", "\(report.input.bases)"]]
        guard let quality = report.quality else { return Page.table(["measure", "#value"], rows) }
        func add(_ name: String, _ value: Double?, _ format: String) {
            if let value { rows.append([name, String(format: format, value)]) }
        }
        func share(_ part: Int) -> Double? {
            quality.reads.reads == 0 ? nil : 100 * Double(part) / Double(quality.reads.reads)
        }
        add("mapped", share(quality.reads.mapped), "%.1f %%")
        add("duplicates", share(quality.reads.duplicates), "%.1f %%")
        add("mean depth of the target", quality.depth.mean, "%.2f")
        add("mean insert size", quality.insertSize?.mean, "%.0f")
        add("mean base quality", quality.meanBaseQuality, "%.1f")
        add("another person's DNA", quality.contamination.estimate.map { 100 * $0 }, "%.2f %%")
        add("depth of X over that of the autosomes", quality.sex.x, "%.2f")
        add("depth of Y over that of the autosomes", quality.sex.y, "%.2f")
        return Page.table(["measure", "#value"], rows)
    }

    private static func problems(_ report: Report) -> String {
        Page.table(
            ["stage", "where", "what", "#times"],
            report.problems.map { problem in
                let place = [problem.file, problem.record.map { "record \($0)" }, problem.field].compactMap { $0 }
                return [problem.stage, place.joined(separator: ", "), problem.message, "\(problem.count ?? 1)"]
            })
    }

    private static func files(_ report: Report) -> String {
        Page.table(
            ["model", "SHA-256"], report.models.map { ["\($0.name), version \($0.version)", $0.digest] })
            + Page.table(
                ["file", "#bytes", "SHA-256"], report.artifacts.map { [$0.name, "\($0.size)", $0.sha256] })
    }

    /// Long alleles by their beginning and length.
    private static func shortened(_ bases: String) -> String {
        bases.utf8.count <= 24 ? bases : "\(bases.prefix(16))… (\(bases.utf8.count))"
    }
}
