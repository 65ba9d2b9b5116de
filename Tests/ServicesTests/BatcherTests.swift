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

    @Test("The batches of a sorted file say what is passed, and each lane's seal how many there are")
    func sorted() throws {
        let reference = try reference([800_000, 40_000])
        let records =
            stride(from: 0, to: 700_000, by: 500).enumerated().map {
                Self.read($0, contig: 0, position: Int32($1))
            } + [Self.read(5000, contig: 1, position: 7), Self.read(5001)]
        let sent = try gather(records, reference: reference, isSorted: true)
        try expect(sent, hold: records, reference: reference)
        let passed = sent.batches.compactMap { Self.header($0, "ce_passed") }
        #expect(passed.count == sent.batches.count)
        #expect(passed.first == "0.0" && passed.last == "1.0" && passed.contains { $0.hasPrefix("0.3") })
    }

    @Test("The batches of an unsorted file say nothing of what is passed")
    func unsorted() throws {
        let reference = try reference([800_000, 40_000])
        let records = (0..<1500).map { Self.read($0, contig: 0, position: Int32($0 * 7919 % 700_000)) }
        let sent = try gather(records, reference: reference, isSorted: false)
        try expect(sent, hold: records, reference: reference)
        #expect(sent.batches.allSatisfy { Self.header($0, "ce_passed") == nil })
    }

    @Test("What is gathered of many shards at once is a record a lane, however many shards a lane has")
    func records() throws {
        let reference = try reference([800_000])
        let records = (0..<400).map { Self.read($0, contig: 0, position: Int32($0 * 1999)) }
        let sent = try gather(records, reference: reference, isSorted: false, bytes: 1 << 20)
        #expect(sent.batches.count == Self.lanes)
        #expect(Set(sent.batches.compactMap { Self.header($0, "ce_lane") }).count == Self.lanes)
    }

    @Test("A mark sends what is gathered, and goes to each lane")
    func mark() throws {
        let reference = try reference([800_000, 40_000])
        var batcher = try batcher(reference, order: "coordinate", bytes: 1 << 20)
        for position in stride(from: 0, to: 300_000, by: 500) {
            let sent = try batcher.add(
                Self.read(position, contig: 0, position: Int32(position)), input: 0,
                header: header(reference, "coordinate"))
            #expect(sent?.isEmpty == true)
        }
        let mark = ReadsMark(run: run, number: 3, read: RunCounts(reads: 600), share: 0.3)
        let marked = try batcher.mark(mark)
        func lanes(_ records: [OutgoingRecord], _ type: EventType) -> [String] {
            records.filter { Self.header($0, "ce_type") == type.rawValue }.compactMap { Self.header($0, "ce_lane") }
        }
        #expect(lanes(marked, .laneAlignments) == (0..<Self.lanes).map(String.init), "what was gathered goes before")
        #expect(lanes(marked, .laneMarked) == (0..<Self.lanes).map(String.init))
        let last = try EventCoding.decode(LaneMark.self, from: marked.last?.value ?? [])
        #expect(last == LaneMark(mark: mark, lane: Self.lanes - 1, lanes: Self.lanes))
        // Another mark finds nothing gathered.
        #expect(try batcher.mark(mark).count == Self.lanes)
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

    @Test("A record behind a passed shard of a sorted file is given back, also by a process that took over")
    func outOfOrder() throws {
        let reference = try reference([800_000, 40_000])
        let header = try header(reference, "coordinate")
        var batcher = try batcher(reference, order: "coordinate")
        for position in stride(from: 0, to: 700_000, by: 500) {
            let sent = try batcher.add(
                Self.read(position, contig: 0, position: Int32(position)), input: 0, header: header)
            #expect(sent != nil)
        }
        _ = try batcher.finish()
        var other = try self.batcher(reference, order: "coordinate")
        let document = try JSONEncoder().encode(batcher.point)
        other.resume(at: try JSONDecoder().decode(AlignmentBatcher.Point.self, from: document))
        for position in [0, 500_000] as [Int32] {
            #expect(try batcher.add(Self.read(1, contig: 0, position: position), input: 0, header: header) == nil)
            #expect(try other.add(Self.read(1, contig: 0, position: position), input: 0, header: header) == nil)
        }
        // A sorted file has a contig once.
        #expect(try other.add(Self.read(2, contig: 1, position: 5), input: 0, header: header) != nil)
        #expect(try other.add(Self.read(3, contig: 0, position: 799_000), input: 0, header: header) == nil)
        #expect(try other.lastSeals().count == Self.lanes)
    }

    @Test("A secondary alignment, which only counts, goes to the lane of its position alone, without its bases")
    func secondary() throws {
        let reference = try reference([800_000, 40_000])
        let bin = GenomeBins(contigs: reference.contigs).size
        var record = Self.read(0, contig: 0, position: Int32(bin - 10))
        record.flags = [.secondary, .duplicate]
        let (batches, seals) = try gather([record], reference: reference, isSorted: true)
        let batch = try #require(batches.first)
        #expect(batches.count == 1 && Self.header(batch, "ce_lane") == "0")
        let sent = try BAMBatch.decode(batch.value ?? []).records
        #expect(sent.map(\.flags) == [[.secondary, .duplicate]] && sent.map(\.position) == [Int32(bin - 10)])
        #expect(sent.map(\.sequenceLength) == [0])
        #expect(seals.map(\.batches) == [1] + [Int](repeating: 0, count: Self.lanes - 1))
    }

    private static let lanes = 5
    private typealias Sent = (batches: [OutgoingRecord], seals: [LaneSeal])

    private static func header(_ record: OutgoingRecord, _ name: String) -> String? {
        record.headers.first { $0.name == name }?.value
    }

    private func header(_ reference: ReferenceGenome, _ order: String) throws -> AlignmentHeader {
        let lines = reference.contigs.map { "@SQ\tSN:\($0.name)\tLN:\($0.length)\n" }.joined()
        return try AlignmentHeader(text: "@HD\tVN:1.6\tSO:\(order)\n" + lines)
    }

    private func batcher(
        _ reference: ReferenceGenome, order: String, bytes: Int = 4000
    ) throws -> AlignmentBatcher {
        let header = try header(reference, order)
        return AlignmentBatcher(
            run: run, sample: "S", header: header, readGroups: MergedReadGroups([header.readGroups]),
            reference: reference, bytes: bytes, lanes: Self.lanes, traceparent: nil)
    }

    private func gather(
        _ records: [BAMRecord], reference: ReferenceGenome, isSorted: Bool, bytes: Int = 4000
    ) throws -> Sent {
        let order = isSorted ? "coordinate" : "unsorted"
        let header = try header(reference, order)
        var batcher = try batcher(reference, order: order, bytes: bytes)
        var out: [OutgoingRecord] = []
        for record in records { out += try #require(try batcher.add(record, input: 0, header: header)) }
        out += try batcher.finish()
        #expect(batcher.batches == out.count)
        let seals = try batcher.lastSeals().map { try EventCoding.decode(LaneSeal.self, from: $0.value ?? []) }
        return (out, seals)
    }

    /// Every record is in the lane of every shard that needs it, once, and the seals tell the truth.
    private func expect(_ sent: Sent, hold records: [BAMRecord], reference: ReferenceGenome) throws {
        let bins = GenomeBins(contigs: reference.contigs)
        let index = Dictionary(uniqueKeysWithValues: reference.contigs.enumerated().map { ($1.name, $0) })
        var found = [[BAMRecord]](repeating: [], count: Self.lanes)
        var counts = [Int](repeating: 0, count: Self.lanes)
        for batch in sent.batches {
            let lane = try #require(Self.header(batch, "ce_lane").flatMap { Int($0) })
            #expect(Self.header(batch, "ce_unit") == String(counts[lane]))
            #expect(batch.key == Array("\(run)/\(lane)".utf8))
            found[lane] += try AlignmentBatch.decode(batch.value ?? [], contigs: index).records
            counts[lane] += 1
        }
        var wanted = [[BAMRecord]](repeating: [], count: Self.lanes)
        for record in records {
            for lane in Set(bins.shards(of: record).map({ bins.lane(of: $0, among: Self.lanes) })) {
                wanted[lane].append(record)
            }
        }
        #expect(found == wanted)
        #expect(sent.seals == counts.enumerated().map { LaneSeal(run: run, lane: $0, batches: $1) })
    }
}
