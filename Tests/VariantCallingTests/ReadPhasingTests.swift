import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

/// The phase of neighbouring heterozygous sites, by reads.
@Suite struct ReadPhasingTests {
    /// A heterozygous call with what fragments say of its alternate allele.
    private func call(_ position: Int, _ votes: [UInt32: Int], genotype: [Float] = [0, 1, 0]) throws -> CallSetItem {
        var candidate = Fixture.candidate("A", "C", at: position)
        candidate.votes = FragmentVotes()
        for (fragment, preference) in votes { candidate.votes?.add(fragment, preference) }
        return .call(
            try #require(
                Genotyper().call([Genotyper.Allele(candidate: candidate, probabilities: genotype)]).first))
    }

    /// GT and PS of each item, by position.
    private func phase(_ items: [CallSetItem]) -> [String] {
        var phasing = ReadPhasing()
        let phased = items.flatMap { phasing.add($0) } + phasing.finish()
        return phased.map { item in
            let variant = item.variant
            return "\(variant.position) \(variant.genotype?.description ?? "")"
                + (variant.sampleField("PS").map { " \($0)" } ?? "")
        }
    }

    @Test func `Alleles that fragments show together stand on one side, and those that they do not on the other`()
        throws
    {
        // Fragments 1 and 2 have both alleles of 100 and 200; 3 and 4 that of 300 and neither of the others.
        let first: [UInt32: Int] = [1: 30, 2: 30, 3: -30, 4: -30]
        let items = [
            try call(100, first), try call(200, first), try call(300, first.mapValues { -$0 }),
            // No fragment reaches here.
            try call(9_000, [11: 30, 12: 30, 13: -30]), try call(9_100, [11: 30, 12: 30, 13: -30]),
        ]
        #expect(
            phase(items)
                == ["100 1|0 100", "200 1|0 100", "300 0|1 100", "9000 1|0 9000", "9100 1|0 9000"])
    }

    @Test func `One fragment, weak ones, and as many for as against, say nothing`() throws {
        let many: [UInt32: Int] = [1: 30, 2: 30, 3: 30, 4: -30]
        for second: [UInt32: Int] in [[1: 60], [1: 6, 2: 6], [1: 30, 2: -30], [7: 30, 8: 30]] {
            #expect(phase([try call(100, many), try call(200, second)]) == ["100 0/1", "200 0/1"])
        }
        // Too far apart, however sure.
        #expect(
            phase([try call(100, many), try call(100 + ReadPhasing.longestGap + 1, many)])
                == ["100 0/1", "\(101 + ReadPhasing.longestGap) 0/1"])
    }

    @Test func `A homozygous call between two sites keeps its place and has no phase`() throws {
        let votes: [UInt32: Int] = [1: 30, 2: 30, 3: -30]
        let items = [try call(100, votes), try call(150, votes, genotype: [0, 0, 1]), try call(200, votes)]
        #expect(phase(items) == ["100 1|0 100", "150 1/1", "200 1|0 100"])
    }

    @Test func `Votes are the same text for the same votes, and other text is refused`() throws {
        var votes = FragmentVotes()
        votes.add(0x0102_0304, 30)
        votes.add(7, -40)
        // Of one fragment they add up.
        votes.add(7, -200)
        let bytes = try JSONEncoder().encode([votes])
        // 7, 0, 0, 0, -100; 4, 3, 2, 1, 30.
        #expect(String(decoding: bytes, as: UTF8.self) == #"["BwAAAJwEAwIBHg=="]"#)
        #expect(try JSONDecoder().decode([FragmentVotes].self, from: bytes) == [votes])
        for text in [#"["BwAAAJw"]"#, #"["BwAA"]"#, "[7]", #"["!"]"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([FragmentVotes].self, from: Data(text.utf8))
            }
        }
    }

    @Test(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
    func `Long reads of 8x are phased as WhatsHap phases them`() throws {
        func path(_ name: String) -> String { HelicaseData.variants("more/phasing_whatshap/\(name)") }
        let reference = try ReferenceGenome(path: path("reference.fasta"))
        let records = try BAMBatch.decode([UInt8](Data(contentsOf: URL(filePath: path("pacbio.bam"))))).records
        let expected = try VCFReader.variants(path: path("phased.vcf")).filter { variant in
            variant.genotype?.isPhased == true && variant.reference.utf8.count == 1
                && variant.alternates[0].utf8.count == 1
        }
        let contig = reference.contigs[0]
        let pileups = BinCaller().pileups(
            at: expected.map {
                Candidate(
                    contig: contig.name, position: $0.position, reference: $0.reference, alternate: $0.alternates[0])
            }, core: 0..<contig.length, reference: try reference.window(contig.name, 0..<contig.length),
            records: records)
        var phasing = ReadPhasing()
        var items: [CallSetItem] = []
        for case let pileup? in pileups where pileup.candidate.votes != nil {
            let allele = Genotyper.Allele(candidate: pileup.candidate, probabilities: [0, 1, 0])
            for call in Genotyper().call([allele]) { items += phasing.add(.call(call)) }
        }
        items += phasing.finish()
        let alleles = Dictionary(uniqueKeysWithValues: expected.map { ($0.position, $0.genotype?.alleles ?? []) })
        var phased = 0
        var sides: Set<Bool> = []
        for item in items {
            let variant = item.variant
            guard variant.genotype?.isPhased == true else { continue }
            phased += 1
            sides.insert(variant.genotype?.alleles == alleles[variant.position])
        }
        // One block, which is WhatsHap's or its mirror image.
        #expect(sides.count == 1)
        #expect(phased >= 40 && expected.count < 50)
    }
}
