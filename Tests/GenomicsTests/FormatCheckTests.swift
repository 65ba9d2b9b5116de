import Foundation
import TestSupport
import Testing

@testable import Genomics

/// The strict reading of files: which line breaks the specification, and in which field.
struct FormatCheckTests {
    private static let sam = "@HD\tVN:1.6\n@SQ\tSN:c\tLN:1000\n@RG\tID:g\tSM:s\n"
    private static let read = "r\t0\tc\t11\t60\t4M\t*\t0\t0\tACGT\tIIII"
    private static let vcf = """
        ##fileformat=VCFv4.3
        ##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth, \\"raw\\"">
        ##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
        ##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS

        """
    private static let variant = "c\t11\trs1\tA\tT,<DEL>\t30\tPASS\tDP=4\tGT:AD\t0/1:2,2,0"

    private func check(_ name: String, _ text: String) throws -> FormatCheck {
        let folder = try ScratchFolder()
        return try FormatCheck(path: try folder.write(name, text))
    }

    @Test("Whole files are valid")
    func valid() throws {
        let tags = "\tNM:i:-1\tXA:A:!\tXF:f:1.5e-3\tXZ:Z:a b\tXH:H:0AFF\tXB:B:c,-128,127\tXe:B:f,.5"
        #expect(try check("a.sam", Self.sam + Self.read + tags + "\n").flaws == [])
        #expect(try check("a.sam", Self.sam).flaws == [])
        let fine = try check("a.vcf", Self.vcf + Self.variant + "\n")
        #expect(fine.flaws == [] && fine.records == 1 && fine.format == "VCF")
        #expect(try check("a.bed", "c\t1\t2\n").flaws == [])
        #expect(try check("a.fq", "@a\nACGT\n+\nIIII\n").flaws == [])
    }

    @Test(
        "A header line of SAM that breaks the specification is named by line and field",
        arguments: [
            ("@HD\tVN:1", 1, "VN"), ("@HD\tVN:1.6\tSO:query", 1, "SO"), ("@HD\tVN:1.6\tSS:unknown:MI", 1, "SS"),
            ("@SQ\tSN:*\tLN:1", 1, "SN"), ("@SQ\tSN:<c>\tLN:1", 1, "SN"), ("@SQ\tSN:a", 1, "LN"),
            ("@SQ\tSN:a\tLN:1\tM5:7fc5", 1, "M5"), ("@SQ\tSN:a\tLN:1\tLN:2", 1, "LN"),
            ("@SQ\tSN:a\tLN:1\n@SQ\tSN:a\tLN:1", 2, "SN"), ("@SQ\tSN:a\tLN:1\tAH:=", 1, "AH"),
            ("@SQ\tSN:a\tLN:1\tAN:b\n@SQ\tSN:b\tLN:1", 1, "AN"), ("@RG\tSM:x", 1, "ID"),
            ("@RG\tID:1\tDT:2020-23-06", 1, "DT"), ("@RG\tID:1\n@RG\tID:1", 2, "ID"), ("@PG\tVN:1", 1, "ID"),
            ("@CO\tx\n@HD\tVN:1.6", 2, "@HD"),
        ])
    func samHeader(lines: String, line: Int, field: String) throws {
        let found = try check("a.sam", lines + "\n").flaws
        #expect(found.map(\.line) == [line] && found.map(\.field) == [field], "\(found)")
    }

    @Test(
        "A record of SAM that breaks the specification is named by line and field",
        arguments: [
            (0, "x@", "QNAME"), (1, "099", "FLAG"), (1, "0x10", "FLAG"), (2, "d", "RNAME"), (3, "011", "POS"),
            (3, "-1", "POS"), (4, "*", "MAPQ"), (5, "4M2", "CIGAR"), (5, "5M", "CIGAR"), (6, "", "RNEXT"),
            (7, "1.9", "PNEXT"), (8, "*", "TLEN"), (9, "AC T", "SEQ"), (10, "II I", "QUAL"), (10, "", "QUAL"),
        ])
    func samRecord(column: Int, value: String, field: String) throws {
        var fields = Self.read.split(separator: "\t").map(String.init)
        fields[column] = value
        let found = try check("a.sam", Self.sam + fields.joined(separator: "\t") + "\n").flaws
        #expect(found.first?.line == 4 && found.first?.field == field, "\(found)")
    }

    @Test(
        "A tag that breaks the specification is named",
        arguments: [
            "AA:A: ", "AA:A:AB", "0A:Z:x", "A_:Z:x", "NM:i:10.9", "NM:i:-2147483649", "XF:f:10.", "XF:f:nan", "XH:H:0a",
            "XB:B:F,1", "XB:B:C,256", "XB:B:", "ZZ:Z:a\tZZ:Z:b", "XZ:Z:\u{7f}", "short",
        ])
    func samTag(tags: String) throws {
        let found = try check("a.sam", Self.sam + Self.read + "\t" + tags + "\n").flaws
        #expect(found.count == 1 && found[0].line == 4 && found[0].field == String(tags.prefix(2)), "\(found)")
    }

    @Test(
        "A meta line of VCF that breaks the specification is named by line and key",
        arguments: [
            ("##plain", "##"), ("##reference=", "##"), ("no sign", "header"), ("##fileformat=VCFv4.3", "fileformat"),
            ("##INFO=<ID=A,Number=1,Type=Int,Description=\"x\">", "INFO"), ("##INFO=<ID=A>", "INFO"),
            ("##INFO=<ID=A,Number=N,Type=Integer,Description=\"x\">", "INFO"),
            ("##INFO=<ID=A,Number=1,Type=Integer,Description=x>", "INFO"),
            ("##INFO=<ID=A,Number=1,Type=Integer,Description=\"x>", "INFO"),
            ("##INFO=<ID=A,Number=1,Type=Integer,Description=\"x \"y\" z\">", "INFO"),
            ("##INFO=<ID=AC,Number=1,Type=Integer,Description=\"x\">", "INFO"),
            ("##FORMAT=<ID=GQ,Number=1,Type=Flag,Description=\"x\">", "FORMAT"),
            ("##FILTER=<Description=\"x\">", "FILTER"), ("##contig=<length=3>", "contig"),
            ("##contig=<ID=1 A>", "contig"), ("##assembly=nowhere", "assembly"), ("##pedigreeDB=<>", "pedigreeDB"),
        ])
    func vcfMeta(line: String, field: String) throws {
        let text = Self.vcf.replacingOccurrences(of: "#CHROM", with: "\(line)\n#CHROM")
        let found = try check("a.vcf", text).flaws
        #expect(found.first?.line == 5 && found.first?.field == field, "\(found)")
    }

    @Test("The first line and the columns of VCF are what the specification says")
    func vcfFrame() throws {
        let noVersion = String(Self.vcf.dropFirst("##fileformat=VCFv4.3\n".count))
        #expect(try check("a.vcf", noVersion).flaws.first?.field == "fileformat")
        #expect(try check("a.vcf", Self.vcf.replacingOccurrences(of: "POS", with: "POSITION")).flaws.first?.line == 5)
        #expect(try check("a.vcf", Self.vcf.replacingOccurrences(of: "\tS\n", with: "\tS\tS\n")).flaws.first?.line == 5)
        #expect(try check("a.vcf", Self.vcf.replacingOccurrences(of: "\tS\n", with: "\n")).flaws.first?.line == 5)
        #expect(try check("a.vcf", "##fileformat=VCFv4.2\n").flaws.first?.field == "#CHROM")
    }

    @Test(
        "A record of VCF that breaks the specification is named by line and field",
        arguments: [
            (0, "chr 1", "#CHROM"), (1, ".", "POS"), (1, "-1", "POS"), (2, "rs1;", "ID"), (2, "a b", "ID"),
            (3, "A,C", "REF"), (3, "", "REF"), (4, "T,T", "ALT"), (4, "A,G", "ALT"), (4, "[c:9[,T", "ALT"),
            (4, "T,<DEL", "ALT"), (5, "high", "QUAL"), (5, "-3", "QUAL"), (6, "q10;q10", "FILTER"), (6, "0", "FILTER"),
            (6, "q10;", "FILTER"), (7, "DP=x", "INFO"), (7, "DP=-1", "INFO"), (7, "DP=1,2", "INFO"),
            (7, "DP=1;DP=1", "INFO"), (7, "H3=yes", "INFO"), (7, "AC=1", "INFO"), (7, "CIGAR=1,2", "INFO"),
            (8, "AD:GT", "FORMAT"), (8, "GT:GT", "FORMAT"), (8, "GT:", "FORMAT"), (9, "0/3:2,2,0", "GT"),
            (9, "0/1:2,2", "AD"), (9, "0/1:2,2,x", "AD"), (9, "0/1:2,2,0:9", "FORMAT"), (9, "0/A:2,2,0", "GT"),
        ])
    func vcfRecord(column: Int, value: String, field: String) throws {
        var fields = Self.variant.split(separator: "\t").map(String.init)
        fields[column] = value
        let found = try check("a.vcf", Self.vcf + fields.joined(separator: "\t") + "\n").flaws
        #expect(found.first?.line == 6 && found.contains { $0.field == field }, "\(found)")
    }

    @Test("Order, and alleles given twice in whatever words, are seen across records")
    func vcfOrder() throws {
        func line(_ contig: String, _ position: Int, _ alleles: String = "A\tT") -> String {
            "\(contig)\t\(position)\t.\t\(alleles)\t.\t.\t.\tGT\t0/1\n"
        }
        func fields(_ lines: String...) throws -> [String] {
            try check("a.vcf", Self.vcf + lines.joined()).flaws.map { "\($0.line) \($0.field)" }
        }
        #expect(try fields(line("c", 1), line("c", 2), line("d", 1)) == [])
        #expect(try fields(line("c", 2), line("c", 1)) == ["7 POS"])
        #expect(try fields(line("c", 1), line("d", 1), line("c", 2)) == ["8 POS"])
        #expect(try fields(line("c", 1), line("c", 1)) == ["7 ALT"])
        #expect(try fields(line("c", 10, "AT\tAAT,AA"), line("c", 11, "T\tA")) == ["7 ALT"])
    }

    @Test("Other formats are held against theirs")
    func others() throws {
        #expect(try check("a.bed", "c\t1\n").flaws.first?.line == 1)
        #expect(try check("a.bed", "\n").flaws.map(\.field) == ["file"])
        #expect(try check("a.fq", "@a\nACGT\n+\nIII\n").flaws.map(\.field) == ["QUAL"])
        #expect(try check("a.sam", "\u{feff}" + Self.sam).flaws.first?.message.contains("byte order mark") == true)
        #expect(throws: GenomicsError.self) { try check("a.txt", "hello\n") }
    }

    @Test(
        "Of the specifications' own files the valid ones are read, and nearly all invalid ones refused by line and field",
        .enabled(if: HelicaseData.isThere, "HELICASE_DATA names no data"))
    func corpora() throws {
        let root = HelicaseData.variants("more/format_corpora")
        func refused(_ folder: String, _ suffixes: [String]) throws -> (count: Int, names: [String]) {
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)").filter { name in
                suffixes.contains { name.hasSuffix($0) }
            }.sorted()
            let bad = names.filter { name in
                guard let found = try? FormatCheck(path: "\(root)/\(folder)/\(name)") else { return true }
                return found.count > 0
            }
            return (names.count, bad)
        }
        for (folder, suffixes) in [
            ("sam/passed", [".sam", ".sam.gz"]), ("SAMtags", [".sam"]), ("cram/3.0/passed", [".sam", ".cram"]),
            ("vcf/4.1/passed", [".vcf"]), ("vcf/4.2/passed", [".vcf"]), ("vcf/4.3/passed", [".vcf"]),
        ] {
            let (count, names) = try refused(folder, suffixes)
            #expect(names == [] && count > 0, "\(folder)")
        }
        let (samCount, sam) = try refused("sam/failed", [".sam"])
        #expect(samCount == 66 && sam.count >= 60)
        var vcf = 0
        for version in ["4.1", "4.2", "4.3"] { vcf += try refused("vcf/\(version)/failed", [".vcf"]).names.count }
        #expect(vcf >= 480)
        let (_, cram) = try refused("cram/3.0/failed", [".cram"])
        #expect(cram.count == 1)
        print("format_corpora: \(sam.count) of 66 invalid SAM and \(vcf) of 523 invalid VCF are refused")
    }
}
