import Commands
import Foundation
import Genomics
import Plots
import VariantCalling

extension ExplanationPage {
    /// Alleles that were called or not, with their reads.
    static func variants(_ listed: ExplainedSites, alignments: String) -> String {
        let name = alignments.split(separator: "/").last.map(String.init) ?? alignments
        let lead =
            "\(Count.of(listed.sites.count, "allele")) in the reads of \(name). Arrows are reads, coloured by their strand; letters are "
            + "differences to the reference, pale where their quality is low; triangles are insertions, lines deletions. Overlapping "
            + "mates count once, duplicates not at all."
        var body = ""
        for site in listed.sites { body += Page.section(site.name, content(site)) }
        return Page.page("Why these alleles were called, or not", lead: lead, body)
    }

    private static func content(_ site: ExplainedSites.Site) -> String {
        guard let pileup = site.pileup else {
            return Page.paragraph(site.problem ?? "No read is counted there.")
        }
        let words = CallWords(pileup, site.explanation)
        var content =
            Page.paragraph(site.problem.map { "Not explained: \($0)" } ?? words.verdict) + Page.paragraph(words.reads)
        if let reasons = words.reasons { content += Page.paragraph(reasons) }
        content += Page.figure(ExplainVariants.stack(pileup, title: site.name).plot())
        if let explanation = site.explanation {
            content += Page.table(
                ["evidence", "#share", "#adds"],
                explanation.evidence.filter { $0.share >= 0.005 }.map { evidence in
                    [
                        evidence.kind.words, String(format: "%.1f %%", 100 * evidence.share),
                        String(format: "%+.2f", evidence.sum),
                    ]
                })
            content +=
                "<p class=\"facts\">"
                + String(
                    format:
                        "score %.2f, of the reads without a difference %.2f; the sum of what the evidence adds lacks %.2g of that",
                    explanation.score, explanation.referenceScore, explanation.error) + "</p>"
        }
        return content
    }
}
