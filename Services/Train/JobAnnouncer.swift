import Events
import Foundation
import Messaging
import ModelRegistry
import Storage

/// Tells the topics how jobs ended.
///
/// The outcome is in the database first; a process that dies before it is in the topics leaves it to another, whose
/// records have the same ids.
struct JobAnnouncer: Sendable {
    let table: JobTable
    let producer: Producer
    let process: String

    /// Announces what this process ended, and after a while what any other did and did not announce.
    func announce() async throws {
        for ended in try await table.unannounced(by: process) {
            for record in try Self.records(ended.job, ended.state, ended.outcome) { try await producer.send(record) }
            try await table.noteAnnounced(ended.job)
        }
    }

    private static func records(_ job: Identifier, _ state: JobEvent.State, _ outcome: JSON?) throws -> [OutgoingRecord]
    {
        guard state == .done, let version = try outcome?.decode(ModelRegistry.Version.self) else {
            let reason = try outcome?.decode([String: String].self)["message"]
            return [try JobEvent(job: job, state: state, message: reason).record()]
        }
        let model = ModelEvent(
            name: version.name, version: version.version, state: .candidate, digest: version.digest,
            featureVersion: version.featureVersion, actor: "train", reason: "job \(job)")
        return [
            try model.record(source: "train"),
            try JobEvent(job: job, state: .done, message: version.label).record(),
        ]
    }
}

extension JobEvent {
    /// The record that tells where a training is; `id` tells it from others of the same state.
    func record(id: String? = nil) throws -> OutgoingRecord {
        try EventCoding.record(
            self, topic: Topics.jobs, key: job.description, id: "\(job)/\(id ?? state.rawValue)", source: "train")
    }
}
