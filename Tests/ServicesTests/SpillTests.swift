import Events
import Foundation
import Genomics
import Messaging
import Testing

@testable import helicase_encode

/// What encode keeps on disk until a shard is complete.
@Suite("Spilled alignments")
struct SpillTests {
    private let run = Identifier()
    private let shard = GenomeBins.Shard.bin(contig: 3, index: 17)

    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "spill-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func frames(_ folder: SpillFolder, headersOnly: Bool = false) throws -> [SpillFrame] {
        var frames: [SpillFrame] = []
        try folder.forEachFrame(run: run, shard: shard, headersOnly: headersOnly) { frames.append($0) }
        return frames
    }

    private static let some: [SpillFrame] = [
        SpillFrame(kind: .batch, unit: 0, payload: [1, 2, 3]),
        SpillFrame(kind: .batch, unit: 9_000_000_000, payload: []),
        SpillFrame(kind: .seal, unit: 2, payload: []),
    ]

    @Test("Frames are read back in order, with or without their payloads")
    func roundTrip() throws {
        try withFolder { path in
            let folder = try SpillFolder(path: path, instance: "one")
            #expect(try frames(folder).isEmpty)
            for frame in Self.some { try folder.append(frame, run: run, shard: shard) }
            #expect(try frames(folder) == Self.some)
            #expect(try frames(folder, headersOnly: true).map(\.unit) == [0, 9_000_000_000, 2])
            #expect(try frames(folder, headersOnly: true).allSatisfy { $0.payload.isEmpty })
            folder.remove(run: run, shard: shard)
        }
    }

    @Test("The bytes of a frame are as documented")
    func layout() {
        #expect(
            SpillFrame(kind: .batch, unit: 258, payload: [0x61]).bytes == [
                0x48, 0x4c, 0x58, 0x53, 1, 2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x2c, 0x29, 0x0c, 0xe4, 0x61,
            ])
    }

    @Test("A file that was cut at any byte gives the frames before the cut, and none that was not written")
    func torn() throws {
        try withFolder { path in
            let folder = try SpillFolder(path: path, instance: "one")
            for frame in Self.some { try folder.append(frame, run: run, shard: shard) }
            let directory = "\(path)/\(run)/\(shard)"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
            let whole = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"))
            let ends = Self.some.map(\.bytes.count).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
            for cut in 0...whole.count {
                try whole.prefix(cut).write(to: URL(filePath: "\(directory)/\(name)"))
                let complete = ends.count { $0 > 0 && $0 <= cut }
                #expect(try frames(folder) == Array(Self.some.prefix(complete)), "cut at \(cut)")
                #expect(try frames(folder, headersOnly: true).count == complete, "cut at \(cut)")
            }
        }
    }

    @Test("A damaged byte ends its file, and the files of other processes are read all the same")
    func damaged() throws {
        try withFolder { path in
            let (one, two) = (
                try SpillFolder(path: path, instance: "one"), try SpillFolder(path: path, instance: "two")
            )
            #expect(one.id == two.id)
            try one.append(SpillFrame(kind: .batch, unit: 1, payload: [7, 7, 7]), run: run, shard: shard)
            let directory = "\(path)/\(run)/\(shard)"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
            var bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"))
            try two.append(SpillFrame(kind: .batch, unit: 2, payload: [8]), run: run, shard: shard)
            for index in bytes.indices where !(5..<13).contains(index) {
                bytes[index] ^= 0x40
                try bytes.write(to: URL(filePath: "\(directory)/\(name)"))
                #expect(try frames(one).map(\.unit) == [2], "byte \(index)")
                bytes[index] ^= 0x40
            }
            try Data(repeating: 0xff, count: 5000).write(to: URL(filePath: "\(directory)/garbage.frames"))
            try bytes.write(to: URL(filePath: "\(directory)/\(name)"))
            #expect(try frames(one).map(\.unit).sorted() == [1, 2])
        }
    }

    @Test("A folder keeps its id, a deleted one gets another, and a run's files can be dropped")
    func identity() throws {
        try withFolder { path in
            let first = try SpillFolder(path: path, instance: "one")
            #expect(try SpillFolder(path: path, instance: "two").id == first.id)
            let (kept, over) = (Identifier(), Identifier())
            for run in [kept, over] { try first.append(Self.some[0], run: run, shard: shard) }
            #expect(Set(first.runs) == [kept, over])
            first.remove(run: over)
            #expect(first.runs == [kept])
            try FileManager.default.removeItem(atPath: path)
            #expect(try SpillFolder(path: path, instance: "one").id != first.id)
        }
    }

    @Test("Processes that start in a new folder at once agree on its id")
    func concurrentStart() async throws {
        for _ in 0..<20 {
            let path = FileManager.default.temporaryDirectory.appending(path: "spill-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let ids = try await withThrowingTaskGroup(of: UUID.self) { group in
                for number in 0..<4 { group.addTask { try SpillFolder(path: path, instance: "\(number)").id } }
                return try await group.reduce(into: Set<UUID>()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
    }
}

/// When a shard is complete.
@Suite("The table of shards")
struct ShardTableTests {
    private let key = ShardTable.Key(run: Identifier(), shard: .bin(contig: 0, index: 0))
    private let partition = TopicPartition(topic: "alignments", partition: 1)

    private static let frames: [SpillFrame] = [
        SpillFrame(kind: .batch, unit: 0, payload: []), SpillFrame(kind: .batch, unit: 5, payload: []),
        SpillFrame(kind: .seal, unit: 2, payload: []),
    ]

    @Test("Seal and batches complete a shard in every order, and the record that came last finishes it")
    func orders() {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let table = ShardTable()
            let finishes = order.enumerated().map { offset, index in
                table.note(Self.frames[index], key: key, partition: partition, offset: Int64(offset)) { [] }
            }
            #expect(finishes == [false, false, true], "\(order)")
        }
    }

    @Test("A batch that comes twice counts once; the finisher finishes again, no other record does")
    func repetition() {
        let table = ShardTable()
        func note(_ index: Int, at offset: Int64) -> Bool {
            table.note(Self.frames[index], key: key, partition: partition, offset: offset) { [] }
        }
        #expect([note(0, at: 0), note(0, at: 1), note(2, at: 2), note(1, at: 3)] == [false, false, false, true])
        #expect([note(1, at: 3), note(0, at: 0), note(0, at: 9)] == [true, false, false])
        table.remove(key)
        #expect(!note(2, at: 2))
    }

    @Test("What is spilled already counts, and a revoked partition's shards are counted anew")
    func spilled() {
        let table = ShardTable()
        #expect(
            table.note(Self.frames[2], key: key, partition: partition, offset: 7) { Array(Self.frames.prefix(2)) })
        table.remove([TopicPartition(topic: "alignments", partition: 2)])
        #expect(!table.note(Self.frames[0], key: key, partition: partition, offset: 8) { [] })
        table.remove([partition])
        #expect(table.note(Self.frames[0], key: key, partition: partition, offset: 8) { Self.frames })
    }

    @Test("A shard without batches is complete with its seal")
    func empty() {
        let seal = SpillFrame(kind: .seal, unit: 0, payload: [])
        #expect(ShardTable().note(seal, key: key, partition: partition, offset: 0) { [] })
    }
}
