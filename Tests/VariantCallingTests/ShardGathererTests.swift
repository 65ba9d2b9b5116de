import Genomics
import Testing
import VariantCalling

/// Records of a file by shard.
struct ShardGathererTests {
    private let folder: ScratchFolder
    private let reference: ReferenceGenome
    private let bins: GenomeBins

    init() throws {
        folder = try ScratchFolder()
        reference = try folder.reference([
            ("chr1", String(repeating: "N", count: 400_000)), ("chr2", String(repeating: "N", count: 50_000)),
        ])
        bins = GenomeBins(contigs: reference.contigs)
    }

    /// A header with the contigs in another order than the reference's, and one that the reference lacks.
    private func header(sorted: Bool) throws -> AlignmentHeader {
        try AlignmentHeader(
            text: "@HD\tVN:1.6\tSO:\(sorted ? "coordinate" : "unsorted")\n@SQ\tSN:decoy\tLN:9000\n"
                + "@SQ\tSN:chr2\tLN:50000\n@SQ\tSN:chr1\tLN:400000\n")
    }

    private func record(_ name: String, contig: Int32, at position: Int, clip: UInt32 = 0) -> BAMRecord {
        var cigar = [CigarOperation(.match, 4)]
        if clip > 0 { cigar.insert(CigarOperation(.hardClip, clip), at: 0) }
        return BAMRecord(
            name: name.utf8, flags: [], referenceID: contig, position: Int32(position), mappingQuality: 60,
            cigar: cigar, mateReferenceID: contig, matePosition: Int32(position), sequence: "ACGT".utf8, qualities: [])
    }

    private typealias Gathered = [(shard: GenomeBins.Shard, records: [BAMRecord])]

    private func gather(_ records: [BAMRecord], sorted: Bool) throws -> (passing: Gathered, all: Gathered) {
        var gatherer = ShardGatherer(header: try header(sorted: sorted), reference: reference)
        let passing = records.flatMap { gatherer.add($0) }
        return (passing, passing + gatherer.finish())
    }

    /// Reads every 500 bases of chr2 and chr1, in the order of the file's header, and some that have no shard.
    private var reads: [BAMRecord] {
        var records = [record("decoy", contig: 0, at: 5)]
        for (contig, length) in [(1 as Int32, 50_000), (2 as Int32, 400_000)] {
            records += stride(from: 0, to: length - 4, by: 500).map {
                record("\(contig):\($0)", contig: contig, at: $0)
            }
        }
        let unplaced = BAMRecord(name: "lost".utf8, flags: [.unmapped], sequence: "ACGT".utf8, qualities: [])
        return records + [unplaced]
    }

    @Test("A sorted file's shards come out as it is read, each once and in the file's order")
    func sorted() throws {
        let (passing, all) = try gather(reads, sorted: true)
        #expect(passing.count > all.count / 2, "most shards do not wait for the end")
        let shards = all.map(\.shard)
        #expect(Set(shards).count == shards.count)
        let chr1 = shards.filter { if case .bin(0, _) = $0 { true } else { false } }
        let chr2 = shards.filter { if case .bin(1, _) = $0 { true } else { false } }
        #expect(chr1 == chr1.sorted() && chr2 == chr2.sorted())
        #expect(shards == chr2 + chr1 + [.unplaced])
    }

    @Test("A file in any order gives the same shards with the same records, at its end")
    func unsorted() throws {
        let sorted = try gather(reads, sorted: true).all
        let (passing, all) = try gather(reads.reversed(), sorted: false)
        #expect(passing.isEmpty)
        #expect(all.map(\.shard) == sorted.map(\.shard).sorted())
        let records = Dictionary(uniqueKeysWithValues: sorted.map { ($0.shard, Set($0.records)) })
        for gathered in all { #expect(records[gathered.shard] == Set(gathered.records), "\(gathered.shard)") }
    }

    @Test("A shard has the records that the bins send to it, under the reference's contig numbers")
    func contents() throws {
        for (shard, records) in try gather(reads, sorted: true).all {
            #expect(records.allSatisfy { bins.shards(of: $0).contains(shard) && $0.mateReferenceID == $0.referenceID })
        }
        let shared = try gather(reads, sorted: true).all.flatMap(\.records).filter { bins.shards(of: $0).count == 2 }
        #expect(!shared.isEmpty, "reads at an edge are in both shards")
    }

    @Test("A read whose clipped end reaches far back does not open a shard again", arguments: [true, false])
    func farClip(isSorted: Bool) throws {
        let late = record("clipped", contig: 2, at: 399_900, clip: 390_000)
        let before = try gather(reads, sorted: isSorted).all
        let after = try gather(Array(reads.dropLast(1)) + [late], sorted: isSorted).all
        #expect(after.map(\.shard) == before.map(\.shard))
        let holders = after.filter { $0.records.contains(late.inReference) }.map(\.shard)
        #expect(holders.first != .bin(contig: 0, index: 0) && holders.last == .bin(contig: 0, index: 24))
    }
}

extension BAMRecord {
    /// The record under the number of chr1 in the reference.
    fileprivate var inReference: BAMRecord {
        var record = self
        (record.referenceID, record.mateReferenceID) = (0, 0)
        return record
    }
}
