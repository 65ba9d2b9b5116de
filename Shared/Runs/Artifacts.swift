import Events
import Foundation
import Hashing
import Storage

/// The files of a report in PostgreSQL (`artifacts`), in pieces, so that neither end holds a file in memory.
public enum Artifacts {
    private static let pieceSize = 1 << 20

    /// Stores a file; returns what the report says of it.
    public static func store(
        file: String, name: String, run: Identifier, on connection: Connection
    ) async throws -> Report.Artifact {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw EventError("\(file) cannot be read back")
        }
        defer { try? handle.close() }
        var digest = SHA256Digest()
        var (size, piece) = (0, 0)
        while let data = try handle.read(upToCount: pieceSize), !data.isEmpty {
            let bytes = Array(data)
            digest.update(bytes)
            try await connection.execute(
                """
                INSERT INTO artifacts (run_id, name, piece, bytes) VALUES (\(run.uuid), \(name), \(piece), \(bytes))
                ON CONFLICT (run_id, name, piece) DO UPDATE SET bytes = excluded.bytes
                """)
            size += bytes.count
            piece += 1
        }
        return Report.Artifact(name: name, size: size, sha256: digest.hexadecimal)
    }

    /// Stores bytes as a file; returns what a request or a report says of it.
    public static func store(
        _ bytes: [UInt8], name: String, run: Identifier, on connection: Connection
    ) async throws -> Report.Artifact {
        for (piece, start) in stride(from: 0, to: max(1, bytes.count), by: pieceSize).enumerated() {
            let part = Array(bytes[start..<min(bytes.count, start + pieceSize)])
            try await connection.execute(
                """
                INSERT INTO artifacts (run_id, name, piece, bytes) VALUES (\(run.uuid), \(name), \(piece), \(part))
                ON CONFLICT (run_id, name, piece) DO UPDATE SET bytes = excluded.bytes
                """)
        }
        return Report.Artifact(name: name, size: bytes.count, sha256: SHA256Digest.hexadecimal(of: bytes))
    }

    /// Reads a stored file; throws where it is not the one that was announced.
    public static func read(_ artifact: Report.Artifact, run: Identifier, from database: Database) async throws
        -> [UInt8]
    {
        var bytes: [UInt8] = []
        var piece = 0
        while let row = try await database.query(
            "SELECT bytes FROM artifacts WHERE run_id = \(run.uuid) AND name = \(artifact.name) AND piece = \(piece)"
        ).first {
            bytes += try row.decode("bytes", as: [UInt8].self)
            guard bytes.count <= artifact.size else { break }
            piece += 1
        }
        guard bytes.count == artifact.size, SHA256Digest.hexadecimal(of: bytes) == artifact.sha256 else {
            throw EventError("the stored file \(artifact.name) of run \(run) is missing, or is not the announced one")
        }
        return bytes
    }

    /// Writes a stored file to a path.
    public static func fetch(_ name: String, run: Identifier, to path: String, from database: Database) async throws {
        let draft = path + ".part"
        guard FileManager.default.createFile(atPath: draft, contents: nil),
            let handle = FileHandle(forWritingAtPath: draft)
        else { throw EventError("\(draft) cannot be written") }
        var piece = 0
        while let row = try await database.query(
            "SELECT bytes FROM artifacts WHERE run_id = \(run.uuid) AND name = \(name) AND piece = \(piece)"
        ).first {
            try handle.write(contentsOf: Data(row.decode("bytes", as: [UInt8].self)))
            piece += 1
        }
        try handle.close()
        guard piece > 0 else { throw EventError("the run \(run) has no file \(name)") }
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: draft, toPath: path)
    }
}
