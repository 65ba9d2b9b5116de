import Foundation
import Messaging
import Schemas
import ServiceRuntime
import Storage
import Synchronization
import TestSupport
import Testing

/// A stage whose handler does what a record's text says, on a broker and a database of its own.
struct ToyStage: Sendable {
    static let topics = ["in", "out", "dead-letters"].map { name in
        TopicDeclaration(name: name, partitions: 2, readers: name == "in" ? ["toy"] : [])
    }

    let broker: TestBroker
    let database: Database
    let context: ServiceContext
    let shutdown = ShutdownSignal()
    private let log = Log()

    /// The lines that the stage logged.
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    /// Starts the broker and fills the database; `server` is the tests' shared one unless a test stops its own.
    init(server: TestDatabase? = nil) async throws {
        broker = try await TestBroker.start(Self.topics)
        if let server { database = try await server.freshDatabase() } else { database = try await TestDatabase.fresh() }
        _ = try await Migrator(database, migrations: SchemaFiles.migrations()).migrate()
        try await database.execute(
            "CREATE TABLE effects (id text PRIMARY KEY, value text NOT NULL CHECK (value <> 'refused'))")
        let environment = [
            "HELICASE_KAFKA": broker.configuration.bootstrapServers,
            "HELICASE_TOPIC_PREFIX": broker.configuration.topicPrefix, "HELICASE_DATABASE": database.configuration.url,
            "HELICASE_INSTANCE": "toy-1", "HELICASE_WORKERS": "4",
        ]
        let log = log
        context = try ServiceContext(
            name: "toy", keys: [], arguments: [], environment: environment,
            output: LogOutput { line in log.lines.withLock { $0.append(line) } }, shutdown: shutdown)
    }

    /// Whether a line of the log says this.
    func logged(_ text: String) -> Bool { log.lines.withLock { lines in lines.contains { $0.contains(text) } } }

    /// Writes records whose keys and values are these texts.
    func send(_ texts: [String]) async throws {
        let producer = try await Producer(broker.configuration, topics: Self.topics)
        for text in texts {
            try await producer.send(OutgoingRecord(topic: "in", key: Array(text.utf8), value: Array(text.utf8)))
        }
        await producer.close()
    }

    /// Runs the stage while `body` runs, then stops it as a service is stopped.
    func run(
        _ handler: ToyHandler = ToyHandler(), limits: Processor<ToyHandler>.Limits = .init(),
        while body: () async throws -> Void
    ) async throws {
        let services = try await StageServices(context, topics: Self.topics, migrations: SchemaFiles.migrations())
        let processor = Processor(
            context, services: services, group: "toy", topics: ["in"], deadLetterTopic: "dead-letters",
            handler: handler, limits: limits)
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
        await services.database.close()
    }

    /// The texts of a topic's committed records, sorted.
    func texts(of topic: String) async throws -> [String] {
        try await records(of: topic).map { String(decoding: $0.value ?? [], as: UTF8.self) }.sorted()
    }

    func records(of topic: String) async throws -> [IncomingRecord] {
        let reader = try TopicReader(broker.configuration, topic: topic, from: .beginning)
        defer { reader.close() }
        return try await reader.readToEnd()
    }

    /// The ids in the table, sorted.
    func rows() async throws -> [String] {
        try await database.query("SELECT id FROM effects ORDER BY id").map { try $0.decode("id") }
    }

    /// Waits until the group has finished every record.
    func expectFinished(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let isFinished = try await eventually { try await lag() == 0 }
        #expect(isFinished, "records are left", sourceLocation: sourceLocation)
    }

    /// Records that the group has not finished.
    func lag() async throws -> Int64 {
        try await Admin.groupLag(groups: [(group: "toy", topic: "in")], broker.configuration)
            .reduce(0) { $0 + $1.high - max($1.low, $1.committed ?? 0) }
    }
}

/// Does what a record's text asks for: `rejected`, `broken` (always fails), `flaky` (fails twice), `refused` (its row is
/// refused, the dead letter's too for `refused-twice`), `waits`; anything else leads to a row and a record.
final class ToyHandler: RecordHandler {
    struct Trouble: Error {}

    private let attempts = Mutex<[String: Int]>([:])
    private let gate: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation

    init() { (gate, opening) = AsyncStream.makeStream() }

    /// How often a record was handled.
    func attempts(of text: String) -> Int { attempts.withLock { $0[text] ?? 0 } }

    /// Lets the records go on that wait.
    func open() { opening.finish() }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        let attempt = attempts.withLock { attempts in
            attempts[text, default: 0] += 1
            return attempts[text] ?? 0
        }
        switch text.prefix(while: { $0.isLetter }) {
        case "rejected": throw RejectedRecord("field 3 is not a number")
        case "broken": throw Trouble()
        case "flaky" where attempt < 3: throw MessagingError(.unreachable, "not yet")
        case "waits": for await _ in gate {}
        default: break
        }
        let value = text.hasPrefix("refused") ? "refused" : "good"
        return Effects(
            outputs: [OutgoingRecord(topic: "out", key: record.key, value: record.value)],
            store: { connection in
                try await connection.execute(
                    "INSERT INTO effects VALUES (\(text), \(value)) ON CONFLICT DO NOTHING")
                return [OutgoingRecord(topic: "out", key: record.key, value: Array("stored \(text)".utf8))]
            })
    }

    func effects(ofRejected record: IncomingRecord, reason: String) async -> Effects {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        let value = text.hasPrefix("refused-twice") ? "refused" : "rejected"
        return Effects(store: { connection in
            try await connection.execute("INSERT INTO effects VALUES (\(text), \(value)) ON CONFLICT DO NOTHING")
            return []
        })
    }
}
