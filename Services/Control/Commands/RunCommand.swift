import Events
import Foundation
import Genomics
import Messaging
import Runs
import ServiceRuntime
import Storage

/// `helicase run`: asks for a sample, waits for its report and fetches the files.
struct RunCommand {
    private let command: ParsedCommand
    private let endpoints: Endpoints
    private let request: IngestRequest
    private let output: String
    private let identifier = Identifier()

    init(_ command: ParsedCommand) throws {
        self.command = command
        endpoints = try Endpoints(command)
        output = command.value("output") ?? "."
        request = try Self.request(command)
    }

    func run() async throws {
        try OutputPath.checkFolder(output)
        try Files.makeFolder(output)
        try await endpoints.withDatabase { database in
            // Listening starts before the request is sent, so the end of the run cannot be missed.
            let (run, isQuiet) = (identifier, command.flag("json"))
            try await database.listen(on: RunState.channel) { notifications in
                // From here on the run is known: should its request be lost with the broker, it fails like any other.
                try await RunState.open(run.uuid, request, in: database)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if !isQuiet { group.addTask { await RunProgress(run: run, database: database).show() } }
                    try await RunWait(run: run, database: database).end(notifications) {
                        try await send(or: database)
                    }
                    group.cancelAll()
                }
            }
            try await finish(database)
        }
    }

    private func finish(_ database: Database) async throws {
        // In transactions, which are repeated when the database is away for a moment.
        let run = identifier.uuid
        let rows = try await database.transaction {
            try await $0.query("SELECT state, failure FROM runs WHERE run_id = \(run)")
        }
        guard let row = rows.first, try row.decode("state", as: String.self) == "completed" else {
            let reason = try rows.first?.decode("failure", as: String?.self) ?? "it is unknown"
            throw ControlError("the run \(identifier) of \(request.sample) failed: \(reason)")
        }
        let reports = try await database.transaction {
            try await $0.query("SELECT record FROM reports WHERE run_id = \(run) ORDER BY version DESC LIMIT 1")
        }
        guard let bytes = try reports.first?.decode("record", as: [UInt8].self) else {
            throw ControlError("the run \(identifier) has no report")
        }
        let report = try EventCoding.decode(Report.self, from: bytes)
        for artifact in report.artifacts {
            try await Artifacts.fetch(artifact.name, run: identifier, to: "\(output)/\(artifact.name)", from: database)
        }
        let path = "\(output)/\(request.sample).report.json"
        try Files.write(Data(bytes + [UInt8(ascii: "\n")]), to: path)
        print(
            command.flag("json") ? String(decoding: bytes, as: UTF8.self) : ReportText.summary(report, folder: output))
    }

    /// Sends the request; a run whose request cannot be sent is given up.
    private func send(or database: Database) async throws -> Subprocess? {
        do {
            return try await send()
        } catch {
            let (run, reason) = (identifier.uuid, "the request could not be sent: \(error)")
            _ = try? await database.transaction { try await RunState.fail(run, reason: reason, on: $0) }
            throw error
        }
    }

    /// Sends the request to `ingest`; reads from standard input are sent by an ingest process of this command's own.
    private func send() async throws -> Subprocess? {
        let job = JobEvent(job: identifier, state: .requested, ingest: request)
        if request.inputs.contains(where: { $0.path == "-" }) { return try startOwnIngest(job) }
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
        await producer.close()
        return nil
    }

    private func startOwnIngest(_ job: JobEvent) throws -> Subprocess {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("helicase-\(identifier).json").path
        try PrivateFile.write(EventCoding.encode(job), to: path)
        return try Subprocess(
            Executables.path(of: "helicase-ingest"), ["--ingest-stdin", path, "--log-level", "warning"],
            environment: endpoints.environment.merging(["HELICASE_HTTP_PORT": "0"]) { $1 },
            cleanUp: { try? FileManager.default.removeItem(atPath: path) })
    }

    private static func request(_ command: ParsedCommand) throws -> IngestRequest {
        func absolute(_ path: String) -> String {
            path == "-" ? path : URL(fileURLWithPath: path).standardizedFileURL.path
        }
        let (first, second) = (command.values("fastq"), command.values("fastq2"))
        let alignments = command.values("alignments")
        guard !first.isEmpty || !alignments.isEmpty else {
            throw ServiceRuntimeError(.usage, "name the reads with --fastq or --alignments")
        }
        guard first.isEmpty || alignments.isEmpty else {
            throw ServiceRuntimeError(
                .usage, "--fastq and --alignments do not go together: a run's reads are all mapped, or none")
        }
        guard second.isEmpty || second.count == first.count else {
            throw ServiceRuntimeError(.usage, "give one --fastq2 for each --fastq")
        }
        let sample = command.value("sample") ?? ""
        guard !sample.isEmpty, sample.utf8.count <= 200,
            sample.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }), sample.first != "."
        else {
            throw ServiceRuntimeError(
                .usage, "--sample: a name is 1 to 200 printable ASCII characters without spaces and slashes")
        }
        var inputs: [IngestRequest.Input] = first.enumerated().map { index, path in
            .init(
                format: command.flag("interleaved") ? .interleavedFASTQ : .fastq, path: absolute(path),
                matePath: second.isEmpty ? nil : absolute(second[index]))
        }
        inputs += alignments.map { .init(format: .alignments, path: absolute($0)) }
        for input in inputs {
            for path in [input.path, input.matePath ?? "-"] where path != "-" {
                guard FileManager.default.isReadableFile(atPath: path) else {
                    throw ControlError("\(path) cannot be read")
                }
            }
        }
        let reference = try ReferenceGenome(path: absolute(command.value("reference") ?? ""))
        let regions = try command.value("regions").map { try RegionFile.intervals($0, reference: reference) }
        let preset = command.value("preset") ?? "sr"
        guard ReadMapper.Preset(rawValue: preset) != nil else {
            throw ServiceRuntimeError(.usage, "--preset: \(preset) is not one of sr, map-hifi, map-ont")
        }
        return IngestRequest(
            sample: sample, inputs: inputs, reference: reference.path, referenceDigest: reference.digest,
            preset: preset, regions: regions)
    }
}

/// A BED file as the intervals of a request.
enum RegionFile {
    static func intervals(_ path: String, reference: ReferenceGenome) throws -> [Interval] {
        let bed = try BED(path: path)
        return try bed.ranges.sorted { $0.key < $1.key }.flatMap { contig, ranges in
            guard reference.index(of: contig) != nil else {
                throw GenomicsError(
                    .referenceMismatch, "contig \(contig) is not in \(reference.path)", file: path, field: "chrom")
            }
            return ranges.map { Interval(contig: contig, zeroBased: $0) }
        }
    }
}
