import Testing

@testable import Genomics
@testable import VariantCalling

/// Blocks of the reference and the records of a gVCF.
struct GVCFTests {
    // 0-based:               0123456789
    private let bases = Array("GATTACAGGG".utf8)

    private func block(_ position: Int, _ reads: Int, _ ofReference: Int) -> ReferenceBlock {
        ReferenceBlock(contig: "c", position: position, reads: reads, ofReference: ofReference)
    }

    private func lines(_ calls: [SiteCall], _ blocks: [ReferenceBlock]) throws -> [String] {
        var records = GVCFRecords { [bases] _, range in ReferenceWindow(start: 0, bases: bases) }
        return try records.merge(calls, blocks).map { $0.vcfLine(hasSample: true).replacing("\t", with: " ") }
    }

    @Test("A read of the reference halves a heterozygote, and one of something else speaks against the reference")
    func likelihoods() {
        #expect(block(0, 10, 10).quality == 30)  // ten halves: 10 x 3 Phred
        #expect(block(0, 40, 40).quality == 99)
        #expect(block(0, 10, 9).quality == 10)  // 10 x 3 - 20
        #expect(block(0, 10, 5).quality == 0)
        #expect(block(0, 0, 0).quality == 0)
    }

    @Test(
        "Neighbours of one band are one block with the least of each; another band, a gap and a multiple of 16,384 end it"
    )
    func joining() {
        var blocks: [ReferenceBlock] = []
        for (position, reads) in [(0, 10), (1, 12), (2, 11), (3, 20), (5, 20)] {
            blocks.add(block(position, reads, reads))
        }
        #expect(blocks.map(\.range) == [0..<3, 3..<4, 5..<6])
        #expect(blocks[0].quality == 30 && blocks[0].minimumDepth == 10 && blocks[0].depth == 11)
        var cut: [ReferenceBlock] = []
        for position in 16_382..<16_386 { cut.add(block(position, 10, 10)) }
        #expect(cut.map(\.range) == [16_382..<16_384, 16_384..<16_386])
    }

    @Test("An allele that was weighed and not called lowers the quality of its position alone")
    func lowering() {
        var blocks: [ReferenceBlock] = []
        for position in 0..<5 { blocks.add(block(position, 30, 30)) }
        blocks.lower(at: 2, to: 7)
        blocks.lower(at: 9, to: 1)
        #expect(blocks.map(\.range) == [0..<2, 2..<3, 3..<5])
        #expect(blocks.map(\.quality) == [90, 7, 90])
        blocks.lower(at: 2, to: 20)
        #expect(blocks[1].quality == 7)
    }

    @Test(
        "Blocks and calls in one order: blocks are cut where a call's REF lies, every record has the allele of all others"
    )
    func records() throws {
        var blocks: [ReferenceBlock] = []
        for position in 0..<10 { blocks.add(block(position, 10, 10)) }
        var candidate = Candidate(contig: "c", position: 3, reference: "TTA", alternate: "T")
        (candidate.depth, candidate.alternateDepth, candidate.referenceDepth) = (10, 5, 5)
        let calls = Genotyper().call([.init(candidate: candidate, probabilities: [0.001, 0.998, 0.001])])
        #expect(
            try lines(calls, blocks) == [
                "c 1 . G <NON_REF> . . END=2 GT:GQ:DP:MIN_DP:PL 0/0:30:10:10:0,30,200",
                "c 3 . TTA T,<NON_REF> 30 PASS DP=10;MQ=0.0;SB=0,5,0,5 GT:GQ:DP:AD:PL 0/1:27:10:5,5,0:33,0,28,48,43,128",
                "c 6 . C <NON_REF> . . END=10 GT:GQ:DP:MIN_DP:PL 0/0:30:10:10:0,30,200",
            ])
    }

    @Test("A position without reads has no genotype")
    func withoutReads() throws {
        #expect(try lines([], [block(4, 0, 0)]) == ["c 5 . A <NON_REF> . . END=5 GT:GQ:DP:MIN_DP:PL ./.:0:0:0:0,0,0"])
    }

    @Test("A deletion that reaches into the next shard cuts its blocks as well")
    func nextShard() throws {
        var records = GVCFRecords { [bases] _, _ in ReferenceWindow(start: 0, bases: bases) }
        var candidate = Candidate(contig: "c", position: 3, reference: "TTAC", alternate: "T")
        candidate.depth = 10
        let calls = Genotyper().call([.init(candidate: candidate, probabilities: [0, 1, 0])])
        _ = try records.merge(calls, [block(2, 10, 10)])
        var next: [ReferenceBlock] = []
        for position in 3..<9 { next.add(block(position, 10, 10)) }
        #expect(try records.merge([], next).map(\.position) == [7])
    }

    @Test("One X and one Y, two where they pair; a BED says more, and what is no number is refused")
    func ploidy() throws {
        let contigs = [
            Contig(name: "chr1", length: 1000), Contig(name: "chrX", length: 156_040_895),
            Contig(name: "chrY", length: 57_227_415),
        ]
        var male = Ploidy(.xy, contigs: contigs)
        #expect(male.of("chrX", position: 10_000) == 1 && male.of("chrX", position: 10_001) == 2)
        #expect(male.of("chrX", position: 2_781_479) == 2 && male.of("chrX", position: 2_781_480) == 1)
        #expect(male.of("chrY", position: 20_000_000) == 1 && male.of("chr1", position: 1) == 2)
        let female = Ploidy(.xx, contigs: contigs)
        #expect(female.of("chrX", position: 10_000) == 2 && female.of("chrY", position: 20_000_000) == 0)
        let folder = try ScratchFolder()
        func read(_ text: String) throws {
            try folder.write("p.bed", text)
            male.set(try PloidyStretch.read(path: folder.path("p.bed"), contigs: contigs))
        }
        try read("chr1\t10\t20\t3\n")
        #expect(male.of("chr1", position: 10) == 2 && male.of("chr1", position: 11) == 3)
        for wrong in ["chr1\t1\t2\tx\n", "chr1\t1\t2\n", "chr1\t1\t2\t9\n", "chr9\t1\t2\t1\n", "chr1\t1\t2000\t1\n"] {
            #expect(throws: GenomicsError.self) { try read(wrong) }
        }
    }
}
