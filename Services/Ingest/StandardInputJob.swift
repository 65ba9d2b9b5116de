import Events
import Foundation
import Messaging
import ServiceRuntime

/// Ingests one sample of which an input is this process's standard input.
///
/// A stream cannot be read twice: when the process is stopped before its end, the run fails and says so.
struct StandardInputJob: Sendable {
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int

    func run(_ path: String) async throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EventError("\(path) cannot be read; it should hold a request as `helicase run` writes it")
        }
        let job = try EventCoding.decode(JobEvent.self, from: Array(data))
        guard let request = job.ingest else { throw EventError("\(path) holds no ingest request") }
        let producer = try await Producer(
            services.messaging, transactionalID: "helicase-ingest-\(job.job)", topics: services.topics)
        let sender = BatchSender(producer: producer, database: services.database, consumed: nil)
        let ingestor = Ingestor(
            run: job.job, request: request, sender: sender, context: context, services: services,
            batchBytes: batchBytes, traceparent: nil)
        do {
            try await ingestor.run()
        } catch {
            try? await ingestor.fail("reading standard input was stopped before its end: \(error)")
            try? await sender.finish()
            await producer.close()
            throw error
        }
        await producer.close()
    }
}
