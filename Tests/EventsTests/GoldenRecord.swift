import Events
import Foundation
import Schemas
import TestSupport
import Testing

/// The event types that travel as JSON.
let jsonEvents: [any JSONEvent.Type] = [
    ReadsSeal.self, LaneSeal.self, ShardSeal.self, ReadsMark.self, LaneMark.self, ShardMark.self, InterimScores.self,
    InterimReport.self,
    ScoreBatch.self, PredictionBatch.self, Report.self, TaskReport.self,
    ModelEvent.self, JobEvent.self, RunEvent.self,
    TrainingPlan.self, TrainingMembership.self,
]

extension EventType {
    /// The folder's place on disk.
    var folderURL: URL { SchemaFiles.folder.appendingPathComponent("Events/\(folder)") }
}

/// A record of `Schemas/Events/<event>/golden`: what the suite wrote once and must read for ever.
struct GoldenRecord: CustomTestStringConvertible {
    let event: any JSONEvent.Type
    let name: String
    let bytes: [UInt8]

    var testDescription: String { "\(event.type.folder)/\(name)" }

    /// All golden records of an event.
    static func all(of event: any JSONEvent.Type) throws -> [GoldenRecord] {
        let folder = event.type.folderURL.appendingPathComponent("golden")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .map { GoldenRecord(event: event, name: $0.lastPathComponent, bytes: Array(try Data(contentsOf: $0))) }
            .sorted { $0.name < $1.name }
    }

    /// The records of all events.
    static func all() throws -> [GoldenRecord] { try jsonEvents.flatMap(all) }
}
