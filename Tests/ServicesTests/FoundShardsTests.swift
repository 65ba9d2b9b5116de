import Events
import Foundation
import Genomics
import Runs
import Storage
import TestSupport
import Testing

@testable import VariantCalling
@testable import helicase_report

/// The rows of a run's shards on their way into its report.
@Suite("What was found in shards", .serialized)
struct FoundShardsTests {
    private let database: Database
    private let run: Identifier
    private let resources: CallingResources
    private let contigs = [Contig(name: "chr1", length: 40_000), Contig(name: "chrX", length: 40_000)]

    init() async throws {
        database = try await migratedDatabase()
        run = Identifier(try await newRun(in: database))
        let folder = FileManager.default.temporaryDirectory.appending(path: "found-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "reference.fa").path
        let text = contigs.map { ">\($0.name)\n" + String(repeating: "ACGTTGCAAC", count: $0.length / 10) + "\n" }
        try text.joined().write(toFile: path, atomically: true, encoding: .utf8)
        let panel = folder.appending(path: "panel.vcf").path
        try
            "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchrX\t101\t.\tA\tG\t.\t.\t.\nchrX\t20001\t.\tA\tG\t.\t.\t.\n"
            .write(toFile: panel, atomically: true, encoding: .utf8)
        let reference = try ReferenceGenome(path: path)
        let request = IngestRequest(
            sample: "S", inputs: [], reference: path, referenceDigest: reference.digest, preset: "sr")
        resources = try CallingResources(
            request, reference: reference, panel: SitePanel(path: panel, reference: reference))
        try FileManager.default.removeItem(at: folder.appending(path: "panel.vcf"))
    }

    private func allele(_ contig: String, _ position: Int, _ probabilities: [Float]) -> Genotyper.Allele {
        var candidate = Candidate(contig: contig, position: position, reference: "A", alternate: "G")
        (candidate.depth, candidate.alternateDepth) = (30, 30)
        return Genotyper.Allele(candidate: candidate, probabilities: probabilities)
    }

    /// What encode and report store of a shard.
    private func store(_ shard: String, _ alleles: [Genotyper.Allele], unit: Int = 0, evidence: Bool = true)
        async throws
    {
        let (run, plan, reference) = (run, resources.plan, resources.reference)
        let contig = contigs[shard.hasPrefix("0") ? 0 : 1]
        var blocks: [ReferenceBlock] = []
        for position in 90..<110 {
            blocks.add(ReferenceBlock(contig: contig.name, position: position, reads: 30, ofReference: 30))
        }
        let packed = blocks.packed()
        let sites = try JSON(
            encoding: (resources.panel?.sites[GenomeBins.Shard(shard) ?? .unplaced] ?? []).map {
                SiteEvidence($0, pileup: nil, callability: nil, regions: nil)
            })
        let summary = try JSON(encoding: ShardSummary(callability: nil, unplacedReads: 0))
        try await database.transaction { connection in
            if unit == 0 {
                try await connection.execute(
                    "INSERT INTO callability VALUES (\(run.uuid), \(shard), \(summary), 0)")
                if evidence {
                    try await connection.execute(
                        "INSERT INTO shard_evidence VALUES (\(run.uuid), \(shard), \(packed), \(sites))")
                }
            }
            _ = try await Ledger.record(
                run: run.uuid, stage: Stage.report, unit: "\(shard)/\(unit)", fed: 1, on: connection)
            for _ in 0..<2 {
                try await CallRows(alleles, of: "\(shard)/\(unit)", plan: plan, contigs: reference)
                    .insert(run, on: connection)
            }
            for allele in alleles {
                try await connection.execute(
                    """
                    INSERT INTO predictions (run_id, task, record, scores, model_version)
                    VALUES (\(run.uuid), 'variants', \(allele.candidate.key), \(allele.probabilities), 'm@1')
                    """)
            }
        }
    }

    private var shards: FoundShards { FoundShards(run: run, resources: resources, regions: nil) }

    @Test("Shards come in the order of the reference with calls of the sex, lowered blocks and the panel, and then go")
    func order() async throws {
        let (sure, none): ([Float], [Float]) = ([0, 0.01, 0.99], [0.9, 0.1, 0])
        try await store("1.0", [allele("chrX", 101, none), allele("chrX", 201, sure)])
        try await store("1.0", [allele("chrX", 301, sure)], unit: 1)
        try await store("0.1", [allele("chr1", 17_001, sure)])
        let (run, shards) = (run, shards)
        try await database.transaction { connection in
            #expect(try await shards.hasEvidence(on: connection))
            try await CallRows.settle(.xy, of: run, on: connection)
            var found: [ShardFindings] = []
            try await shards.forEach(on: connection) { found.append($0) }
            // The last one has no reads.
            #expect(found.map { $0.calls.map(\.call.position) } == [[17_001], [201, 301], []])
            #expect(found.flatMap(\.calls).map(\.call.genotype) == [[1, 1], [1], [1]])
            #expect(found.map(\.sites.count) == [0, 1, 1])
            #expect(found[1].sites[0].noCopy == 0.9 && found[2].sites[0].noCopy == nil)
            #expect(found[1].blocks.map(\.quality) == [90, 10, 90] && found[0].blocks.map(\.quality) == [90])
            try await shards.removeEvidence(on: connection)
            #expect(try await !shards.hasEvidence(on: connection))
        }
        #expect(try await database.scalar("SELECT count(*) FROM calls WHERE run_id = \(run.uuid)") == 3)
    }

    @Test("Without a sex the calls of two chromosomes stand")
    func undetermined() async throws {
        try await store("1.0", [allele("chrX", 201, [0, 0.01, 0.99])])
        #expect(try await database.scalar("SELECT count(*) FROM calls WHERE run_id = \(run.uuid)") == 2)
        let (run, shards) = (run, shards)
        try await database.transaction { connection in
            try await CallRows.settle(.notDetermined, of: run, on: connection)
            var genotypes: [[Int]] = []
            try await shards.forEach(on: connection) { genotypes += $0.calls.map(\.call.genotype) }
            #expect(genotypes == [[1, 1]])
        }
    }

    @Test("What a process of an earlier version left out is noticed")
    func earlierVersion() async throws {
        try await store("0.0", [], evidence: false)
        try await store("0.1", [])
        let (run, shards) = (run, shards)
        try await database.transaction { connection in
            #expect(try await !shards.hasEvidence(on: connection))
            try await connection.execute("DELETE FROM callability WHERE shard = '0.0'")
            #expect(try await shards.hasEvidence(on: connection))
            _ = try await Ledger.record(
                run: run.uuid, stage: Stage.report, unit: "0.1/7", fed: 1, on: connection)
            #expect(try await !shards.hasEvidence(on: connection))
        }
    }
}
