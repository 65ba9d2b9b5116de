import Foundation
import Genomics

/// Functions of a gene's alleles with a rule that makes phenotypes of them, where a table of all pairs would take megabytes.
struct AlleleFunctions: Sendable {
    /// How functions become a phenotype.
    enum Rule: String, Decodable, Sendable {
        /// The sum of activity values (Caudle 2020, Clinical and Translational Science 13:116).
        case activityScore = "cyp2d6-activity-score"
        /// Classes of the WHO on one or two X chromosomes (Gammal 2023, CPIC guideline for G6PD).
        case g6pd
        /// Any allele with malignant hyperthermia (Gonsalves 2019, CPIC guideline for RYR1 and CACNA1S).
        case malignantHyperthermia = "malignant-hyperthermia"
    }

    var gene: String
    var version: String
    private let rule: Rule
    private let functions: [String: String]

    init(json: Data, file: String) throws(GenomicsError) {
        let raw: Raw
        do { raw = try JSONDecoder().decode(Raw.self, from: json) } catch {
            throw GenomicsError(.malformed, "no table of allele functions: \(error)", file: file)
        }
        var functions: [String: String] = [:]
        for (function, alleles) in raw.functions {
            for allele in alleles where functions.updateValue(function, forKey: allele) != nil {
                throw GenomicsError(.malformed, "\(allele) has two functions", file: file, field: raw.gene)
            }
        }
        gene = raw.gene
        version = raw.version
        rule = raw.rule
        self.functions = functions
    }

    /// What an allele does, in CPIC's words; nil for one that is not listed.
    func function(of allele: String) -> String? {
        guard rule == .activityScore else { return functions[allele] }
        return activity(allele).map(\.text)
    }

    func phenotype(of alleles: [String]) -> Phenotype? {
        switch rule {
        case .activityScore: return cyp2d6(alleles)
        case .g6pd: return g6pd(alleles)
        case .malignantHyperthermia:
            let found = alleles.map { functions[$0] }
            if found.contains("Malignant Hyperthermia associated") {
                return Phenotype("Malignant Hyperthermia Susceptibility")
            }
            return found.contains(nil) ? nil : Phenotype("Uncertain Susceptibility")
        }
    }

    private func g6pd(_ alleles: [String]) -> Phenotype? {
        let classes = alleles.compactMap { functions[$0]?.split(separator: "/").first.map(String.init) }
        guard classes.count == alleles.count, !classes.isEmpty else { return nil }
        if classes.contains("Uncertain function") { return Phenotype("Indeterminate") }
        let normal = classes.count { $0 == "IV" }
        if normal == classes.count { return Phenotype("Normal") }
        if normal > 0 { return Phenotype("Variable") }
        return Phenotype(classes.allSatisfy { $0 == "I" } ? "Deficient with CNSHA" : "Deficient")
    }

    private func cyp2d6(_ alleles: [String]) -> Phenotype? {
        let values = alleles.map { activity($0) }
        guard alleles.count == 2, !values.contains(where: { $0 == nil }) else { return nil }
        let known = values.compactMap { $0 }
        guard let first = known[0].hundredths, let second = known[1].hundredths else {
            return Phenotype("Indeterminate", activityScore: "n/a")
        }
        let sum = first + second
        let text = Activity(hundredths: sum, isLeast: known.contains { $0.isLeast && $0.hundredths != 0 }).text
        return Phenotype(Self.cyp2d6Name(hundredths: sum), activityScore: text)
    }

    private static func cyp2d6Name(hundredths: Int) -> String {
        switch hundredths {
        case 0: "Poor Metabolizer"
        case ..<125: "Intermediate Metabolizer"
        case ...225: "Normal Metabolizer"
        default: "Ultrarapid Metabolizer"
        }
    }

    /// The number of an activity score, `≥3.0` being 3; nil for what is none.
    static func score(_ text: String) -> Double? {
        Double(text.hasPrefix("≥") ? text.dropFirst() : text[...]).flatMap { (0...100).contains($0) ? $0 : nil }
    }

    /// The phenotype of an activity score of CYP2D6; nil for what is no score.
    static func cyp2d6Name(ofScore text: String) -> String? {
        score(text).map { cyp2d6Name(hundredths: Int(($0 * 100).rounded())) }
    }

    /// An activity value; nil hundredths for an allele whose function is not known.
    private struct Activity {
        var hundredths: Int?
        var isLeast = false
        var text: String {
            guard let hundredths else { return "n/a" }
            let part = hundredths % 100
            let decimals = part % 10 == 0 ? "\(part / 10)" : part < 10 ? "0\(part)" : "\(part)"
            return "\(isLeast ? "≥" : "")\(hundredths / 100).\(decimals)"
        }
    }

    /// The activity of an allele with its copies and tandems: `*4`, `*1x2`, `*2x≥3`, `*36+*10`; nil for one that is not listed.
    private func activity(_ allele: String) -> Activity? {
        var total = Activity(hundredths: 0)
        for part in allele.split(separator: "+") {
            let text = part.trimmingCharacters(in: .whitespaces)
            let pieces = text.split(separator: "x", maxSplits: 1)
            guard let name = pieces.first, let value = functions[String(name)] else { return nil }
            var copies = 1
            if pieces.count == 2 {
                let isLeast = pieces[1].hasPrefix("≥") || pieces[1] == "N"
                guard let number = pieces[1] == "N" ? 2 : Int(isLeast ? pieces[1].dropFirst() : pieces[1]),
                    (1...30).contains(number)
                else { return nil }
                copies = number
                total.isLeast = total.isLeast || isLeast
            }
            guard let activity = Double(value), activity.isFinite, (0...10).contains(activity) else {
                total.hundredths = nil
                continue
            }
            total.hundredths = total.hundredths.map { $0 + copies * Int((activity * 100).rounded()) }
        }
        if total.hundredths == 0 { total.isLeast = false }
        return total
    }

    private struct Raw: Decodable {
        var gene: String
        var rule: Rule
        var version: String
        var functions: [String: [String]]
    }
}
