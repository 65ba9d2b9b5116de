import Annotation
import Foundation
import Genomics
import TestSupport
import Testing

/// The cases of biocommons/hgvs: rules of its grammar with texts that each takes or refuses, and whole names.
///
/// Ours has no rules by these names. A rule's text is put where a whole name shows it: a base into an insertion, an offset behind
/// a position.
@Suite("The published cases of the HGVS grammar", .enabled(if: HGVSData.isThere, "HELICASE_DATA has no clinical/hgvs"))
struct HGVSGrammarDataTests {
    @Test("what a rule takes is read and written as expected, and what it refuses is refused with its place")
    func grammar() throws {
        var (read, refused) = (0, 0)
        for line in try HGVSData.lines("grammar_test.tsv").dropFirst() where !line.hasPrefix("#") && !line.isEmpty {
            let fields = line.components(separatedBy: "\t")
            let (rule, text, isValid, kind) = (fields[0], fields[1], fields[2].lowercased() == "true", fields[3])
            let texts =
                kind == "list" ? text.components(separatedBy: "|") : kind == "string" ? text.map(String.init) : [text]
            let expected = fields.count > 4 && !fields[4].isEmpty ? fields[4].components(separatedBy: "|") : []
            for (index, text) in texts.enumerated() {
                let name = HGVSData.name(rule: rule, text: text)
                let isPlace = rule.hasSuffix("hgvs_position")
                if isValid {
                    let written = try? isPlace ? HGVSVariant.canonicalPlace(name) : HGVSVariant(name).description
                    #expect(written != nil, "\(rule) \(text): \(name)")
                    read += 1
                    if isPlace { #expect(written == name) }
                    // Only where the expected text is one of the grammar's, not of a programming language's values.
                    guard HGVSData.writesBack(rule), index < expected.count else { continue }
                    if text == "?" { continue }
                    #expect(written == HGVSData.name(rule: rule, text: expected[index]), "\(rule) \(text)")
                } else if rule != "pro_delins" || text != "Alafs" {
                    // Alafs is no delins, but a frameshift in a whole name.
                    #expect {
                        let read = try isPlace ? HGVSVariant.canonicalPlace(name) : HGVSVariant(name).description
                        Issue.record("\(rule) \(text) is read as \(read)")
                    } throws: {
                        ($0 as? HGVSError)?.column != nil
                    }
                    refused += 1
                }
            }
        }
        #expect(read > 350 && refused > 200, "\(read) read, \(refused) refused")
    }

    @Test("each name of the gauntlet, and each that its authors cannot read yet, is read; its bad examples are refused")
    func gauntlet() throws {
        for line in try HGVSData.lines("gauntlet") {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("#- AC") {
                #expect(throws: HGVSError.self, "\(line)") { try HGVSVariant(String(line.dropFirst(3))) }
            }
            let name = line.hasPrefix("#!unsupported: ") ? String(line.dropFirst(15)) : line
            if name.isEmpty || name.hasPrefix("#") { continue }
            let variant = try HGVSVariant(name)
            var style = HGVSStyle.canonical
            style.keepsStated = true
            if !line.hasPrefix("#") { #expect(variant.text(style) == name) }
            #expect(try HGVSVariant(variant.text(style)) == variant)
        }
    }

    @Test("every name that ClinVar and the other tables have is read and written back")
    func names() throws {
        var style = HGVSStyle.canonical
        style.keepsStated = true
        var (count, contradicting) = (0, 0)
        for (file, columns) in [
            ("clinvar_hgvs_g_and_c.tsv.gz", 2...2), ("real.tsv", 1...3), ("noncoding.tsv", 1...2),
            ("regression.tsv", 1...3),
            ("ADRA2B-dbSNP.tsv", 1...3), ("NEFL-dbSNP.tsv", 1...3),
        ] {
            for line in try HGVSData.lines(file).dropFirst() where !line.hasPrefix("#") {
                let fields = line.components(separatedBy: "\t")
                for column in columns where column < fields.count {
                    for name in fields[column].split(separator: " ").map(String.init) where name.contains(":") {
                        let (variant, remarks) = try HGVSVariant.read(name)
                        count += 1
                        // One has a plus in front of its position; some say nothing of where a frameshift ends.
                        if !remarks.isEmpty || name.hasSuffix("fs") { continue }
                        #expect(variant.text(style).replacing("Ter", with: "*") == name.replacing("Ter", with: "*"))
                        if !variant.contradictions.isEmpty { contradicting += 1 }
                    }
                }
            }
        }
        #expect(count > 26_000, "\(count) names, \(contradicting) contradict themselves")
    }
}

/// The files of `clinical/hgvs`.
enum HGVSData {
    static let folder = HelicaseData.folder.appending(path: "clinical/hgvs")
    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func lines(_ name: String) throws -> [String] {
        var lines = try BGZFLines(path: folder.appending(path: name).path)
        var texts: [String] = []
        while let line = try lines.next() { texts.append(String(decoding: line, as: UTF8.self)) }
        return texts
    }

    /// Whether the expected text of a rule is how the text is written.
    static func writesBack(_ rule: String) -> Bool {
        ["_edit", "_del", "_delins", "_dup", "_ident", "pro_", "posedit", "_variant", "_pos", "_ins"]
            .contains { rule.contains($0) } && !rule.hasPrefix("fsext")
    }

    /// A name that shows a rule's text.
    static func name(rule: String, text: String) -> String {
        let isRange = text.hasPrefix("ins") || text.hasPrefix("(ins") || text.hasPrefix("inv")
        switch rule {
        case "accn": return "\(text):g.1A>T"
        case "aa1", "aa13", "aa1_seq", "aa3", "aa3_seq", "aa13_seq", "aat1_seq", "aat3_seq", "aat13_seq":
            return "NP_1.1:p.Ala3_Gly4ins\(text)"
        case "aat1", "aat13", "aat3": return "NP_1.1:p.Arg5\(text)"
        case "aa13_ext": return "NP_1.1:p.Ter5Glnext\(text)"
        case "aa13_fs": return "NP_1.1:p.Arg5fs\(text)"
        case "ext": return "NP_1.1:p.Ter5Gln\(text)"
        case "fs": return "NP_1.1:p.Arg5Gln\(text)"
        case "fsext_offset": return "NP_1.1:p.Arg5fsTer\(text)"
        case "term1", "term3", "term13": return "NP_1.1:p.Arg5fs\(text)10"
        case "nnum": return "NP_1.1:p.Met1ext\(text)"
        case "base", "snum": return "NM_1.1:c.\(text)A>T"
        case "num": return "NC_1.1:g.1\(text)A>T"
        case "offset": return "NM_1.1:c.11\(text)A>T"
        case "pm": return "NM_1.1:c.11\(text)1A>T"
        case "dna", "dna_iupac", "dna_seq": return "NC_1.1:g.5_6ins\(text)"
        case "rna", "rna_iupac", "rna_seq": return "NM_1.1:r.5_6ins\(text)"
        case "na_iupac":
            return text == "T" || text == "t" ? "NM_1.1:c.5_6ins\(text)" : "NM_1.1:r.5_6ins\(text)"
        case "opt_gene_expr", "paren_gene": return "NM_1.1\(text):c.1A>T"
        case "gene_symbol": return "NM_1.1(\(text)):c.1A>T"
        case "hgvs_variant", "hgvs_position": return text
        default: break
        }
        let family = rule.split(separator: "_")
        let letter = family.first { $0.count == 1 }.map(String.init) ?? "g"
        if rule.hasSuffix("_hgvs_position") {
            // Another kind of position than the rule's is refused by the rule alone.
            return text.contains(":\(letter).") ? text : "NM_1.1:\(letter).\(text)"
        }
        if rule.hasSuffix("_variant") { return text }
        if rule.hasSuffix("typed_posedit") { return "NM_1.1:\(text)" }
        if rule.hasSuffix("posedit") { return "NM_1.1:\(letter).\(text)" }
        if rule.hasPrefix("p_posedit_special") { return "NM_1.1:p.\(text)" }
        if rule.hasSuffix("_pos") { return "NM_1.1:\(letter).\(text)_\(letter == "p" ? "Gly" : "")99del" }
        if rule.hasSuffix("_interval") { return "NM_1.1:\(letter).\(text)del" }
        if rule.hasPrefix("dna") { return "NC_1.1:g.\(isRange ? "5_6" : "5")\(text)" }
        if rule.hasPrefix("rna") { return "NM_1.1:r.\(isRange ? "5_6" : "5")\(text)" }
        return "NP_1.1:p.\(isRange ? "Ala3_Gly4" : text.contains("ext") ? "Ter5" : "His5")\(text)"
    }
}
