import Clinical
import Foundation

/// A classification as a line of a table and of JSON.
enum ClassificationText {
    static let header =
        "variant\tgene\ttranscript\tconsequence\thgvs_c\thgvs_p\tzygosity\tcriteria_met\tpoints\tclass_points\tclass_2015\tremark\tpanel\tnot_evaluable\n"

    /// A line of the table.
    static func row(_ allele: AnnotatedAllele, _ result: Classification) -> String {
        let chosen = allele.chosen
        var line = allele.name
        func add(_ text: String) {
            line += "\t"
            line += text
        }
        add(result.gene)
        add(chosen?.transcript ?? "")
        add(chosen?.terms.joined(separator: "&") ?? "")
        add(change(chosen?.codingName))
        add(change(chosen?.proteinName))
        add(allele.call?.zygosity.rawValue ?? "")
        add(result.metNames.joined(separator: ","))
        add(String(result.points))
        add(result.byPoints.rawValue)
        add(result.byRules.rawValue)
        add(remark(result))
        add(result.panel ?? "")
        add(
            result.criteria.lazy.filter { $0.outcome == .notEvaluable }.map(\.criterion.rawValue).joined(
                separator: ","))
        return line + "\n"
    }

    /// Behind the accession.
    private static func change(_ name: String?) -> String {
        guard let name else { return "" }
        return name.lastIndex(of: ":").map { String(name[name.index(after: $0)...]) } ?? name
    }

    /// Where the two ways of combining differ, and why.
    static func remark(_ result: Classification) -> String {
        if result.byPoints == result.byRules { return "" }
        let met = result.criteria.filter { $0.outcome == .met }
        let isContradictory =
            met.contains(where: \.criterion.isPathogenic) && met.contains { !$0.criterion.isPathogenic }
        return isContradictory ? "contradictory" : "points and rules differ"
    }

    private struct Line: Encodable {
        var variant: String
        var transcript: String?
        var remark: String
        var classification: Classification
    }

    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// A line of JSON with all 28 criteria.
    static func json(_ allele: AnnotatedAllele, _ result: Classification) throws -> String {
        let line = Line(
            variant: allele.name, transcript: allele.chosen?.transcript, remark: remark(result), classification: result)
        return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
}
