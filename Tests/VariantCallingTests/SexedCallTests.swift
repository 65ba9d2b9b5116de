import TestSupport
import Testing

@testable import Genomics
@testable import VariantCalling

/// Calls for each sex that the depths may show, and what is written once it is known.
struct SexedCallTests {
    private let contigs = [
        Contig(name: "chr1", length: 100_000), Contig(name: "chrX", length: 100_000),
        Contig(name: "chrY", length: 50_000),
    ]
    private let likely: [Float] = [0.001, 0.998, 0.001]
    private let double: [Float] = [0.0001, 0.01, 0.9899]

    private func calls(_ plan: PloidyPlan, _ contig: String, _ probabilities: [Float]) -> [SexedCall] {
        SexedGenotyper(plan).call([Fixture.allele("A", "G", contig: contig, probabilities)])
    }

    @Test("X and Y are called for each sex; what does not depend on it stands for all")
    func alternatives() {
        let plan = PloidyPlan(contigs: contigs)
        #expect(calls(plan, "chr1", double).map(\.sexes) == [[]])
        let x = calls(plan, "chrX", double)
        #expect(x.map(\.call.genotype) == [[1, 1], [1]] && x.map(\.sexes) == [[.xx, .notDetermined], [.xy]])
        let y = calls(plan, "chrY", double)
        #expect(y.map(\.call.genotype) == [[1], [1, 1]] && y.map(\.sexes) == [[.xy], [.notDetermined]])
        // Half of the reads: on one chromosome what fewer than half show is no allele.
        #expect(calls(plan, "chrX", likely).filter { $0.stands(with: .xx) }.map(\.call.genotype) == [[0, 1]])
    }

    @Test("A sex that was given leaves nothing open, and a stretch counts before it")
    func given() {
        let plan = PloidyPlan(.xy, contigs: contigs)
        #expect(!plan.isOpen("chrX") && plan.ploidy(.xx) == plan.ploidy(.xy))
        #expect(calls(plan, "chrX", double) == [SexedCall(calls(plan, "chrX", double)[0].call)])
        #expect(calls(plan, "chrX", double)[0].call.genotype == [1])
        #expect(calls(PloidyPlan(.xx, contigs: contigs), "chrY", double).isEmpty)
        let stretch = PloidyStretch(interval: Interval(contig: "chrX", start: 100, end: 100), copies: 2)
        for choice in SexChoice.allCases {
            let plan = PloidyPlan(choice, stretches: [stretch], contigs: contigs)
            #expect(calls(plan, "chrX", double) == [SexedCall(calls(plan, "chrX", double)[0].call)])
            #expect(calls(plan, "chrX", double)[0].call.genotype == [1, 1])
        }
    }

    @Test("Of the calls those of the sex are written, in the VCF as in the gVCF, and the panel is answered by it")
    func written() throws {
        let plan = PloidyPlan(contigs: contigs)
        let found = ["chrX", "chrY"].map { contig in
            var blocks: [ReferenceBlock] = []
            for position in 95..<105 {
                blocks.add(ReferenceBlock(contig: contig, position: position, reads: 10, ofReference: 10))
            }
            let site = Candidate(contig: contig, position: 100, reference: "A", alternate: "G")
            let evidence = SiteEvidence(site, pileup: nil, callability: nil, regions: nil)
            return ShardFindings(calls: calls(plan, contig, double), blocks: blocks, sites: [evidence])
        }
        func lines(_ sex: SexByCoverage.Verdict) throws -> (vcf: [String], gvcf: [String], answers: [String]) {
            var records = FoundRecords(
                plan, reference: { _, range in ReferenceWindow(start: 0, bases: Array(repeating: 65, count: 200)) },
                hasBlocks: true)
            records.sex = sex
            var result: (vcf: [Variant], gvcf: [Variant], answers: [SiteAnswer]) = ([], [], [])
            for findings in found {
                let shard = try records.add(findings)
                result.vcf += shard.variants
                result.gvcf += shard.blocks
                result.answers += shard.answers
            }
            result.vcf += records.finish()
            func words(_ variant: Variant) -> String {
                "\(variant.contig) \(variant.position) \(variant.genotype?.description ?? "?")"
            }
            return (
                result.vcf.map { "\(words($0)) \($0.info("WHY") ?? "")" }, result.gvcf.map(words),
                result.answers.map { "\($0.reason) \($0.call?.genotype ?? "")" }
            )
        }
        let male = try lines(.xy)
        #expect(male.vcf == ["chrX 100 1 called", "chrY 100 1 called"])
        #expect(male.gvcf == ["chrX 96 0", "chrX 100 1", "chrX 101 0", "chrY 96 0", "chrY 100 1", "chrY 101 0"])
        #expect(male.answers == ["called 1", "called 1"])
        let female = try lines(.xx)
        #expect(female.vcf == ["chrX 100 1/1 called", "chrY 100 . absent"])
        #expect(female.gvcf == ["chrX 96 0/0", "chrX 100 1/1", "chrX 101 0/0"])
        #expect(female.answers == ["called 1/1", "absent "])
        #expect(try lines(.notDetermined).vcf == ["chrX 100 1/1 called", "chrY 100 1/1 called"])
    }

    @Test("A block is of as many chromosomes as there are, and is cut where their number changes")
    func blocks() throws {
        var ploidy = Ploidy()
        for (copies, range) in [(1, 2..<4), (0, 4..<6), (3, 6..<8)] { ploidy.set(copies, "c", range) }
        var records = GVCFRecords(
            reference: { _, _ in ReferenceWindow(start: 0, bases: Array("GATTACAGGG".utf8)) }, ploidy: ploidy)
        var blocks: [ReferenceBlock] = []
        for position in 0..<10 {
            blocks.add(ReferenceBlock(contig: "c", position: position, reads: 10, ofReference: 10))
        }
        #expect(
            try records.merge([], blocks).map { $0.vcfLine(hasSample: true).replacing("\t", with: " ") } == [
                "c 1 . G <NON_REF> . . END=2 GT:GQ:DP:MIN_DP:PL 0/0:30:10:10:0,30,200",
                "c 3 . T <NON_REF> . . END=4 GT:GQ:DP:MIN_DP:PL 0:99:10:10:0,200",
                // Ten reads, each of one of the two chromosomes of three that are left: 10 x 1.76 Phred.
                "c 7 . A <NON_REF> . . END=8 GT:GQ:DP:MIN_DP:PL 0/0/0:18:10:10:0,18,48,200",
                "c 9 . G <NON_REF> . . END=10 GT:GQ:DP:MIN_DP:PL 0/0:30:10:10:0,30,200",
            ])
    }

    @Test("Blocks and limits are kept as packed numbers, and damaged ones are errors")
    func packing() throws {
        var blocks: [ReferenceBlock] = []
        for (position, reads, others) in [(3, 300, 0), (4, 2, 2), (900, 5, 1), (20_000, 0, 0)] {
            blocks.add(
                ReferenceBlock(contig: "chrY", position: position, reads: reads, ofReference: reads - others))
        }
        #expect(blocks[1].heterozygous < 0)
        let bytes = blocks.packed()
        #expect(try [ReferenceBlock](unpacking: bytes, contig: contigs[2]) == blocks)
        #expect(bytes.count < 10 * blocks.count)
        for damaged in [bytes.dropLast(), bytes + [0x80], [1, 2, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]] as [[UInt8]] {
            #expect(throws: ExampleError.self) { try [ReferenceBlock](unpacking: damaged, contig: contigs[2]) }
        }
        #expect(throws: ExampleError.self) {
            try [ReferenceBlock](unpacking: bytes, contig: Contig(name: "chrY", length: 20_000))
        }
        let numbers = [0, -1, 1, 63, 64, -65, 1 << 40, -(1 << 40)]
        var packed = PackedNumbers()
        for number in numbers { packed.append(number) }
        var reader = PackedNumbers.Reader(packed.bytes)
        #expect(try numbers.map { _ in try reader.next() } == numbers && reader.isAtEnd)

        let limits = BlockLimits([
            Fixture.allele("A", "G", at: 4, contig: "chrY", [0.9, 0.1, 0]),
            Fixture.allele("A", "G", at: 901, contig: "chrY", [0.1, 0.9, 0]),
        ])
        let again = try BlockLimits(decoding: limits.encoded())
        #expect(again == limits)
        var lowered = blocks
        again.apply(to: &lowered)
        #expect(lowered.map(\.quality) == [10, 0, 0, 0] && blocks[0].quality == 99)
        #expect(throws: ExampleError.self) { try BlockLimits(decoding: [0x80]) }
    }

    @Test("Blocks and their limits are the same for any division into bins")
    func bins() {
        let bases = PileupFixture.reference(40_000)
        let window = ReferenceWindow(start: 0, bases: bases)
        var records: [BAMRecord] = []
        for (number, start) in stride(from: 100, to: 39_000, by: 37).enumerated() {
            var own = Array(bases[start..<(start + 200)])
            // Every eleventh read lacks bases, some of them across the bins' end; every fifth shows another letter.
            if number % 5 == 0 { own[100] = own[100] == 65 ? 67 : 65 }
            let cigar = number % 11 == 0 ? "80M4D116M" : nil
            if number % 11 == 0 { own.removeLast(4) }
            records.append(PileupFixture.read("r\(number)", at: start, PileupFixture.text(own), cigar: cigar))
        }
        // Three reads with bases between the first bin's last position and the next bin's first, of neither's letter.
        let inserted = Array("ACGT".utf8).first { $0 != bases[16_383] && $0 != bases[16_384] } ?? 0
        for name in ["a", "b", "c"] {
            let own = bases[16_300..<16_384] + [inserted, inserted] + bases[16_384..<16_460]
            records.append(PileupFixture.read(name, at: 16_300, PileupFixture.text(own), cigar: "84M2I76M"))
        }
        func blocks(_ size: Int) -> [ReferenceBlock] {
            stride(from: 0, to: bases.count, by: size).flatMap { start in
                let made = BinCaller().process(
                    contig: "c", core: start..<min(start + size, bases.count), reference: window, records: records,
                    findsBlocks: true)
                var blocks = made.blocks
                BlockLimits(made.candidates.map { Genotyper.Allele(candidate: $0, probabilities: [0.5, 0.4, 0.1]) })
                    .apply(to: &blocks)
                return blocks
            }
        }
        let whole = blocks(1 << 16)
        #expect(whole.contains { $0.quality == 3 } && whole.count > 100)
        #expect(whole.contains { $0.range == 16_383..<16_384 && $0.quality == 3 })
        #expect(blocks(1 << 14) == whole && blocks(1 << 15) == whole)
    }
}
