import Clinical
import Foundation

/// A ranking of genes as text.
enum RankingText {
    /// Rows of the table of many cases.
    static func rows(_ ranking: PhenotypeRanking) -> String {
        ranking.genes.map { gene in
            "\(ranking.id)\t\(gene.rank)\t\(gene.gene)\t\(gene.disease)\t\(number(gene.score))\n"
        }.joined()
    }

    /// A table of one case: under each gene the terms that moved it most, and why.
    static func lines(_ ranking: PhenotypeRanking) -> [String] {
        var lines = ["\(ranking.id): \(ranking.present) terms seen, \(ranking.excluded) excluded; \(ranking.method)"]
        for gene in ranking.genes {
            lines.append("")
            lines.append("\(gene.rank). \(gene.gene)  \(gene.disease) \(gene.diseaseName)  score \(number(gene.score))")
            let rows = gene.reasons.prefix(shown).map { reason in
                [
                    "  \(signed(reason.contribution))",
                    (reason.finding == .excluded ? "not " : "") + "\(reason.term) \(reason.name)", why(reason),
                ]
            }
            var all = rows
            let rest = gene.reasons.dropFirst(shown)
            if !rest.isEmpty {
                all.append(["  \(signed(rest.reduce(0) { $0 + $1.contribution }))", "\(rest.count) further terms", ""])
            }
            if gene.other != 0 {
                all.append(["  \(signed(gene.other))", "the picture as a whole, age and sex", ""])
            }
            for reason in gene.variantReasons ?? [] {
                all.append(["  \(signed(reason.contribution))", reason.text, ""])
            }
            let width = all.filter { !$0[2].isEmpty }.map { $0[1].count }.max() ?? 0
            for row in all {
                let words = row[2].isEmpty ? row[1] : row[1].padding(toLength: width, withPad: " ", startingAt: 0)
                let text = "\(row[0])  \(words)  \(row[2])"
                lines.append(text.replacing(/\s+$/, with: ""))
            }
        }
        return lines
    }

    /// Terms that are shown with their reasons.
    private static let shown = 8

    private static func why(_ reason: RankedGene.Reason) -> String {
        if reason.frequency == 0 { return "ruled out by the disease's annotations" }
        if let frequency = reason.frequency {
            return "in \(Int((frequency * 100).rounded())) % of those affected"
        }
        if let through = reason.through { return "not annotated; the disease has \(through)" }
        return "not annotated"
    }

    private static func number(_ value: Float) -> String { String(format: "%.4f", value) }
    private static func signed(_ value: Float) -> String { String(format: "%+7.2f", value) }
}
