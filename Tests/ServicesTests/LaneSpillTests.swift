import Events
import Foundation
import Genomics
import Messaging
import Testing

@testable import helicase_encode

/// How a lane's batches are sorted into its shards, and when the lane and its shards are complete.
@Suite("Lanes of alignments")
struct LaneSpillTests {
    private static let lanes = 3
    private let run = Identifier()
    private var lane: Lane { Lane(run: run, number: 1) }
    private let partition = TopicPartition(topic: "alignments", partition: 1)
    private let contigs = [Contig(name: "c0", length: 200_000), Contig(name: "c1", length: 60_000)]
    private var bins: GenomeBins { GenomeBins(contigs: contigs) }
    private let path = FileManager.default.temporaryDirectory.appending(path: "lanes-\(UUID().uuidString)").path

    private func spill(_ instance: String = "one") throws -> LaneSpill {
        LaneSpill(folder: try SpillFolder(path: path, instance: instance), table: LaneTable())
    }

    private static func read(_ number: Int, contig: Int32 = 0, position: Int) -> BAMRecord {
        BAMRecord(
            name: Array("r\(number)".utf8), flags: [], referenceID: contig, position: Int32(position),
            cigar: [CigarOperation(.match, 50)], sequence: Array(repeating: UInt8(ascii: "A"), count: 50),
            qualities: Array(repeating: 30, count: 50))
    }

    /// A batch with a read in the middle of each of these bins.
    private func batch(
        _ unit: Int, _ places: [(contig: Int, bin: Int)], passed: String? = nil
    ) throws -> LaneSpill.Content {
        let reads = places.enumerated().map { index, place in
            Self.read(100 * unit + index, contig: Int32(place.contig), position: place.bin * bins.size + 5000)
        }
        let bam = try AlignmentBatch.encode(
            reads, header: AlignmentHeader(contigs: contigs, readGroups: [ReadGroup(id: "g", sample: "S")]))
        return .batch(unit: unit, bam: bam, passed: passed.flatMap { GenomeBins.Shard($0) })
    }

    private func take(
        _ content: LaneSpill.Content, _ spill: LaneSpill, sent: Set<GenomeBins.Shard> = []
    ) throws -> LaneSpill.Taken {
        try spill.take(
            content, of: lane, among: Self.lanes, from: partition, bins: bins, contigs: ["c0": 0, "c1": 1], sent: sent)
    }

    /// The names of the reads of a shard, by batch.
    private func reads(_ shard: String, _ spill: LaneSpill) throws -> [Int: [String]] {
        var found: [Int: [String]] = [:]
        try spill.folder.forEachFrame(of: lane, shard: GenomeBins.Shard(shard)) { frame in
            var records: [BAMRecord] = []
            try SpilledReads.decode(frame.payload, into: &records)
            found[frame.unit] = records.map { String(decoding: $0.name, as: UTF8.self) }
        }
        return found
    }

    private static func counts(_ entry: LaneTable.Entry) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: entry.shards.map { ($0.key.description, $0.value) })
    }

    @Test("Each bin belongs to one lane, neighbors to different ones, and reads without a position to one of them")
    func lanesOfBins() {
        let own = (0..<13).map { bins.lane(of: .bin(contig: 0, index: $0), among: 3) }
        #expect(own == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
        #expect(bins.lane(of: .bin(contig: 1, index: 0), among: 3) == 1)
        #expect(bins.lane(of: .unplaced, among: 3) == (13 + 4) % 3)
        #expect(bins.lane(of: .bin(contig: 9, index: 4), among: 3) < 3, "of a contig that there is not, too")
    }

    @Test("A batch's reads go to the shards of its lane and to no others, and a batch that comes twice is there once")
    func sorting() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let spill = try spill()
        // Bins 1, 4 and 7 of the first contig are the lane's; 2 is not.
        _ = try take(batch(0, [(0, 1), (0, 4), (0, 2)]), spill)
        _ = try take(batch(5, [(0, 4)]), spill)
        let taken = try take(batch(5, [(0, 7)]), spill)
        #expect(Self.counts(taken.entry) == ["0.1": 1, "0.4": 2])
        #expect(try reads("0.1", spill) == [0: ["r0"]])
        #expect(try reads("0.4", spill) == [0: ["r1"], 5: ["r500"]])
        #expect(try reads("0.2", spill).isEmpty && reads("0.7", spill).isEmpty)
        #expect(taken.entry.readGroups.map(\.id) == ["g"] && taken.entry.batches.count == 2)
    }

    @Test("Seal and batches complete a lane in every order")
    func orders() throws {
        let contents: [LaneSpill.Content] = try [
            batch(0, [(0, 1)]), batch(5, [(0, 4)]), .lost(unit: 3), .seal(batches: 3),
        ]
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            defer { try? FileManager.default.removeItem(atPath: path) }
            let spill = try spill()
            #expect(try order.map { try take(contents[$0], spill).entry.isComplete } == [false, false, false, true])
        }
    }

    @Test("Another process goes on from the journal, and a batch that was cut off in the middle comes again")
    func takeOver() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try spill()
        _ = try take(batch(0, [(0, 1), (0, 4)]), first)
        _ = try take(batch(1, [(0, 4), (0, 7)], passed: "0.5"), first)
        // Killed between the reads and the journal.
        try first.folder.append(
            SpillFrame(kind: .batch, unit: 2, payload: SpilledReads.encode([Self.read(200, position: 5000)])),
            lane: lane, shard: .bin(contig: 0, index: 7))
        let second = try spill("two")
        let taken = try take(.seal(batches: 3), second)
        #expect(!taken.entry.isComplete && Self.counts(taken.entry) == ["0.1": 1, "0.4": 2, "0.7": 1])
        #expect(taken.entry.closed.map(\.description).sorted() == ["0.1", "0.4"])
        // The record that closed shards closes them again when it is delivered again.
        let again = try take(batch(1, [(0, 4), (0, 7)], passed: "0.5"), second)
        #expect(again.closes.map(\.description) == ["0.1", "0.4"])
        #expect(try take(batch(2, [(0, 7)]), second).entry.isComplete)
        #expect(try reads("0.7", second)[2] == ["r200"])
    }

    @Test("A sorted lane's shards are closed as they are passed, and late reads leave them as they are")
    func passing() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let spill = try spill()
        #expect(try take(batch(0, [(0, 1), (0, 4)], passed: "0.1"), spill).closes.isEmpty)
        #expect(try take(batch(1, [(0, 4)], passed: "0.4"), spill).closes.map(\.description) == ["0.1"])
        let last = try take(batch(2, [(0, 1), (0, 7), (1, 0)], passed: "1.0"), spill)
        #expect(last.closes.map(\.description) == ["0.4", "0.7"])
        #expect(try reads("0.1", spill) == [0: ["r0"]], "the late read is left out")
        var entry = last.entry
        entry.remove(last.closes)
        #expect(Self.counts(entry) == ["0.1": 1, "1.0": 1] && entry.closers == [1: [.bin(contig: 0, index: 1)]])
    }

    @Test("Reads of shards that are sent already are not spilled again")
    func sent() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let spill = try spill()
        let taken = try take(batch(0, [(0, 1), (0, 4)]), spill, sent: [.bin(contig: 0, index: 1)])
        #expect(Self.counts(taken.entry) == ["0.4": 1])
        #expect(try reads("0.1", spill).isEmpty)
    }

    @Test("The lanes of a partition that is another process's now are read from the disk again")
    func revoked() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let spill = try spill()
        _ = try take(batch(0, [(0, 1)]), spill)
        spill.table.remove([TopicPartition(topic: "alignments", partition: 2)])
        #expect(spill.table.entry(of: lane) != nil)
        spill.table.remove([partition])
        #expect(spill.table.entry(of: lane) == nil)
        #expect(try take(.seal(batches: 1), spill).entry.isComplete)
    }

    @Test("A set of bits counts each number once")
    func bits() {
        var set = BitSet()
        #expect([5, 64, 5, 0, 1000].map { set.insert($0) } == [true, true, false, true, true])
        #expect(set.count == 4 && [0, 5, 64, 1000].allSatisfy(set.contains))
        #expect(![1, 63, 65, 100_000, -1].contains(where: set.contains))
    }
}
