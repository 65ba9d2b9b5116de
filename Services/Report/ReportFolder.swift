import Commands
import Events
import Foundation
import Runs
import Storage

/// A folder beside the process in which a report's files are made, before they are stored; it goes away with its owner.
final class ReportFolder {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-report-\(UUID())")
        try Files.makeFolder(folder.path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Where a file of a name is made.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Stores a file in pieces; returns what the report says of it.
    func store(_ name: String, run: Identifier, on connection: Connection) async throws -> Report.Artifact {
        try await Artifacts.store(file: path(name), name: name, run: run, on: connection)
    }
}
