import Foundation
import TestSupport
import Testing

@testable import Genomics

@Suite struct ReadFileAlignmentsTests {
    private static let header = "@HD\tVN:1.6\n@SQ\tSN:chr1\tLN:1000\n@SQ\tSN:chr2\tLN:50\n@RG\tID:g\tSM:s\n"
    private static func line(_ name: String, _ changes: [Int: String] = [:]) -> String {
        var fields = [name, "0", "chr1", "11", "60", "4M1I", "*", "0", "0", "ACGTA", "IIIII", "RG:Z:g"]
        for (index, value) in changes { fields[index] = value }
        return fields.joined(separator: "\t") + "\n"
    }

    private static func reference(_ folder: ScratchFolder, one: Int = 1000, two: Int = 50) throws -> ReferenceGenome {
        let text = ">chr1\n\(String(repeating: "A", count: one))\n>chr2\n\(String(repeating: "C", count: two))\n"
        return try ReferenceGenome(path: try folder.write("reference.fa", text))
    }

    @Test func readsSAMRecordsAsTheyStand() throws {
        let folder = try ScratchFolder()
        let path = try folder.write(
            "r.sam", Self.header + Self.line("a") + Self.line("b", [1: "4", 2: "*", 3: "0", 5: "*"]))
        let read = try Delivered(.alignments(path), reference: try Self.reference(folder))
        #expect(read.problems.isEmpty && read.names == ["a", "b"])
        let expected = BAMRecord(
            name: Array("a".utf8), flags: [], referenceID: 0, position: 10, mappingQuality: 60,
            cigar: [CigarOperation(.match, 4), CigarOperation(.insertion, 1)], sequence: Array("ACGTA".utf8),
            qualities: [40, 40, 40, 40, 40], tags: Array("RGZg\0".utf8))
        #expect(read.fragments[0] == [expected])
        let file = try ReadFile(.alignments(path), readGroup: "", reference: nil)
        #expect(file.header?.contigs == [Contig(name: "chr1", length: 1000), Contig(name: "chr2", length: 50)])
        #expect(file.header?.readGroups == [ReadGroup(id: "g", sample: "s")])
    }

    @Test(
        "A malformed SAM record is reported by number and field, and the next is read",
        arguments: [
            (line("b", [1: "x"]), "FLAG"), (line("b", [2: "chr9"]), "RNAME"), (line("b", [3: "-7"]), "POS"),
            (line("b", [3: "ten"]), "POS"), (line("b", [4: "high"]), "MAPQ"), (line("b", [5: "5Q"]), "CIGAR"),
            (line("b", [5: "M"]), "CIGAR"), (line("b", [5: "7M"]), "CIGAR"), (line("b", [8: "far"]), "TLEN"),
            (line("b", [10: "III"]), "QUAL"), (line("b", [11: "RG:Q:g"]), "tags"), (line("b", [11: "NM:i"]), "tags"),
            (line("b", [3: "999"]), "POS"), ("b\t0\tchr1\n", "POS"), ("\n", "FLAG"), ("garbage\n", "FLAG"),
            ("\0\0\0\0\n", "QNAME"), (line("b", [9: "AC\0TA"]), "SEQ"),
            (line(String(repeating: "n", count: 300)), "QNAME"),
        ])
    func malformedSAM(bad: String, field: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.sam", Self.header + Self.line("a") + bad + Self.line("c"))
        let read = try Delivered(.alignments(path), reference: try Self.reference(folder))
        #expect(read.names == ["a", "c"])
        #expect(read.places == ["2 \(field)"])
    }

    @Test func aWrongFirstRecordIsReportedToo() throws {
        let folder = try ScratchFolder()
        let read = try Delivered(
            .alignments(try folder.write("r.sam", Self.header + Self.line("a", [1: "x"]) + Self.line("b"))))
        #expect(read.names == ["b"] && read.places == ["1 FLAG"])
        #expect(read.problems[0].sample.hasPrefix("a\\tx\\tchr1\\t11"))
    }

    private static func bam(_ records: [BAMRecord]) throws -> [UInt8] {
        try BAMBatch.encode(header: try AlignmentHeader(text: header), records: records)
    }

    private static let records = (0..<3000).map { number in
        BAMRecord(
            name: Array("r\(number)".utf8), flags: [], referenceID: 0, position: Int32(number % 900), mappingQuality: 9,
            cigar: [CigarOperation(.match, 4)], sequence: Array("AAAC".utf8), qualities: [UInt8(number % 40), 2, 3, 4])
    }

    @Test func aBAMFileCutAnywhereGivesTheReadsBeforeTheCut() throws {
        let folder = try ScratchFolder()
        let whole = try Self.bam(Self.records)
        let complete = try Delivered(.alignments(try folder.write("w.bam", whole)))
        #expect(complete.problems.isEmpty && complete.fragments == Self.records.map { [$0] })
        for kept in [whole.count - 1, whole.count - 28, whole.count - 29, whole.count * 2 / 3] {
            let read = try Delivered(.alignments(try folder.write("c.bam", whole[..<kept])))
            #expect(read.problems.map(\.field) == ["BGZF"])
            #expect(read.fragments == Self.records.prefix(read.fragments.count).map { [$0] })
        }
        for kept in [0, 1, 10, 30] {
            #expect(throws: GenomicsError.self) {
                try Delivered(.alignments(try folder.write("h.bam", whole[..<kept])))
            }
        }
    }

    @Test func aMalformedBAMRecordCostsOnlyItself() throws {
        let folder = try ScratchFolder()
        var payload = try BGZFBytes.decompress(try Self.bam(Array(Self.records[..<3])))
        let size = Self.records[2].bytes.count + 4
        payload[payload.count - 2 * size + 4 + 16] = 99  // l_seq of the second record
        let read = try Delivered(.alignments(try folder.write("r.bam", BGZFBytes.compress(payload, level: 1))))
        #expect(read.names == ["r0", "r2"] && read.places == ["2 l_seq"])
    }

    @Test func noDamageInsideABAMFileIsACrash() throws {
        let folder = try ScratchFolder()
        let payload = try BGZFBytes.decompress(try Self.bam(Array(Self.records[..<2])))
        let reference = try Self.reference(folder)
        for index in payload.indices {
            for value in [0x00, 0x7f, 0xff] as [UInt8] {
                var damaged = payload
                damaged[index] = value
                let path = try folder.write("r.bam", BGZFBytes.compress(damaged, level: 0))
                _ = try? Delivered(.alignments(path), reference: reference)
            }
        }
    }

    @Test func anotherReferenceIsAnErrorThatNamesTheContig() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.sam", Self.header + Self.line("a"))
        let longer = try Self.reference(folder, one: 1001)
        var error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(path), reference: longer) }
        #expect(error?.code == .referenceMismatch && error?.message.contains("chr1") == true)
        let foreign = try ReferenceGenome(path: try folder.write("f.fa", ">1\nACGT\n"))
        error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(path), reference: foreign) }
        #expect(error?.code == .referenceMismatch && error?.message.contains("chr1") == true)
    }

    @Test func aReferenceThatIsAPrefixServesTheReadsWithinIt() throws {
        let folder = try ScratchFolder()
        let inside = try folder.write("i.sam", Self.header + Self.line("a"))
        let prefix = try Self.reference(folder, one: 100)
        #expect(try Delivered(.alignments(inside), reference: prefix).names == ["a"])
        let outside = try folder.write("o.sam", Self.header + Self.line("a") + Self.line("b", [3: "98"]))
        let error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(outside), reference: prefix) }
        #expect(error?.code == .referenceMismatch && error?.record == 2 && error?.message.contains("chr1") == true)
    }

    @Test func aShorterReferenceOfAnotherReleaseIsFoundByTheBases() throws {
        let folder = try ScratchFolder()
        let lines = (0..<80).map { number in
            Self.line("r\(number)", [5: "70M", 9: String(repeating: "G", count: 70), 10: "*"])
        }
        let path = try folder.write("r.sam", Self.header + lines.joined())
        let error = #expect(throws: GenomicsError.self) {
            try Delivered(.alignments(path), reference: try Self.reference(folder, one: 900))
        }
        #expect(error?.code == .referenceMismatch && error?.field == "SEQ" && error?.record == 72)
        let same = try ReferenceGenome(path: try folder.write("g.fa", ">chr1\n\(String(repeating: "G", count: 900))\n"))
        #expect(try Delivered(.alignments(path), reference: same).fragments.count == 80)
    }

    @Test func aReadOnAContigThatTheReferenceLacksIsAnError() throws {
        let folder = try ScratchFolder()
        let one = try ReferenceGenome(
            path: try folder.write("one.fa", ">chr1\n\(String(repeating: "A", count: 1000))\n"))
        let path = try folder.write("r.sam", Self.header + Self.line("a") + Self.line("b", [2: "chr2"]))
        let error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(path), reference: one) }
        #expect(error?.code == .referenceMismatch && error?.record == 2 && error?.message.contains("chr2") == true)
    }

    @Test(.enabled(if: Tool.isInstalled("samtools"), "samtools is not installed"))
    func readsCRAMWithItsReferenceAndRefusesItWithout() throws {
        let folder = try ScratchFolder()
        let reference = try Self.reference(folder)
        let bam = try folder.write("r.bam", try Self.bam(Self.records))
        let cram = folder.path("r.cram")
        try Tool.run("samtools", "view", "-C", "--no-PG", "-T", reference.path, "-o", cram, bam)
        try? FileManager.default.removeItem(atPath: reference.path + ".fai")
        let read = try Delivered(.alignments(cram), reference: reference)
        #expect(read.problems.isEmpty && read.fragments.count == 3000)
        #expect(read.fragments[7][0].sequence == Self.records[7].sequence)
        #expect(read.fragments[7][0].qualities == Self.records[7].qualities)
        let error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(cram)) }
        #expect(error?.code == .unsupported && error?.message.contains("reference") == true)

        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: cram)))
        let partial = try ReferenceGenome(
            path: try folder.write("two.fa", ">chr2\n\(String(repeating: "C", count: 50))\n"))
        let lacking = #expect(throws: GenomicsError.self) { try Delivered(.alignments(cram), reference: partial) }
        #expect(lacking?.code == .referenceMismatch)
        for kept in [whole.count - 10, whole.count - 39, whole.count / 2] {
            let cut = try Delivered(.alignments(try folder.write("cut.cram", whole[..<kept])), reference: reference)
            #expect(cut.problems.count == 1)
        }
        let other = try ReferenceGenome(
            path: try folder.write("other.fa", ">chr1\n\(String(repeating: "G", count: 1000))\n>chr2\nC\n"))
        let different = #expect(throws: GenomicsError.self) { try Delivered(.alignments(cram), reference: other) }
        #expect(different?.code == .referenceMismatch && different?.field == "M5")
    }

    @Test func aCIGARTooLongForBAMIsKeptInItsTag() throws {
        let folder = try ScratchFolder()
        let count = 35_000
        let header = "@SQ\tSN:c\tLN:100000\n"
        let text =
            header
            + Self.line(
                "a",
                [
                    2: "c", 5: String(repeating: "1M1I", count: count), 9: String(repeating: "AC", count: count),
                    10: "*",
                ])
        let record = try Delivered(.alignments(try folder.write("r.sam", text))).fragments[0][0]
        #expect(record.cigarCount == 2 && record.cigar(0) == CigarOperation(.softClip, UInt32(2 * count)))
        #expect(record.cigar(1) == CigarOperation(.skip, UInt32(count)))
        #expect(record.cigar.count == 2 * count)
        guard Tool.isInstalled("samtools") else { return }
        let path = try folder.write(
            "r.bam", try BAMBatch.encode(header: try AlignmentHeader(text: header), records: [record]))
        let fields = String(decoding: try Tool.run("samtools", "view", path), as: UTF8.self).split(separator: "\t")
        #expect(fields[5] == String(repeating: "1M1I", count: count))
    }

    @Test func formatsThatAreNoAlignmentsAreRefused() throws {
        let folder = try ScratchFolder()
        for text in ["@r\nACGT\n+\nIIII\n", ">x\nACGT\n", "##fileformat=VCFv4.2\n", "hello\n", ""] {
            #expect(throws: GenomicsError.self) { try Delivered(.alignments(try folder.write("x", text))) }
        }
        let error = #expect(throws: GenomicsError.self) { try Delivered(.alignments(folder.path("none.bam"))) }
        #expect(error?.code == .cannotRead)
    }

    @Test func aHeaderWithoutReadsIsReported() throws {
        let folder = try ScratchFolder()
        #expect(try Delivered(.alignments(try folder.write("r.sam", Self.header))).places == ["0 file"])
    }

    @Test(.enabled(if: HelicaseData.isThere && Tool.isInstalled("samtools"), "HELICASE_DATA or samtools is missing"))
    func readsRealFilesAsSamtoolsDoes() throws {
        let cases = [
            ("illumina_na12878/NA12878.chr20_10.0-10.1Mb.52x.bam", "hg19.chr20.masked.fa.gz", 52_035),
            ("ont_hg002/HG002.ONT_R10.chr20_5.05-5.075Mb.bam", "GRCh38.chr20_chr21.first10Mb.fa.gz", 115),
        ]
        for (alignments, reference, count) in cases {
            let genome = try ReferenceGenome(path: HelicaseData.variants(reference))
            let read = try Delivered(.alignments(HelicaseData.variants(alignments)), reference: genome)
            #expect(read.problems.isEmpty && read.fragments.count == count)
            let file = try ReadFile(.alignments(HelicaseData.variants(alignments)), readGroup: "", reference: nil)
            let header = try #require(file.header)
            let folder = try ScratchFolder()
            let records = read.fragments.prefix(2000).map { $0[0] }
            let batch = try folder.write("b.bam", try BAMBatch.encode(header: header, records: Array(records)))
            let ours = try Tool.run("samtools", "view", batch)
            let theirs = try Tool.run("samtools", "view", HelicaseData.variants(alignments))
            #expect(theirs.starts(with: ours) && !ours.isEmpty)
        }
    }
}
