import Events
import Foundation
import Genomics
import Synchronization

/// The files in which alignments wait until their shard is complete: a folder a run, in it one a lane with the lane's journal, in it one a
/// shard with its reads; in each a file a writer.
///
/// Each process writes its own files, so that a frame that a killed process left unfinished is the last of its file.
final class SpillFolder: Sendable {
    typealias Shard = GenomeBins.Shard

    /// Names this folder in the table `spills`.
    ///
    /// A folder that was lost, or a machine that was restarted before the file system had written everything, has
    /// another id, and what was spilled is read again from the topic.
    var id: UUID { identity.withLock { $0 } }
    private let identity: Mutex<UUID>
    private let path: String
    private let writer: String

    init(path: String, instance: String) throws {
        self.path = path
        writer = "\(instance)-\(UUID().uuidString.prefix(8).lowercased()).frames"
        identity = Mutex(try Self.identify(path))
    }

    /// Looks the folder's id up again: it may have been deleted or renounced since.
    func refresh() throws {
        let id = try Self.identify(path)
        identity.withLock { $0 = id }
    }

    /// The folder takes another id: what it held of a run is not whole any more, and every partition is read again.
    func renounce() throws {
        try? FileManager.default.removeItem(atPath: path + "/folder-id")
        try refresh()
    }

    private static func identify(_ path: String) throws -> UUID {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let file = path + "/folder-id"
        let known = (try? String(contentsOfFile: file, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
        if known.count == 2, let id = UUID(uuidString: known[0]), known[1] == boot { return id }
        if !known.isEmpty { try? FileManager.default.removeItem(atPath: file) }
        return try claim(file)
    }

    /// Of several processes that start in a new folder at once, the first to link its file names the folder.
    private static func claim(_ file: String) throws -> UUID {
        let files = FileManager.default
        let mine = UUID()
        let draft = file + ".\(mine.uuidString)"
        try "\(mine.uuidString)\n\(boot)\n".write(toFile: draft, atomically: true, encoding: .utf8)
        try? files.linkItem(atPath: draft, toPath: file)
        try files.removeItem(atPath: draft)
        let settled = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        return settled.first.flatMap { UUID(uuidString: String($0)) } ?? mine
    }

    /// Another after each start of the machine: what was written before may not have reached the disk.
    private static var boot: String {
        let id = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return id.map { String($0.prefix { $0 != "\n" }) } ?? "unknown"
    }

    /// Adds a frame to this process's file of a shard, or of a lane's journal, in one write.
    func append(_ frame: SpillFrame, lane: Lane, shard: Shard? = nil) throws {
        let folder = folder(lane, shard)
        let file = folder + "/" + writer
        var descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == ENOENT {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw SpillError("open", file) }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        var rest = frame.bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                // What stands after a torn frame would not be found again.
                let error = SpillError("write", file)
                ftruncate(descriptor, end)
                throw error
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Calls `body` with every sound frame of a shard, or of a lane's journal, each once a file, without holding more than one payload.
    func forEachFrame(of lane: Lane, shard: Shard? = nil, _ body: (SpillFrame) throws -> Void) throws {
        let folder = folder(lane, shard)
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        for name in files where name.hasSuffix(".frames") {
            guard let handle = FileHandle(forReadingAtPath: folder + "/" + name) else { continue }
            defer { try? handle.close() }
            let size = try handle.seekToEnd()
            try handle.seek(toOffset: 0)
            var offset: UInt64 = 0
            while let data = try handle.read(upToCount: SpillFrame.headerLength),
                let header = SpillFrame.parse(Array(data)),
                offset + UInt64(SpillFrame.headerLength + header.length) <= size
            {
                offset += UInt64(SpillFrame.headerLength + header.length)
                let payload = Array(try handle.read(upToCount: header.length) ?? Data())
                guard payload.count == header.length, SpillFrame.checksum(payload) == header.checksum else { break }
                try body(SpillFrame(kind: header.kind, unit: header.unit, payload: payload))
            }
        }
    }

    /// Drops the files of a shard, or of a whole lane.
    func remove(_ lane: Lane, shard: Shard? = nil) { try? FileManager.default.removeItem(atPath: folder(lane, shard)) }

    /// Drops a run's files.
    func remove(run: Identifier) { try? FileManager.default.removeItem(atPath: "\(path)/\(run)") }

    /// The runs of which something is spilled here.
    var runs: [Identifier] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).compactMap { Identifier($0) }
    }

    private func folder(_ lane: Lane, _ shard: Shard?) -> String {
        let own = "\(path)/\(lane.run)/\(lane.unit)"
        return shard.map { "\(own)/\($0)" } ?? own
    }
}

/// The state folder cannot be used; the work waits until it can.
struct SpillError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(_ call: String, _ path: String) {
        description = "\(call) of \(path): \(String(cString: strerror(errno))); the state folder needs room and rights"
    }
}
