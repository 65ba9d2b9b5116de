import Foundation
import Genomics
import TestSupport
import Testing

@testable import VariantCalling

/// Real mitochondria; skipped where the data is absent (set `HELICASE_DATA`).
@Suite(.enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
struct RealMixtureTests {
    private static func path(_ name: String) -> String { HelicaseData.folder.appending(path: name).path }

    /// The bases of a FASTA file with one sequence.
    private static func bases(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix(">") }
            .joined().uppercased()
    }

    /// What is found in a BAM file against rCRS under a name.
    private static func found(_ bam: String, contig: String) async throws -> [ShardFindings] {
        let folder = try ScratchFolder()
        let reference = try folder.reference([(contig, bases("clinical/mtdna/rCRS.fa"))])
        let caller = LocalCaller(
            reference: reference, model: try CallingModel(Fixture.package()),
            plan: PloidyPlan(contigs: reference.contigs), findsBlocks: true)
        var records = try BAMBatch.decode([UInt8](Data(contentsOf: URL(filePath: path(bam))))).records
        let bins = GenomeBins(contigs: reference.contigs)
        records = records.filter { $0.referenceID == 0 && $0.position >= 0 }
        var found: [ShardFindings] = []
        var seen = LocalCaller.Seen(contigs: reference.contigs)
        for index in 0...1 {
            let shard = GenomeBins.Shard.bin(contig: 0, index: index)
            let own = records.filter { bins.shards(of: $0).contains(shard) }
            found.append(
                try await caller.call(shard, records: own, readGroups: [], regions: nil, workers: 1, seen: &seen))
        }
        return found
    }

    private static func share(_ call: SiteCall) -> Double { call.fractions?.first?.share ?? 0 }

    @Test
    func `HG03478: the alleles of most molecules are the published consensus, and the others are a second person's`()
        async throws
    {
        let calls = try await Self.found(
            "variants/more/mtdna_persons/HG03478.MT.lowcov.bam", contig: "MT"
        ).flatMap(\.calls).map(\.call)
        let (reference, expected) = (
            try Self.bases("clinical/mtdna/rCRS.fa"),
            try Self.bases("variants/more/mtdna_persons/HG03478.expected_consensus.fasta")
        )
        let differences = zip(reference.utf8, expected.utf8).enumerated().filter { $0.element.0 != $0.element.1 }.map {
            "\($0.offset + 1)\(UnicodeScalar($0.element.1))"
        }
        #expect(differences.count == 35)
        let most = calls.filter { $0.isSNV && Self.share($0) > 0.5 }
        #expect(most.map { "\($0.position)\($0.alternates[0])" } == differences)
        #expect(most.allSatisfy { $0.isPassed && $0.quality >= 20 })
    }

    @Test func `NA12878: three substitutions of all molecules, and the lengths of the C stretch as doubtful ones`()
        async throws
    {
        let found = try await Self.found("clinical/mtdna/NA12878.chrM_1-1149.bam", contig: "chrM")
        let calls = found.flatMap(\.calls).map(\.call)
        let passed = calls.filter(\.isPassed)
        #expect(passed.map { "\($0.position)\($0.reference)>\($0.alternates[0])" } == ["152T>C", "263A>G", "750A>G"])
        #expect(passed.allSatisfy { $0.genotype == [1] && Self.share($0) > 0.99 && $0.depth > 900 })
        // One C more in front of 310 in most molecules, two in some, and one more behind it, as Mutect2 finds them; reads that have gone through the
        // stretch count its bases wrongly on one strand.
        let doubtful = calls.filter { !$0.isPassed }
        #expect(doubtful.allSatisfy { (301...318).contains($0.position) })
        #expect(doubtful.allSatisfy { $0.position > 316 || $0.filters.contains("ArtefactProne") })
        let alleles = doubtful.map { "\($0.position)\($0.reference)>\($0.alternates[0])" }
        for length in ["302A>AC", "302A>ACC", "310T>TC"] { #expect(alleles.contains(length)) }
        // Blocks of one allele, and nothing where no read is.
        let blocks = found.flatMap(\.blocks)
        #expect(blocks.contains { $0.quality == 99 } && !blocks.contains { $0.range.contains(3106) })
    }
}
