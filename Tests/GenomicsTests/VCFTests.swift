import Foundation
import Hashing
import Testing

@testable import Genomics

@Suite struct VCFTests {
    private let header = """
        ##fileformat=VCFv4.2
        ##contig=<ID=chr1,length=1000>
        ##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
        ##INFO=<ID=DB,Number=0,Type=Flag,Description="Known">
        ##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
        ##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Depths">
        ##FILTER=<ID=low,Description="Low">
        #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tmother\tchild

        """

    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func file(_ text: String, _ name: String = "x.vcf") throws -> String { try folder.write(name, text) }

    @Test func `A record's columns come out as they stand`() throws {
        let line = "chr1\t12\trs7\tac\tA,ACC\t31.5\tlow\tDP=20;DB\tGT:AD\t0/0:9,0,0\t1|2:1,9,10\n"
        let path = try file(header + line)
        let variant = try #require(try VCFReader.variants(path: path, sample: "child").first)
        #expect(variant.contig == "chr1" && variant.position == 12 && variant.id == "rs7")
        #expect(variant.reference == "AC" && variant.alternates == ["A", "ACC"] && variant.quality == 31.5)
        #expect(variant.filters == ["low"] && !variant.isPassing)
        #expect(variant.info("DP") == "20" && variant.info("DB") == "" && variant.info("MQ") == nil)
        #expect(variant.genotype == Genotype([1, 2], isPhased: true) && variant.sampleField("AD") == "1,9,10")
        let mother = try VCFReader.variants(path: path)[0]
        #expect(mother.genotype == Genotype([0, 0]))
        let reader = try VCFReader(path: path)
        #expect(reader.contigs == [Contig(name: "chr1", length: 1000)])
        #expect(reader.samples == ["mother", "child"])
    }

    @Test(
        arguments: [
            ("chr1\tx\t.\tA\tC\t.\t.\t.\tGT\t0/1\t0/1", "POS"),
            ("chr1\t-5\t.\tA\tC\t.\t.\t.", "POS"),
            ("chr1\t5\t.\tA\tC\t.\t.", "#CHROM"),
            ("chr1\t5\t.\t\tC\t.\t.\t.", "REF"),
            ("chr1\t5\t.\tA7\tC\t.\t.\t.", "REF"),
            ("chr1\t5\t.\tA=\tC\t.\t.\t.", "REF"),
            ("chr1\t5\t.\tA\tC\tnan\t.\t.", "QUAL"),
            ("chr1\t5\t.\tA\tC\thigh\t.\t.", "QUAL"),
            ("chr1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/2", "GT"),
            ("chr1\t5\t.\tA\tC\t.\t.\t.\tGT\t0/x", "GT"),
            ("chr1\t5\t.\tA\tC\t.\t.\t.\tGT\t-1/0", "GT"),
            ("\t5\t.\tA\tC\t.\t.\t.", "#CHROM"),
            ("", "#CHROM"),
        ])
    func `A line that breaks the format names its column`(_ line: String, _ field: String) throws {
        #expect { try Variant(vcfLine: line) } throws: { ($0 as? GenomicsError)?.field == field }
    }

    @Test func `A broken record names its number and the next one is read`() throws {
        let good = "chr1\t12\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1\n"
        let path = try file(header + good + "chr1\tnowhere\t.\tA\tC\t.\t.\t.\tGT\t0/0\t0/1\n" + good)
        var reader = try VCFReader(path: path)
        #expect(try reader.next()?.position == 12)
        do {
            _ = try reader.next()
            Issue.record("the second record was accepted")
        } catch {
            #expect(error.record == 2 && error.file == path)
        }
        #expect(try reader.next()?.position == 12)
        #expect(try reader.next() == nil)
    }

    @Test func `Files that are none are refused`() throws {
        for text in ["", "garbage\nmore", "##fileformat=VCFv4.2\n", "\u{0}\u{1}\u{2}", ">chr1\nACGT\n"] {
            let path = try file(text)
            #expect(throws: GenomicsError.self) { _ = try VCFReader.variants(path: path) }
        }
        #expect(throws: GenomicsError.self) { _ = try VCFReader(path: "/nonexistent.vcf") }
        let path = try file(header)
        #expect(throws: GenomicsError.self) { _ = try VCFReader(path: path, sample: "father") }
    }

    @Test func `Damaged bytes never crash the reader`() throws {
        let line = "chr1\t12\trs7\tAC\tA,ACC\t31.5\tlow\tDP=20;DB\tGT:AD\t0/0:9,0,0\t1|2:1,9,10\n"
        let bytes = Array((header + line + line).utf8)
        var random = SplitMix64(seed: 3)
        let path = try file("")
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<3 { damaged[random.index(below: damaged.count)] = UInt8(truncatingIfNeeded: random.next()) }
            if random.next() & 1 == 0 { damaged.removeLast(random.index(below: damaged.count)) }
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            _ = try? VCFReader.variants(path: path)
        }
    }

    private func written(_ variants: [Variant], _ path: String) throws {
        var header = VCFHeader(
            contigs: [Contig(name: "chr1", length: 1000), Contig(name: "chr2", length: 50)], sample: "s1",
            source: "helicase",
            filters: [.init(filter: "low", "A \"weak\" call")],
            info: [.init("DP", number: "1", type: "Integer", "Depth")],
            formats: [
                .init("GT", number: "1", type: "String", "Genotype"),
                .init("GQ", number: "1", type: "Integer", "Genotype quality"),
            ])
        header.metadata = [.init("modelVersion", "7")]
        var writer = try VCFWriter(path: path, header: header)
        for variant in variants { try writer.write(variant) }
        try writer.finish()
    }

    private let variants = [
        Variant(
            contig: "chr1", position: 7, id: "rs1", reference: "A", alternates: ["C"], quality: 12.34,
            filters: ["PASS"], info: [.init("DP", "12")], genotype: Genotype([0, 1]),
            sampleFields: [.init("GQ", "40")]),
        Variant(contig: "chr1", position: 7, reference: "AT", alternates: ["A", "ATT"], genotype: Genotype([1, 2])),
        Variant(contig: "chr2", position: 50, reference: "G", alternates: [], genotype: Genotype([nil, nil])),
    ]

    @Test func `What is written is read again, with the same bytes each time`() throws {
        let path = folder.path("a.vcf.gz")
        try written(variants, path)
        #expect(try VCFReader.variants(path: path) == variants)
        #expect(FileManager.default.fileExists(atPath: path + ".tbi"))
        #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
        let again = folder.path("b.vcf.gz")
        try written(variants, again)
        #expect(FileManager.default.contents(atPath: path) == FileManager.default.contents(atPath: again))
        #expect(
            FileManager.default.contents(atPath: path + ".tbi")
                == FileManager.default.contents(atPath: again + ".tbi"))
    }

    @Test(.enabled(if: Tool.isInstalled("bcftools"), "bcftools is not installed"))
    func `BCF holds the same records as VCF`() throws {
        let path = folder.path("a.vcf.gz")
        try written(variants, path)
        try Tool.run("bcftools", "view", "-Ob", "-o", folder.path("a.bcf"), path)
        #expect(try VCFReader.variants(path: folder.path("a.bcf"), sample: "s1") == variants)
    }

    @Test func `A file that was cut short is no shorter file`() throws {
        let path = folder.path("a.vcf.gz")
        try written(variants, path)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        for missing in [1, 28, 29, bytes.count / 2] {
            let cut = try folder.write("cut.vcf.gz", bytes.dropLast(missing))
            #expect(throws: GenomicsError.self) { _ = try VCFReader.variants(path: cut) }
        }
    }

    @Test(.enabled(if: Tool.isInstalled("bcftools"), "bcftools is not installed"))
    func `bcftools reads the file without a warning and finds records by position`() throws {
        let path = folder.path("a.vcf.gz")
        try written(variants, path)
        let warnings = folder.path("warnings")
        let command = "bcftools view -H -r chr1:7 '\(path)' 2> '\(warnings)'"
        let text = String(decoding: try Tool.run("sh", "-c", command), as: UTF8.self)
        #expect(
            text == """
                chr1\t7\trs1\tA\tC\t12.34\tPASS\tDP=12\tGT:GQ\t0/1:40
                chr1\t7\t.\tAT\tA,ATT\t.\t.\t.\tGT\t1/2

                """)
        #expect(FileManager.default.contents(atPath: warnings) == Data())
    }

    @Test func `The candidates of a site share one record`() {
        func candidate(_ reference: String, _ alternate: String, _ forward: Int, _ reverse: Int) -> Candidate {
            var candidate = Candidate(contig: "chr1", position: 7, reference: reference, alternate: alternate)
            (candidate.depth, candidate.referenceDepth, candidate.referenceForward) = (20, 5, 2)
            (candidate.alternateDepth, candidate.alternateForward) = (forward + reverse, forward)
            candidate.mappingQuality = 59.5
            return candidate
        }
        let site = [candidate("A", "AT", 3, 2), candidate("A", "C", 1, 0), candidate("ATT", "A", 4, 5)]
        let variant = Variant(site: site)
        #expect(variant.reference == "ATT" && variant.alternates == ["ATTT", "CTT", "A"])
        #expect(variant.vcfLine(hasSample: true).hasSuffix("DP=20;MQ=59.5\tDP:AD:ADF:ADR\t20:5,5,1,9:2,3,1,4:3,2,0,5"))
    }

    @Test func `The writer refuses what would spoil the file and leaves nothing behind`() throws {
        let path = folder.path("a.vcf.gz")
        var tabbed = variants[0]
        tabbed.info = [.init("DP", "1\t2")]
        let bad: [[Variant]] = [
            [variants[2], variants[0]], [tabbed],
            [Variant(contig: "chr9", position: 1, reference: "A", alternates: ["C"])],
            [Variant(contig: "chr2", position: 51, reference: "A", alternates: ["C"])],
            [Variant(contig: "chr2", position: 0, reference: "A", alternates: ["C"])],
            [Variant(contig: "chr2", position: 5, reference: "A", alternates: [""])],
        ]
        for records in bad {
            #expect(throws: GenomicsError.self) { try written(records, path) }
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(!FileManager.default.fileExists(atPath: path + ".partial"))
        }
        #expect(throws: GenomicsError.self) { try written([], "/nonexistent/a.vcf.gz") }
    }

    @Test func `Numbers have at most two decimals`() {
        #expect(
            [12.0, 12.5, 12.346, -0.05, 0, 1e300].map { Variant.text($0) } == [
                "12", "12.5", "12.35", "-0.05", "0", "1000000000",
            ])
    }

    @Test func `Genotypes count copies`() throws {
        #expect(Genotype("1")?.copies(of: 1) == 2)
        #expect(Genotype("0|1")?.copies(of: 1) == 1)
        #expect(Genotype("./.")?.copies(of: 1) == 0)
        #expect(Genotype("2/1")?.description == "2/1")
        #expect(Genotype("") == nil && Genotype("0//1") == nil && Genotype("99999999999999999999") == nil)
    }

    @Test func `BED stretches are sorted and merged`() throws {
        let bed = try BED(
            text: "#c\nchr1\t30\t40\tname\nchr1\t10\t20\r\nchr1\t15\t25\nchr2\t5\t5\n\ntrack x\nchr1\t25\t26\n")
        #expect(bed.ranges == ["chr1": [10..<26, 30..<40]])
        #expect(bed.contains("chr1", 10) && bed.contains("chr1", 25) && !bed.contains("chr1", 26))
        #expect(!bed.contains("chr1", 9) && bed.contains("chr1", 12..<26) && !bed.contains("chr1", 20..<31))
        #expect(bed.overlaps("chr1", 26..<31) && !bed.overlaps("chr1", 26..<30) && !bed.overlaps("chr3", 0..<9))
        #expect(bed.baseCount == 26)
    }

    @Test(arguments: [
        "chr1\t5", "chr1\t5\tx", "chr1\t9\t5", "chr1\t-1\t5", "\t1\t2", "chr1 1 2", "chr1\t1\t99999999999",
    ])
    func `A BED line that breaks the format is named`(_ line: String) throws {
        let path = try file("chr1\t1\t2\n\(line)\n", "x.bed")
        #expect { try BED(path: path) } throws: { ($0 as? GenomicsError)?.record == 2 }
        #expect { try BED(text: "chr1\t1\t2\n\(line)\n") } throws: { ($0 as? GenomicsError)?.record == 2 }
    }
}
