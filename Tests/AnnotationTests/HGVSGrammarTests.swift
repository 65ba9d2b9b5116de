import Annotation
import Foundation
import Genomics
import TestSupport
import Testing

@Suite("HGVS names are read and written")
struct HGVSGrammarTests {
    @Test(
        "a name in the recommended spelling comes back as it was",
        arguments: [
            "NM_004006.2:c.76A>C", "NC_000023.11:g.33344591del", "NM_004006.2:c.88-?_923+?del",
            "NC_000023.10:g.(32218983_32238146)_(32984039_33252615)del", "NC_000005.9:g.(90136803)_(90159675)dup",
            "NM_004006.2:c.[76A>C;77G>T]", "NM_004006.2:c.[76A>C];[(76A>C)]", "NM_004006.2:c.[76A>C(;)283G>C]",
            "NM_004006.2:c.[76A>C](;)[283G>C]", "NM_004006.2:c.76A>C(;)283G>C", "NM_004006.2:c.[76A>C];[0]",
            "NM_004006.2:c.[76A>C];[?]", "NM_004006.2:c.[=/83G>C]", "NM_004006.2:c.[=//83G>C]", "NM_004006.2:c.=",
            "NC_000014.8:g.123CAG[23]", "NC_000014.8:g.123_191CAG[19]CAA[4]", "NC_000012.11:g.123_124[4]",
            "NM_000492.3:c.1210-12T[(5_9)]", "NM_004006.2:c.849_850ins858_895", "NM_004006.2:c.849_850ins850_900inv",
            "NM_004006.2:c.419_420ins[T;450_470;AGGG]",
            "NC_000002.11:g.47643464_47643465ins[NC_000022.10:g.35788169_35788352]",
            "NM_004006.2:c.761_762insN[(50_100)]", "NM_004006.2:c.5657_5660inv", "NG_012232.1(NM_004006.2):c.93+1G>T",
            "NM_004006.3:r.(123c>u)", "NM_004006.3:r.spl", "NM_004006.3:r.(spl?)", "NM_004006.3:r.?", "NM_004006.3:r.0",
            "NM_004006.3:r.[123a>u,122_154del]", "LRG_199t1:c.79_80delinsTT", "LRG_199p1:p.Val25del",
            "J01749.1:o.4344_197dup", "NC_012920.1:m.3243A>G", "NR_003051.3:n.-20G>A", "NP_003997.1:p.Met1?",
            "NP_003997.1:p.(Gly56Ala)", "NP_003997.1:p.[(Ser68Arg;Asn594del)]", "NP_003997.1:p.0", "NP_003997.1:p.0?",
            "NP_003997.1:p.?", "NP_003997.1:p.(=)", "NP_003997.1:p.Arg97ProfsTer23", "NP_003997.1:p.Ter110GlnextTer17",
            "NP_003997.1:p.Met1ext-5", "NP_003997.1:p.Met1Valext-12", "NP_003997.1:p.Ala2[10]",
            "NP_003997.1:p.Arg78_Gly79insXaa[23]", "NP_003997.1:p.Cys28_Lys29delinsTrp",
            "NP_003997.1:p.Pro4_Lys5insGlyTer",
        ])
    func roundTrip(_ name: String) throws {
        let (variant, remarks) = try HGVSVariant.read(name)
        #expect(variant.description == name)
        #expect(try HGVSVariant(variant.text(.canonical)) == variant)
        #expect(variant.contradictions.isEmpty)
        #expect(name.contains("(76A>C)") || name.contains("n.-") || remarks.isEmpty)
    }

    @Test(
        "what is written another way today is written so, and said",
        arguments: [
            ("NM_1.1:c.5delAinsT", "NM_1.1:c.5A>T", 11), ("NM_1.1:p.Arg5X", "NM_1.1:p.Arg5Ter", 14),
            ("NM_1.1:p.R5fsX9", "NM_1.1:p.Arg5fsTer9", 14), ("NM_1.1:c.123+74TG(3_6)", "NM_1.1:c.123+74TG[(3_6)]", 18),
            ("NM_1.1:c.5_6ins23", "NM_1.1:c.5_6insN[23]", 16),
        ])
    func remarks(name: String, canonical: String, column: Int) throws {
        let (variant, remarks) = try HGVSVariant.read(name)
        #expect(variant.description == canonical)
        #expect(remarks.map(\.column) == [column])
    }

    @Test("Each of many remarks has its own column")
    func manyRemarks() throws {
        let name = "NC_000001.11:g.[" + (1...250).map { "\($0)A>A" }.joined(separator: ";") + "]"
        let remarks = try HGVSVariant.read(name).remarks
        #expect(remarks.count == 250)
        let columns = remarks.compactMap(\.column)
        #expect(columns == columns.sorted() && Set(columns).count == 250)
        #expect(try #require(columns.last) > name.count - 8)
    }

    @Test(
        "a text that is no name is refused with its place and the reason",
        arguments: [
            ("", 1, "empty"), ("NM_004006.2", 12, "colon"), ("NM_004006.:c.1A>T", 11, "version"),
            ("NM_004006.2:x.1A>T", 13, "one of g."), ("NM_004006.2:g.0A>T", 15, "no position 0"),
            ("NM_004006.2:c.0A>T", 15, "no position 0"), ("NC_000001.1:g.*1A>T", 15, "stop codon"),
            ("NC_000001.1:g.-5A>T", 15, "no sign"), ("NM_004006.2:c.76", 17, "edit is expected"),
            ("NM_004006.2:c.76A>", 19, "base is expected"), ("NM_004006.2:c.76A>U", 19, "no base of DNA"),
            ("NM_004006.2:r.76a>t", 19, "no base of RNA"), ("NM_004006.2:c.76A>TT", 17, "delins"),
            ("NM_004006.2:c.76_78del5A", 24, "complete"), ("NM_004006.2:c.(76A>C)", 15, "parentheses"),
            ("NM_004006.2:c.76A>C;77G>T", 20, "brackets"), ("NM_004006.2:c.[76A>C", 15, "not closed"),
            ("NM_004006.2:c.99999999999999999999A>C", 15, "too large"), ("NM_004006.2:c.12+0A>C", 17, "no base 0"),
            ("NM_004006.2:c.5_6insX", 21, "no base"), ("NP_003997.1:p.Ooo5Ala", 15, "residue is expected"),
            ("NP_003997.1:p.Ala5delinsTerGly", 28, "nothing follows"), ("NP_003997.1:p.(?)", 15, "without parentheses"),
            ("NP_003997.1:p.Ala0Gly", 18, "no residue 0"), ("NP_003997.1:p.Ala5fs9", 21, "complete"),
            ("NM_004006.2:é.76A>C", 13, "one of g."), ("NM_004006.2(BRCÄ1):c.76A>C", 16, "is expected"),
        ])
    func refused(name: String, column: Int, reason: String) {
        #expect {
            _ = try HGVSVariant(name)
        } throws: { error in
            guard let error = error as? HGVSError else { return false }
            #expect(error.column == column, "\(name): \(error)")
            #expect(error.message.contains(reason), "\(name): \(error)")
            return error.code == .grammar
        }
    }

    @Test("every name that is cut or has a byte changed is read or refused, and what is read can be read again")
    func hostile() throws {
        let names = [
            "NG_012232.1(NM_004006.2):c.[93+1G>T;(4_6)_*246delACinsT];[76A[(5_9)]]",
            "NP_1.1:p.[(Ser68Arg;Asn594fsTer5)];[0?]",
            "NM_1.1:r.(1_2delins[a;N[5];NC_1.1:g.5_9inv])",
        ]
        for name in names {
            let bytes = Array(name.utf8)
            var texts = bytes.indices.map { Array(bytes[..<$0]) }
            for place in bytes.indices {
                for replacement in "()[];_*?=A1>+-".utf8 {
                    var changed = bytes
                    changed[place] = replacement
                    texts.append(changed)
                }
            }
            for text in texts.map({ String(decoding: $0, as: UTF8.self) }) {
                guard let variant = try? HGVSVariant(text) else { continue }
                #expect((try? HGVSVariant(variant.description))?.description == variant.description, "\(text)")
            }
        }
    }

    @Test("a long name takes time in proportion to its length")
    func long() throws {
        let bases = String(repeating: "ACGT", count: 200_000)
        #expect(try HGVSVariant("NC_1.1:g.5_6ins\(bases)").description.utf8.count == 800_015)
        #expect(throws: HGVSError.self) { try HGVSVariant("NC_1.1:g." + String(repeating: "(", count: 500_000)) }
        #expect(throws: HGVSError.self) { try HGVSVariant(String(repeating: "A", count: 2_000_000)) }
    }

    @Test(
        "a name that contradicts itself can be read, and the contradiction is named",
        arguments: [
            ("NM_1.1:c.78_76del", "behind the last"), ("NM_1.1:c.1_10A>C", "one position"),
            ("NM_1.1:c.5insA", "neighbors"),
            ("NM_1.1:c.5_9insA", "5 bases"), ("NM_1.1:c.5_7delAC", "3 bases, and 2"),
            ("NM_1.1:c.-1_1del3", "2 bases, and 3"),
            ("NP_1.1:p.Arg5insGly", "neighbors"), ("NP_1.1:p.Arg5_Gly3del", "behind the last"),
        ])
    func contradictions(name: String, reason: String) throws {
        let found = try HGVSVariant(name).contradictions
        #expect(found.count == 1 && found[0].contains(reason), "\(found)")
    }
}
