import Events
import Foundation
import Genomics
import Messaging
import Testing

@testable import helicase_ingest

/// How reads are divided into records.
@Suite("Batches of ingest")
struct BatcherTests {
    private let run = Identifier()

    private static func read(_ number: Int, contig: Int32 = -1, position: Int32 = -1) -> BAMRecord {
        BAMRecord(
            name: Array("r\(number)".utf8), flags: contig < 0 ? [.unmapped] : [], referenceID: contig,
            position: position,
            cigar: contig < 0 ? [] : [CigarOperation(.match, 50)],
            sequence: Array(repeating: UInt8(ascii: "A"), count: 50), qualities: Array(repeating: 30, count: 50))
    }

    private func reference(_ lengths: [Int]) throws -> ReferenceGenome {
        let path = FileManager.default.temporaryDirectory.appending(path: "batcher-\(UUID().uuidString).fa").path
        let text = lengths.enumerated().map { ">c\($0)\n\(String(repeating: "ACGT", count: $1 / 4))\n" }.joined()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try ReferenceGenome(path: path)
    }

    @Test("Reads are divided by bytes, mates stay together, nothing is lost, and ids follow the order")
    func reads() throws {
        func batches() throws -> [OutgoingRecord] {
            var batcher = ReadBatcher(run: run, sample: "S", bytes: 2000, traceparent: nil)
            var out: [OutgoingRecord] = []
            for pair in 0..<100 {
                if let record = try batcher.add([Self.read(2 * pair), Self.read(2 * pair + 1)]) { out.append(record) }
            }
            if let record = try batcher.flush() { out.append(record) }
            #expect(try batcher.flush() == nil)
            #expect(batcher.batches == out.count)
            return out
        }
        let (first, second) = (try batches(), try batches())
        #expect(first.map(\.value) == second.map(\.value))
        let ids = first.map { record in record.headers.first { $0.name == "ce_id" }?.value }
        #expect(ids == first.indices.map { "\(run)/reads/\($0)" })
        let decoded = try first.map { try BAMBatch.decode($0.value ?? []).records }
        #expect(decoded.allSatisfy { $0.count.isMultiple(of: 2) })
        #expect(first.count > 5)
        #expect(decoded.flatMap { $0 } == (0..<200).map { Self.read($0) })
    }

    @Test("A sorted file's shards are sealed as they are passed, each with the number of its batches")
    func sorted() throws {
        let reference = try reference([800_000, 40_000])
        let records =
            stride(from: 0, to: 700_000, by: 500).enumerated().map {
                Self.read($0, contig: 0, position: Int32($1))
            } + [Self.read(5000, contig: 1, position: 7), Self.read(5001)]
        let (batches, seals) = try gather(records, reference: reference, isSorted: true)
        try expect(batches, seals, hold: records, reference: reference)
        // All but the open ones were sealed on the way.
        #expect(seals.early > 30)
    }

    @Test("The shards of an unsorted file are sealed at its end, in the order of the genome")
    func unsorted() throws {
        let reference = try reference([800_000, 40_000])
        let records = (0..<1500).map { Self.read($0, contig: 0, position: Int32($0 * 7919 % 700_000)) }
        let (batches, seals) = try gather(records, reference: reference, isSorted: false)
        try expect(batches, seals, hold: records, reference: reference)
        #expect(seals.early == 0)
    }

    @Test("A mark sends what is gathered, and goes to each shard that is open")
    func mark() throws {
        let reference = try reference([800_000, 40_000])
        let lines = reference.contigs.map { "@SQ\tSN:\($0.name)\tLN:\($0.length)\n" }.joined()
        let header = try AlignmentHeader(text: "@HD\tVN:1.6\tSO:coordinate\n" + lines)
        var batcher = AlignmentBatcher(
            run: run, sample: "S", header: header, readGroups: MergedReadGroups([[]]), reference: reference,
            bytes: 1 << 20, traceparent: nil)
        var sent: [OutgoingRecord] = []
        for position in stride(from: 0, to: 300_000, by: 500) {
            sent +=
                try batcher.add(
                    Self.read(position, contig: 0, position: Int32(position)), input: 0, header: header) ?? []
        }
        let mark = ReadsMark(run: run, number: 3, read: RunCounts(reads: 600), share: 0.3)
        let marked = try batcher.mark(mark)
        func shards(_ records: [OutgoingRecord], _ type: EventType) -> [String] {
            records.filter { $0.headers.contains { $0 == ("ce_type", type.rawValue) } }
                .compactMap { record in record.headers.first { $0.name == "ce_shard" }?.value }
        }
        let marks = shards(marked, .shardMarked)
        let sealed = Set(shards(sent, .shardSealed))
        #expect(!marks.isEmpty && Set(marks).isDisjoint(with: sealed) && marks.count + sealed.count == 19)
        #expect(shards(marked, .alignments).sorted() == marks.sorted(), "what was gathered goes before")
        let first = try EventCoding.decode(ShardMark.self, from: marked.last?.value ?? [])
        #expect(first.mark == mark && first.shards == marks.count)
        // Another mark finds nothing gathered, and the shards still open.
        #expect(try shards(batcher.mark(mark), .alignments).isEmpty)
        #expect(try shards(batcher.mark(mark), .shardMarked) == marks)
    }

    @Test("Files are marked at each tenth but the last, of those that are passed at once at the last")
    func clock() {
        let clock = InterimClock(total: 1000)
        #expect(!clock.isDue(marks: 0, bytes: 99) && clock.isDue(marks: 0, bytes: 100))
        #expect(clock.marksAfter(0, bytes: 100) == 1 && !clock.isDue(marks: 1, bytes: 199))
        #expect(clock.isDue(marks: 1, bytes: 450) && clock.marksAfter(1, bytes: 450) == 4)
        #expect(clock.marksAfter(4, bytes: 999) == 9 && !clock.isDue(marks: 9, bytes: 999))
        #expect(!clock.isDue(marks: 4, bytes: 1000), "the final report is near")
        #expect(clock.share(450) == 0.45 && InterimClock(total: nil).share(450) == nil)
        #expect(!InterimClock(total: nil).isDue(marks: 0, bytes: 450))
    }

    @Test("A record behind a sealed shard of a file that says it is sorted is given back")
    func outOfOrder() throws {
        let reference = try reference([800_000, 40_000])
        let records = stride(from: 0, to: 700_000, by: 500).enumerated().map {
            Self.read($0, contig: 0, position: Int32($1))
        }
        let lines = reference.contigs.map { "@SQ\tSN:\($0.name)\tLN:\($0.length)\n" }.joined()
        let header = try AlignmentHeader(text: "@HD\tVN:1.6\tSO:coordinate\n" + lines)
        var batcher = AlignmentBatcher(
            run: run, sample: "S", header: header, readGroups: MergedReadGroups([header.readGroups]),
            reference: reference, bytes: 4000, traceparent: nil)
        var out: [OutgoingRecord] = []
        for record in records { out += try #require(try batcher.add(record, input: 0, header: header)) }
        #expect(out.contains { Self.seal($0) != nil })
        #expect(try batcher.add(records[0], input: 0, header: header) == nil)
    }

    @Test("A secondary alignment, which only counts, goes to the shard of its position alone, without its bases")
    func secondary() throws {
        let reference = try reference([800_000, 40_000])
        let bin = GenomeBins(contigs: reference.contigs).size
        var record = Self.read(0, contig: 0, position: Int32(bin - 10))
        record.flags = [.secondary, .duplicate]
        let (batches, seals) = try gather([record], reference: reference, isSorted: true)
        let batch = try #require(batches.first)
        #expect(batches.count == 1 && batch.headers.first { $0.name == "ce_shard" }?.value == "0.0")
        let sent = try BAMBatch.decode(batch.value ?? []).records
        #expect(sent.map(\.flags) == [[.secondary, .duplicate]] && sent.map(\.position) == [Int32(bin - 10)])
        #expect(sent.map(\.sequenceLength) == [0])
        #expect(seals.all.map(\.shard).sorted() == ["0.0", "unplaced"])
    }

    private typealias Seals = (early: Int, all: [(shard: String, batches: Int)])

    private func gather(
        _ records: [BAMRecord], reference: ReferenceGenome, isSorted: Bool
    ) throws -> (batches: [OutgoingRecord], seals: Seals) {
        let order = isSorted ? "coordinate" : "unsorted"
        let lines = reference.contigs.map { "@SQ\tSN:\($0.name)\tLN:\($0.length)\n" }.joined()
        let header = try AlignmentHeader(text: "@HD\tVN:1.6\tSO:\(order)\n" + lines)
        var batcher = AlignmentBatcher(
            run: run, sample: "S", header: header, readGroups: MergedReadGroups([header.readGroups]),
            reference: reference, bytes: 4000, traceparent: nil)
        var out: [OutgoingRecord] = []
        for record in records { out += try #require(try batcher.add(record, input: 0, header: header)) }
        let early = out.count { Self.seal($0) != nil }
        out += try batcher.finish()
        #expect(batcher.batches == out.count { Self.seal($0) == nil })
        out += try batcher.lastSeals()
        return (out.filter { Self.seal($0) == nil }, (early, out.compactMap(Self.seal)))
    }

    private static func seal(_ record: OutgoingRecord) -> (shard: String, batches: Int)? {
        guard let seal = try? EventCoding.decode(ShardSeal.self, from: record.value ?? []) else { return nil }
        return (seal.shard, seal.batches)
    }

    /// Every record is in every shard that needs it, once, and the seals tell the truth.
    private func expect(
        _ batches: [OutgoingRecord], _ seals: Seals, hold records: [BAMRecord], reference: ReferenceGenome
    ) throws {
        let bins = GenomeBins(contigs: reference.contigs)
        let index = Dictionary(uniqueKeysWithValues: reference.contigs.enumerated().map { ($1.name, $0) })
        var found: [String: [BAMRecord]] = [:]
        var counts: [String: Int] = [:]
        for batch in batches {
            let shard = try #require(batch.headers.first { $0.name == "ce_shard" }?.value)
            found[shard, default: []] += try AlignmentBatch.decode(batch.value ?? [], contigs: index).records
            counts[shard, default: 0] += 1
        }
        var wanted: [String: [BAMRecord]] = [:]
        for record in records {
            for shard in bins.shards(of: record) { wanted[shard.description, default: []].append(record) }
        }
        #expect(found == wanted)
        counts["unplaced", default: 0] += 0
        #expect(Set(seals.all.map(\.shard)).count == seals.all.count, "each shard is sealed once")
        #expect(Dictionary(uniqueKeysWithValues: seals.all) == counts)
    }
}
