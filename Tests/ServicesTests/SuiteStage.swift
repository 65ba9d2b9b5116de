import Delivery
import Events
import Foundation
import Genomics
import Messaging
import Observability
import Schemas
import ServiceRuntime
import Storage
import TestSupport
import Testing

/// The suite's topics and tables for one test, and what a stage's process works with.
struct SuiteStage: Sendable {
    let broker: TestBroker
    let services: StageServices
    let context: ServiceContext
    let shutdown = ShutdownSignal()

    var database: Database { services.database }

    init() async throws {
        let topics = Topics.declarations(partitions: 2)
        broker = try await TestBroker.start(topics)
        let database = try await migratedDatabase()
        let environment = [
            "HELICASE_KAFKA": broker.configuration.bootstrapServers,
            "HELICASE_TOPIC_PREFIX": broker.configuration.topicPrefix, "HELICASE_DATABASE": database.configuration.url,
            "HELICASE_INSTANCE": "suite-1", "HELICASE_WORKERS": "2",
        ]
        context = try ServiceContext(
            name: "suite", keys: [], arguments: [], environment: environment, output: LogOutput { _ in },
            shutdown: shutdown)
        services = try await StageServices(context, topics: topics, migrations: SchemaFiles.migrations())
        await database.close()
    }

    /// Runs a stage while `body` runs.
    func run<Handler: RecordHandler>(
        _ handler: Handler, group: String, topic: String, while body: () async throws -> Void
    ) async throws {
        let processor = Processor(
            context, services: services, group: group, topics: [topic], deadLetterTopic: Topics.deadLetters,
            handler: handler)
        let task = Task { try await processor.run() }
        do {
            try await body()
        } catch {
            task.cancel()
            throw error
        }
        shutdown.request()
        task.cancel()
        try await task.value
    }

    func send(_ records: [OutgoingRecord]) async throws {
        let producer = try await Producer(broker.configuration, topics: services.topics)
        for record in records { try await producer.send(record) }
        await producer.close()
    }

    /// The committed records of a topic; what is published of runs has to obey its schema.
    func records(_ topic: String) async throws -> [IncomingRecord] {
        let reader = try TopicReader(broker.configuration, topic: topic, from: .beginning)
        defer { reader.close() }
        let records = try await reader.readToEnd()
        if [Topics.runs, Topics.reports].contains(topic) {
            let violations = try EventSchema.violations(in: records)
            #expect(violations.isEmpty, "\(violations)")
        }
        return records
    }

    /// The events of a run.
    func events(of run: UUID) async throws -> [RunEvent] {
        try await records(Topics.runs).map { try EventCoding.decode(RunEvent.self, from: $0.value ?? []) }
            .filter { $0.run == Identifier(run) }
    }

    /// A run's state and why it failed.
    func state(of run: UUID) async throws -> (state: String, failure: String?) {
        let row = try #require(
            try await database.query("SELECT state, failure FROM runs WHERE run_id = \(run)").first)
        return (try row.decode("state"), try row.decode("failure"))
    }

    /// A run whose reads are all in the topics, with a reference of its own of 1,000 bases.
    func sealedRun() async throws -> UUID {
        let folder = FileManager.default.temporaryDirectory.appending(path: "reference-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "reference.fa").path
        try Data((">c1\n" + String(repeating: "ACGTTGCAAC", count: 100) + "\n").utf8).write(
            to: URL(fileURLWithPath: path))
        let digest = try ReferenceGenome(path: path).digest
        let run = try await newRun(
            in: database,
            request: IngestRequest(
                sample: "S", inputs: [.init(format: .fastq, path: "/reads.fastq")], reference: path,
                referenceDigest: digest, preset: "sr"))
        try await database.execute(
            """
            UPDATE runs SET state = 'sealed', sealed_at = now(), batches_sent = 3,
                counts = '{"reads": 2, "bases": 300, "batches": 3, "problems": 0}' WHERE run_id = \(run)
            """)
        return run
    }
}

extension Effects {
    /// Writes all rows as the loop does; returns the records that follow from them.
    func rows(on connection: Connection) async throws -> [OutgoingRecord] {
        try await (store?(connection) ?? []) + (count?(connection) ?? [])
    }
}
