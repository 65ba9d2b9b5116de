import Delivery
import Events
import Foundation
import Messaging
import Runs
import ServiceRuntime
import Storage

/// Examines a record of `jobs` and follows the request in it.
struct RequestHandler {
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int
    let producer: Producer

    private struct Job {
        var run: Identifier
        var request: IngestRequest
        var traceparent: String?
    }

    /// Sees a request through; one that is refused fails its run, if it has one, and goes to the dead letters.
    func handle(_ record: IncomingRecord, isOurs: @escaping () -> Bool) async throws {
        let sender = BatchSender(producer: producer, database: services.database, isOurs: isOurs)
        do {
            guard let job = try Self.job(record) else { return }
            let ingestor = Ingestor(
                run: job.run, request: job.request, sender: sender, context: context, services: services,
                batchBytes: batchBytes, traceparent: job.traceparent)
            do {
                let isVouched = try await isVouched(job)
                do throws(RequestRefused) {
                    try job.request.check(services.dataRoots, isVouched: isVouched)
                    try job.request.checkInputs(services.dataRoots, isVouched: isVouched)
                } catch {
                    if isVouched { try await ingestor.fail("the request is refused: \(error)") }
                    throw RejectedRecord("the request is refused: \(error)")
                }
            }
            try await ingestor.run()
        } catch let error as RejectedRecord {
            context.logger.error("ingest.request.rejected", ["reason": .string(error.description)])
            try await sender.send(
                DeadLetter.record(
                    topic: Topics.deadLetters, key: record.key, value: record.value, headers: record.headers,
                    reason: error.description, origin: "\(record.topic)/\(record.partition)/\(record.offset)"))
            try await sender.commit()
        }
    }

    /// Whether the run was opened, with this very request, by somebody who may write to the database.
    ///
    /// A request in the name of a run that was opened with another one is nobody's.
    private func isVouched(_ job: Job) async throws -> Bool {
        let rows = try await services.database.query(
            "SELECT request, fed_at IS NOT NULL AS is_stream FROM runs WHERE run_id = \(job.run.uuid)")
        guard let row = rows.first else { return false }
        guard (try? row.decode("request", as: JSON.self).decode(IngestRequest.self)) == job.request else {
            throw RejectedRecord("the run \(job.run) was opened with another request")
        }
        if try row.decode("is_stream", as: Bool.self) {
            throw RejectedRecord(
                "the stream of run \(job.run) is read by the command that opened it, and by nobody else")
        }
        return true
    }

    /// The record's ingest request; nil when it is something else's.
    private static func job(_ record: IncomingRecord) throws -> Job? {
        do {
            let envelope = try EventEnvelope(record)
            guard envelope.type == .job else { return nil }
            let job = try EventCoding.decode(JobEvent.self, from: record.value ?? [])
            guard job.state == .requested, let request = job.ingest else { return nil }
            return Job(run: job.job, request: request, traceparent: envelope.headers.traceparent)
        } catch let error as EventError {
            throw RejectedRecord(error.description)
        }
    }
}
