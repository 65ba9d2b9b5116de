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
        let rows = try await table.database.query(
            """
            SELECT job_id, state, outcome FROM jobs
            WHERE kind = 'train' AND NOT announced AND state IN ('done', 'failed')
                AND (leader = \(process) OR finished_at < now() - interval '15 seconds')
            """)
        for row in rows {
            let job = Identifier(try row.decode("job_id", as: UUID.self))
            let state: JobEvent.State = try row.decode("state", as: String.self) == "done" ? .done : .failed
            for record in try Self.records(job, state, row.decode("outcome", as: JSON?.self)) {
                try await producer.send(record)
            }
            try await table.database.execute("UPDATE jobs SET announced = true WHERE job_id = \(job.uuid)")
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
