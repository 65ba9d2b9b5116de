import Delivery
import Events
import Foundation
import Hashing
import Messaging
import ModelRegistry
import NeuralNetwork
import Schemas
import ServiceRuntime
import Storage
import TestSupport
import Testing
import VariantCalling

@testable import helicase_train

/// A broker, a database and `train` processes inside this one, each with its own instance name and state folder.
final class TrainingRig: Sendable {
    static let topics = Topics.declarations(partitions: 2)

    let broker: TestBroker
    let database: Database
    let folder: URL

    init() async throws {
        broker = try await TestBroker.start(Self.topics)
        database = try await migratedDatabase(connections: 8)
        folder = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    // MARK: A task of a network

    /// A convolution whose steps take some milliseconds and whose rows are small.
    static let architecture = Architecture(
        input: [120, 4],
        layers: [
            .conv1d(filters: 32, kernel: 9, padding: 4), .relu, .conv1d(filters: 64, kernel: 9, padding: 4), .relu,
            .maxPool1d(kernel: 120), .dropout(rate: 0.1), .flatten, .linear(outputs: 3),
        ])

    static func options(epochs: Int) -> TrainingOptions {
        var options = TrainingOptions()
        options.epochs = epochs
        options.batchSize = 32
        options.shardSize = 8
        options.averageDecay = 0.95
        options.clipNorm = 1
        options.validationShare = 0.1
        options.seed = 7
        return options
    }

    /// A request for a network on a file of 300 examples.
    func request(epochs: Int, model: String = "motifs") throws -> TrainingRequest {
        let file = folder.appending(path: "examples.safetensors").path
        if !FileManager.default.fileExists(atPath: file) {
            try Data(MotifExamples.file(300)).write(to: URL(filePath: file))
        }
        let options = Self.options(epochs: epochs)
        var request = TrainingRequest(
            task: "network", dataset: "", shards: 0, seed: options.seed, epochs: epochs,
            dataDigests: [file: try SHA256Digest.hexadecimal(ofFile: file)], command: "a test")
        request.model = model
        request.architecture = try JSONDocument(encoding: Self.architecture)
        request.options = try JSONDocument(encoding: options)
        request.files = [file]
        return request
    }

    /// What a request comes to in one thread, without any service.
    func expectedDigest(_ request: TrainingRequest) throws -> String {
        try request.prepare(ShardFolder(path: folder.path)).fit(TrainingSession()).digest()
    }

    // MARK: Processes

    /// A `train` process.
    struct Process: Sendable {
        let loop: TrainingLoop
        let processor: Processor<TrainingHandler>?
        let shutdown: ShutdownSignal
        let services: StageServices

        /// Runs while `body` runs, and then stops as a service is stopped.
        func run(while body: () async throws -> Void) async throws {
            let task = Task {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await loop.run() }
                    if let processor { group.addTask { try await processor.run() } }
                    try await group.waitForAll()
                }
            }
            do {
                try await body()
                shutdown.request()
                task.cancel()
                try await task.value
                await services.database.close()
            } catch {
                shutdown.request()
                task.cancel()
                throw error
            }
        }
    }

    /// Makes a process; without `readsTopics` it only trains.
    func process(
        _ name: String, settings: TrainingSettings = TrainingSettings(), readsTopics: Bool = false, state: String? = nil
    ) async throws -> Process {
        let shutdown = ShutdownSignal()
        let context = try ServiceContext(
            name: "train", keys: [], arguments: [],
            environment: [
                "HELICASE_KAFKA": broker.configuration.bootstrapServers,
                "HELICASE_TOPIC_PREFIX": broker.configuration.topicPrefix,
                "HELICASE_DATABASE": database.configuration.url, "HELICASE_INSTANCE": name, "HELICASE_WORKERS": "1",
                "HELICASE_LOG_LEVEL": ProcessInfo.processInfo.environment["HELICASE_LOG_LEVEL"] ?? "error",
            ], shutdown: shutdown)
        let services = try await StageServices(context, topics: Self.topics, migrations: SchemaFiles.migrations())
        let spool = ExampleSpool(path: folder.appending(path: state ?? name).path, services: services)
        let processor = Processor(
            context, services: services, group: Topics.Group.train, topics: [Topics.jobs, Topics.labelledExamples],
            deadLetterTopic: Topics.deadLetters,
            handler: TrainingHandler(database: services.database, spool: spool, roots: services.dataRoots))
        return Process(
            loop: TrainingLoop(context: context, services: services, spool: spool, settings: settings),
            processor: readsTopics ? processor : nil, shutdown: shutdown, services: services)
    }

    // MARK: Jobs

    /// Puts a job into the database, as the handler does.
    func enqueue(_ request: TrainingRequest) async throws -> Identifier {
        let (job, document) = (Identifier(), try JSON(encoding: request))
        try await database.execute(
            "INSERT INTO jobs (job_id, kind, state, request) VALUES (\(job.uuid), 'train', 'queued', \(document))")
        return job
    }

    func send(_ records: [OutgoingRecord]) async throws {
        let producer = try await Producer(broker.configuration, topics: Self.topics)
        for record in records { try await producer.send(record) }
        await producer.close()
    }

    func state(_ job: Identifier) async throws -> String? {
        try await database.query("SELECT state FROM jobs WHERE job_id = \(job.uuid)").first?.decode("state")
    }

    /// Waits until a job is over, and expects that it is so in this way.
    func expectEnd(
        of job: Identifier, _ state: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        _ = try await eventually(within: .seconds(90)) {
            ["done", "failed", "cancelled"].contains(try await self.state(job) ?? "")
        }
        let (found, message) = (try await self.state(job), try? await message(of: job))
        #expect(found == state, "\(message ?? "")", sourceLocation: sourceLocation)
    }

    /// Waits until a job's curve has a point behind a step, of at least so many members.
    func expectPast(
        _ step: Int, of job: Identifier, members: Int = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let isPast = try await eventually(within: .seconds(60)) {
            try await !database.query(
                """
                SELECT 1 FROM job_progress WHERE job_id = \(job.uuid) AND step > \(step) AND members >= \(members)
                """
            ).isEmpty
        }
        #expect(isPast, "step \(step) is not passed by \(members) members", sourceLocation: sourceLocation)
    }

    func digest(of job: Identifier) async throws -> String? {
        try await database.query("SELECT digest FROM model_versions WHERE job_id = \(job.uuid)").first?
            .decode("digest")
    }

    func message(of job: Identifier) async throws -> String? {
        try await database.query("SELECT outcome FROM jobs WHERE job_id = \(job.uuid)").first?
            .decode("outcome", as: JSON?.self)?.decode([String: String].self)["message"]
    }

    /// The states that `jobs` told of a job, in their order.
    func events(of job: Identifier) async throws -> [JobEvent] {
        let reader = try TopicReader(
            broker.configuration, topic: Topics.jobs, partitions: .ofKey(Array(job.description.utf8)), from: .beginning)
        defer { reader.close() }
        let records = try await reader.readToEnd()
        // A test may ask for what no request should hold; what the service says of it is as it should be.
        let violations = try EventSchema.violations(
            in: records.filter { record in
                (try? EventCoding.decode(JobEvent.self, from: record.value ?? []))?.state != .requested
            })
        #expect(violations.isEmpty, "\(violations)")
        return records.compactMap { record in
            let event = try? EventCoding.decode(JobEvent.self, from: record.value ?? [])
            return event?.job == job ? event : nil
        }
    }
}
