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
    private var lane: Lane { Lane(run: run, number: 2) }
    private let shard = GenomeBins.Shard.bin(contig: 3, index: 17)

    private func withFolder(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "spill-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func frames(_ folder: SpillFolder) throws -> [SpillFrame] {
        var frames: [SpillFrame] = []
        try folder.forEachFrame(of: lane, shard: shard) { frames.append($0) }
        return frames
    }

    private static let some: [SpillFrame] = [
        SpillFrame(kind: .batch, unit: 0, payload: [1, 2, 3]),
        SpillFrame(kind: .batch, unit: 9_000_000_000, payload: []),
        SpillFrame(kind: .seal, unit: 2, payload: []),
    ]

    @Test("Frames are read back in order, and those of a lane's journal are apart from those of its shards")
    func roundTrip() throws {
        try withFolder { path in
            let folder = try SpillFolder(path: path, instance: "one")
            #expect(try frames(folder).isEmpty)
            for frame in Self.some { try folder.append(frame, lane: lane, shard: shard) }
            #expect(try frames(folder) == Self.some)
            try folder.append(Self.some[0], lane: lane)
            folder.remove(lane, shard: shard)
            #expect(try frames(folder).isEmpty)
            var journal: [SpillFrame] = []
            try folder.forEachFrame(of: lane) { journal.append($0) }
            #expect(journal == [Self.some[0]])
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
            for frame in Self.some { try folder.append(frame, lane: lane, shard: shard) }
            let directory = "\(path)/\(run)/lane-2/\(shard)"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
            let whole = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"))
            let ends = Self.some.map(\.bytes.count).reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
            for cut in 0...whole.count {
                try whole.prefix(cut).write(to: URL(filePath: "\(directory)/\(name)"))
                let complete = ends.count { $0 > 0 && $0 <= cut }
                #expect(try frames(folder) == Array(Self.some.prefix(complete)), "cut at \(cut)")
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
            try one.append(SpillFrame(kind: .batch, unit: 1, payload: [7, 7, 7]), lane: lane, shard: shard)
            let directory = "\(path)/\(run)/lane-2/\(shard)"
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
            var bytes = try Data(contentsOf: URL(filePath: "\(directory)/\(name)"))
            try two.append(SpillFrame(kind: .batch, unit: 2, payload: [8]), lane: lane, shard: shard)
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
            for run in [kept, over] { try first.append(Self.some[0], lane: Lane(run: run, number: 0), shard: shard) }
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
