import Foundation
import TestSupport
import Testing

@testable import Genomics

@Suite struct ReferenceGenomeTests {
    static let fasta = ">one first contig\nACGTacgtNN\nRYSW\n>two\nTTTTT\n"

    @Test func readsBasesAndMakesTheIndexInAScratchPlace() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", Self.fasta)
        let genome = try ReferenceGenome(path: path)
        #expect(genome.contigs == [Contig(name: "one", length: 14), Contig(name: "two", length: 5)])
        #expect(genome.path == path)
        #expect(genome.index(of: "two") == 1 && genome.index(of: "three") == nil)
        #expect(try String(decoding: genome.bases(contig: 0, 0..<14), as: UTF8.self) == "ACGTACGTNNRYSW")
        #expect(try String(decoding: genome.bases(contig: 0, 3..<6), as: UTF8.self) == "TAC")
        #expect(try genome.bases(contig: 1, 5..<5).isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["r.fa"])
    }

    @Test func aRangePastTheEndIsAnErrorThatNamesTheContig() throws {
        let folder = try ScratchFolder()
        let genome = try ReferenceGenome(path: try folder.write("r.fa", Self.fasta))
        let error = #expect(throws: GenomicsError.self) { try genome.bases(contig: 1, 3..<6) }
        #expect(error?.code == .referenceMismatch && error?.message.contains("two") == true)
    }

    @Test func whatIsNoBaseReadsAsN() throws {
        let folder = try ScratchFolder()
        let genome = try ReferenceGenome(path: try folder.write("r.fa", ">one\nAC=*-xGT\n"))
        #expect(try String(decoding: genome.bases(contig: 0, 0..<8), as: UTF8.self) == "ACNNNNGT")
    }

    /// htslib divides by the letters of a contig's first line.
    @Test func aLineWithoutALetterIsRefused() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", Array(">c1 first\n".utf8) + [0xab, 0xab, 0xab, 0x0a] + Array("NnA\n".utf8))
        let error = #expect(throws: GenomicsError.self) { try ReferenceGenome(path: path) }
        #expect(error?.code == .malformed && error?.file == path)
    }

    /// htslib leaves the second one out without a word, in the middle as at the end.
    @Test(arguments: [">one\nACGT\n>two\nCC\n>one two\nGGGG\n", ">one\nACGT\n>one\nGGGG\n>two\nCC\n"])
    func aNameOfTwoSequencesIsRefused(_ text: String) throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", text)
        for isIndexed in [false, true] {
            if isIndexed { try Tool.run("samtools", "faidx", path) }
            let error = #expect(throws: GenomicsError.self) { try ReferenceGenome(path: path) }
            #expect(error?.code == .malformed && error?.message.contains("\"one\"") == true)
        }
    }

    @Test func theDigestIsOfTheSequenceAndNotOfItsFile() throws {
        let folder = try ScratchFolder()
        let plain = try ReferenceGenome(path: try folder.write("a.fa", Self.fasta))
        let wrapped = try ReferenceGenome(
            path: try folder.write("b.fa", ">one\nACGTACGTNNRYSW\n>two\nTTTTT\n"))
        let blocked = try ReferenceGenome(
            path: try folder.write("c.fa.gz", BGZFBytes.compress(Array(Self.fasta.utf8), level: 1)))
        let other = try ReferenceGenome(path: try folder.write("d.fa", ">one\nACGTACGTNNRYSW\n>two\nTTTTA\n"))
        let renamed = try ReferenceGenome(path: try folder.write("e.fa", ">one\nACGTACGTNNRYSW\n>Two\nTTTTT\n"))
        #expect(plain.digest == wrapped.digest && plain.digest == blocked.digest)
        #expect(plain.digest.count == 32)
        #expect(Set([plain.digest, other.digest, renamed.digest]).count == 3)
        #expect(try blocked.bases(contig: 0, 8..<12) == Array("NNRY".utf8))
    }

    @Test(arguments: ["\n", "\r\n", " \n"])
    func everyRangeOfAPlainFileIsThatOfTheCompressedOne(_ end: String) throws {
        let folder = try ScratchFolder()
        let lines = [">one", "ACGTACGTnn", "RYSWACGTTT", "GA", ">two", "TTTTT", ">three", "A"]
        let text = lines.map { $0 + end }.joined()
        let plain = try ReferenceGenome(path: try folder.write("a.fa", text))
        let blocked = try ReferenceGenome(
            path: try folder.write("b.fa.gz", BGZFBytes.compress(Array(text.utf8), level: 1)))
        #expect(plain.contigs == blocked.contigs && plain.contigs.map(\.length) == [22, 5, 1])
        for (number, contig) in plain.contigs.enumerated() {
            for start in 0..<contig.length {
                for stop in start...contig.length {
                    #expect(
                        try plain.bases(contig: number, start..<stop) == blocked.bases(contig: number, start..<stop))
                }
            }
        }
    }

    @Test func aFileWhoseLinesAreNotThoseOfItsIndexIsAnError() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", ">one\nACG\nTACG\n")
        let contigs = [Contig(name: "one", length: 7)]
        _ = try folder.write("r.fa.fai", "one\t7\t5\t4\t5\n")
        let lines = try #require(PlainFASTA(path: path, contigs: contigs))
        let letters = (0...UInt8.max).map { (0x21...0x7e).contains($0) ? $0 : 0 }
        #expect(lines.letters(contig: 0, 0..<3, letters) == Array("ACG".utf8))
        #expect(lines.letters(contig: 0, 0..<7, letters) == nil)
        #expect(lines.letters(contig: 0, 3..<4, letters) == nil)
        _ = try folder.write("r.fa.fai", "one\t700\t5\t4\t5\n")
        #expect(PlainFASTA(path: path, contigs: contigs) == nil, "the index is of another file")
    }

    @Test func windowsAcrossBlocksAreWholeFromManyThreads() throws {
        let folder = try ScratchFolder()
        let letters = Array("ACGT".utf8)
        let bases = (0..<300_000).map { (index: Int) -> UInt8 in letters[(index * 7 + index / 5) % 4] }
        let genome = try ReferenceGenome(path: try folder.write("r.fa", Array(">big\n".utf8) + bases + [0x0a]))
        DispatchQueue.concurrentPerform(iterations: 64) { number in
            let start = number * 4_500
            let end = min(bases.count, start + 70_000)
            #expect((try? genome.bases(contig: 0, start..<end)) == Array(bases[start..<end]))
        }
    }

    @Test func plainGzipIsRefusedWithWhatToDo() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("r.fa", Self.fasta)
        try Tool.run("gzip", path)
        let error = #expect(throws: GenomicsError.self) { try ReferenceGenome(path: path + ".gz") }
        #expect(error?.code == .unsupported && error?.message.contains("bgzip") == true)
    }

    @Test func missingEmptyAndForeignFilesAreErrors() throws {
        let folder = try ScratchFolder()
        #expect(throws: GenomicsError.self) { try ReferenceGenome(path: folder.path("none.fa")) }
        for (name, text) in [("empty.fa", ""), ("text.fa", "hello\n"), ("fastq.fq", "@r\nACGT\n+\nIIII\n")] {
            let path = try folder.write(name, text)
            #expect(throws: GenomicsError.self) { try ReferenceGenome(path: path) }
        }
    }

    @Test(.enabled(if: HelicaseData.isThere, "HELICASE_DATA names no data"))
    func opensAMaskedChromosomeFast() throws {
        let genome = try ReferenceGenome(path: HelicaseData.variants("hg19.chr20.masked.fa.gz"))
        #expect(genome.contigs == [Contig(name: "chr20", length: 63_025_520)])
        #expect(try genome.bases(contig: 0, 9_999_999..<10_000_009).allSatisfy { "ACGT".utf8.contains($0) })
    }
}
