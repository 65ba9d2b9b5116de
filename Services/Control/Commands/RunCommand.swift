import Commands
import Events
import Foundation
import Genomics
import Messaging
import Observability
import Runs
import ServiceRuntime
import Storage
import Synchronization

/// `helicase run`: asks for a sample, waits for its report and fetches the files.
struct RunCommand {
    private let command: ParsedCommand
    private let endpoints: Endpoints
    private let request: IngestRequest
    private let regions: BED?
    private let results: RunResults
    private let identifier = Identifier()
    private let feed = Feed()

    /// What carries the run to the services.
    private final class Feed: Sendable {
        /// The process that reads a stream, where there is one.
        let process = Mutex<Subprocess?>(nil)
        /// The request is in its topic.
        let isSent = Mutex(false)
    }

    init(_ command: ParsedCommand) throws {
        self.command = command
        endpoints = try Endpoints(command)
        let asked = try RunRequest(command)
        request = asked.request
        regions = asked.regions
        results = RunResults(run: identifier, sample: request.sample, command)
    }

    func run() async throws {
        try results.prepareOutput()
        let isShown = !command.flag("json") && isatty(STDERR_FILENO) == 1
        if isShown { FileHandle.standardError.write(Data("run \(identifier) of \(request.sample)\n".utf8)) }
        try await endpoints.withDatabase { database in
            // Listening starts before the request is sent, so the end of the run cannot be missed.
            let run = identifier
            try await database.listen(on: RunState.channel) { notifications in
                // From here on the run is known: should its request be lost with the broker, it fails like any other.
                let request = try await open(in: database)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if isShown { group.addTask { await RunProgress(run: run, database: database).show() } }
                    if request.interim == true { group.addTask { await interim.follow(from: database) } }
                    group.addTask {
                        try await RunWait(run: run, database: database).end(notifications) {
                            try await send(request, or: database)
                        }
                    }
                    group.addTask {
                        await ShutdownSignal.process.wait()
                        if !Task.isCancelled { try await interrupted(database) }
                    }
                    defer { group.cancelAll() }
                    while try await group.next() != nil {
                        if try await RunWait(run: run, database: database).isOver() { break }
                    }
                }
            }
            try await results.fetch(from: database)
        }
    }

    private var interim: InterimResults {
        InterimResults(run: identifier, sample: request.sample, output: results.output)
    }

    /// Opens the run, with its regions.
    private func open(in database: Database) async throws -> IngestRequest {
        let request = try await RunRequest.completed(
            request, knowledge: command.values("knowledge"), in: database)
        let (run, regions) = (identifier, regions)
        return try await database.transaction { connection in
            try await RunState.open(run.uuid, request, on: connection)
            if !request.isOfFiles {
                try await connection.execute("UPDATE runs SET fed_at = now() WHERE run_id = \(run.uuid)")
            }
            guard let regions else { return request }
            let whole = try await RunRegions.attach(regions, to: request, run: run, on: connection)
            let document = try JSON(encoding: whole)
            try await connection.execute("UPDATE runs SET request = \(document) WHERE run_id = \(run.uuid)")
            return whole
        }
    }

    /// Says what goes on without this command, and ends what does not.
    private func interrupted(_ database: Database) async throws {
        let run = identifier
        let process = feed.process.withLock { $0 }
        let isStream = process.map { !$0.hasEnded } ?? false
        guard isStream || !(feed.isSent.withLock { $0 } || process != nil) else {
            throw Interrupted(
                "the run \(run) goes on without this command; wait for it again with `helicase runs attach \(run) "
                    + "--state \(endpoints.stateFolder) --output \(results.output)`, or end it with `helicase runs cancel \(run) "
                    + "--state \(endpoints.stateFolder)`")
        }
        let reason =
            isStream
            ? "`helicase run` was stopped before the end of its input"
            : "`helicase run` was stopped before it sent the request"
        try await Task {
            _ = try await database.transaction { try await RunState.fail(run.uuid, reason: reason, on: $0) }
        }.value
        process?.letGo()
        throw Interrupted("\(reason); the run \(run) has failed, run the sample again")
    }

    /// Sends the request; a run whose request cannot be sent is given up.
    private func send(_ request: IngestRequest, or database: Database) async throws -> Subprocess? {
        do {
            return try await send(request)
        } catch {
            let (run, reason) = (identifier.uuid, "the request could not be sent: \(error)")
            _ = try? await database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
            throw error
        }
    }

    /// Sends the request to `ingest`; a stream is read by an ingest process of this command's own.
    private func send(_ request: IngestRequest) async throws -> Subprocess? {
        let job = JobEvent(job: identifier, state: .requested, ingest: request)
        if !request.isOfFiles { return try startOwnIngest(job) }
        try await Admin.waitUntilReachable(endpoints.messaging, deadline: .now + .seconds(60))
        let producer = try await Producer(endpoints.messaging, topics: endpoints.topics)
        let record = try EventCoding.record(
            job, topic: Topics.jobs, key: identifier.description, id: "\(identifier)/ingest", source: "control",
            subject: request.sample, traceparent: TraceContext.generate().traceparent)
        // A run that ends meanwhile does not wait for a broker that is gone.
        try await withTaskCancellationHandler {
            _ = try await producer.send(record)
        } onCancel: {
            Task { await producer.close() }
        }
        feed.isSent.withLock { $0 = true }
        await producer.close()
        return nil
    }

    private func startOwnIngest(_ job: JobEvent) throws -> Subprocess {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-\(identifier)").path
        try PrivateFile.write(EventCoding.encode(job), to: path + ".json")
        let own = ["HELICASE_HTTP_PORT": "0", "HELICASE_STATE": endpoints.stateFolder]
        let process = try Subprocess(
            Executables.path(of: "helicase-ingest"), ["--ingest-stdin", path + ".json", "--log-level", "warning"],
            parentOption: "--ingest-parent", environment: endpoints.environment.merging(own) { $1 },
            log: path + ".log",
            cleanUp: { try? FileManager.default.removeItem(atPath: path + ".json") })
        feed.process.withLock { $0 = process }
        return process
    }
}

/// A command that was stopped by a signal; it says what it leaves.
struct Interrupted: Error, CustomStringConvertible {
    /// 128 and the number of SIGINT.
    static let status: Int32 = 130
    let description: String

    init(_ description: String) { self.description = description }
}
