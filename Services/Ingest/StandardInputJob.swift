import Delivery
import Events
import Foundation
import Messaging
import Runs
import ServiceRuntime

/// Ingests one sample of which an input is this process's standard input, or a pipe.
///
/// A stream cannot be read twice: when the process is stopped before its end, or the command that started it ends, the run
/// fails and says so.
struct StandardInputJob: Sendable {
    let context: ServiceContext
    let services: StageServices
    let batchBytes: Int
    /// A pipe that the command which started this process holds open as long as it lives.
    let parent: ParentWatch?
    let streamTimeout: Duration

    func run(_ path: String) async throws {
        // A terminal that closes takes the command with it, which is noticed.
        signal(SIGHUP, SIG_IGN)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw EventError("\(path) cannot be read; it should hold a request as `helicase run` writes it")
        }
        let job = try EventCoding.decode(JobEvent.self, from: Array(data))
        guard let request = job.ingest else { throw EventError("\(path) holds no ingest request") }
        let producer = try await Producer(
            services.messaging, transactionalID: "helicase-ingest-\(job.job)", topics: services.topics)
        let (parent, shutdown) = (parent, context.shutdown)
        let ingestor = Ingestor(
            run: job.job, request: request, sender: BatchSender(producer: producer, database: services.database),
            context: context, services: services, batchBytes: batchBytes, traceparent: nil,
            confirmEnd: {
                // Ctrl-C ends the writer as well as this process: its end is no end of the reads.
                if shutdown.isRequested { throw CancellationError() }
                if parent?.isGone == true { throw ParentGone() }
            })
        let roots = services.dataRoots
        let reading = Task {
            try request.check(roots, isVouched: true)
            try await ingestor.run()
        }
        let watching = Task {
            await parent?.waitUntilGone()
            if !Task.isCancelled, parent != nil { reading.cancel() }
        }
        let (database, timeout) = (services.database, streamTimeout)
        let beating = Task { await StreamWatch.beat(for: job.job.uuid, in: database, timeout: timeout) }
        defer {
            watching.cancel()
            beating.cancel()
        }
        do {
            try await withTaskCancellationHandler {
                try await reading.value
            } onCancel: {
                reading.cancel()
            }
        } catch {
            let cause = parent?.isGone == true ? ParentGone() : error
            try await giveUp(job.job, request, producer, cause is CancellationError ? "it was interrupted" : "\(cause)")
            throw cause
        }
        await producer.close()
    }

    /// Fails the run whatever was cancelled.
    private func giveUp(_ run: Identifier, _ request: IngestRequest, _ producer: Producer, _ cause: String) async throws
    {
        let (context, services, batchBytes) = (context, services, batchBytes)
        try await Task {
            let sender = BatchSender(producer: producer, database: services.database)
            try await Ingestor(
                run: run, request: request, sender: sender, context: context, services: services,
                batchBytes: batchBytes, traceparent: nil
            ).fail("reading the stream was stopped before its end: \(cause)")
            try await sender.commit()
            await producer.close()
        }.value
    }
}

/// The command that fed a run is gone.
struct ParentGone: Error, CustomStringConvertible {
    let description = "the `helicase run` that it belongs to ended; run the sample again"
}
