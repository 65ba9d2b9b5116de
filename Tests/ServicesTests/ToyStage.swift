import Delivery
import Foundation
import Messaging
import Schemas
import ServiceRuntime
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Observability

/// A stage whose handler does what a record's text says, on a broker and a database of its own.
struct ToyStage: Sendable {
    static let topics = ["in", "out", "dead-letters"].map { name in
        TopicDeclaration(name: name, partitions: 2, readers: name == "in" ? ["toy"] : [])
    }

    let broker: TestBroker
    let database: Database
    private(set) var context: ServiceContext
    private(set) var shutdown = ShutdownSignal()
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
        // What several processes count in the same rows.
        try await database.execute("CREATE TABLE counters (id text PRIMARY KEY, value bigint NOT NULL DEFAULT 0)")
        try await database.execute("INSERT INTO counters SELECT chr(97 + n) FROM generate_series(0, 7) AS n")
        // Whoever stores a row that is named here gets the error.
        try await database.execute("CREATE TABLE trouble (id text PRIMARY KEY, code text NOT NULL)")
        try await database.execute(
            """
            CREATE FUNCTION raise_trouble() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE found text;
            BEGIN
                SELECT code INTO found FROM trouble WHERE id = NEW.id;
                IF found IS NOT NULL THEN RAISE EXCEPTION 'trouble with %', NEW.id USING ERRCODE = found; END IF;
                RETURN NEW;
            END $$
            """)
        try await database.execute(
            "CREATE TRIGGER raise_trouble BEFORE INSERT ON effects FOR EACH ROW EXECUTE FUNCTION raise_trouble()")
        context = try Self.context(broker, database, log, shutdown)
    }

    /// The same stage in another process.
    func restarted() throws -> ToyStage {
        var stage = self
        stage.shutdown = ShutdownSignal()
        stage.context = try Self.context(broker, database, log, stage.shutdown)
        return stage
    }

    private static func context(
        _ broker: TestBroker, _ database: Database, _ log: Log, _ shutdown: ShutdownSignal
    ) throws -> ServiceContext {
        let environment = [
            "HELICASE_KAFKA": broker.configuration.bootstrapServers,
            "HELICASE_TOPIC_PREFIX": broker.configuration.topicPrefix, "HELICASE_DATABASE": database.configuration.url,
            "HELICASE_INSTANCE": "toy-1", "HELICASE_WORKERS": "4",
        ]
        return try ServiceContext(
            name: "toy", keys: [], arguments: [], environment: environment,
            output: LogOutput { line in log.lines.withLock { $0.append(line) } }, shutdown: shutdown)
    }

    /// What `/ready` answers.
    var ready: String { String(decoding: context.health.readyResponse.body, as: UTF8.self) }

    /// The value of a metric without labels.
    func metric(_ name: String) -> Double {
        let line = context.metrics.render().split(separator: "\n").first { $0.hasPrefix(name + " ") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) } ?? 0
    }

    /// How far the group is by the database.
    func positions() async throws -> [Int: Int64] {
        var positions: [Int: Int64] = [:]
        for row in try await database.query("SELECT topic_partition, next_offset FROM stage_offsets") {
            positions[try row.decode("topic_partition")] = try row.decode("next_offset")
        }
        return positions
    }

    /// Takes the database back to where it was.
    func lose(to positions: [Int: Int64], keeping rows: [String]) async throws {
        try await database.transaction { connection in
            try await connection.execute("DELETE FROM effects WHERE NOT id = ANY(\(rows))")
            try await connection.execute("DELETE FROM stage_offsets")
            for (partition, offset) in positions {
                try await connection.execute(
                    "INSERT INTO stage_offsets VALUES ('toy', 'in', \(partition), \(offset))")
            }
        }
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
    @discardableResult
    func run<Result>(
        _ handler: ToyHandler = ToyHandler(), limits: Processor<ToyHandler>.Limits = .init(),
        while body: () async throws -> Result
    ) async throws -> Result {
        let services = try await StageServices(context, topics: Self.topics, migrations: SchemaFiles.migrations())
        let processor = Processor(
            context, services: services, group: "toy", topics: ["in"], deadLetterTopic: "dead-letters",
            handler: handler, limits: limits)
        let task = Task { try await processor.run() }
        let result: Result
        do {
            result = try await body()
        } catch {
            task.cancel()
            throw error
        }
        shutdown.request()
        task.cancel()
        try await task.value
        await services.database.close()
        return result
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

/// Does what a record's text asks for: `rejected`, `broken` (fails until the gate opens), `flaky` (fails twice), `refused`
/// (its row is refused, the dead letter's too for `refused-twice`), `large` (its output fits no topic), `hopeless` (what it
/// belongs to is given up), `waits`, `long` (what is long of it waits for the gate, and fails once), `doomed` (what is long of it can never
/// be done), `parts` (leads to five rows and records before its own, of which one fails once), `count` (counts in the row of the letter
/// with which its key begins); anything else leads to a row and a record.
final class ToyHandler: RecordHandler {
    struct Trouble: Error {}

    private let attempts = Mutex<[String: Int]>([:])
    private let finishes = Atomic(0)
    private let isOpen = Atomic(false)
    private let gate: AsyncStream<Void>
    private let opening: AsyncStream<Void>.Continuation

    init() { (gate, opening) = AsyncStream.makeStream() }

    /// How often a record was handled.
    func attempts(of text: String) -> Int { attempts.withLock { $0[text] ?? 0 } }

    /// Lets the records go on that wait.
    func open() {
        isOpen.store(true, ordering: .relaxed)
        opening.finish()
    }

    func handle(_ record: IncomingRecord) async throws -> Effects {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        let attempt = attempts.withLock { attempts in
            attempts[text, default: 0] += 1
            return attempts[text] ?? 0
        }
        switch text.prefix(while: { $0.isLetter }) {
        case "rejected": throw RejectedRecord("field 3 is not a number")
        case "broken" where !isOpen.load(ordering: .relaxed): throw Trouble()
        case "hopeless": throw AbandonedUnit("its report cannot be made")
        case "flaky" where attempt < 3: throw MessagingError(.unreachable, "not yet")
        case "waits": for await _ in gate {}
        default: break
        }
        if text.contains("count") {
            let id = String(text.prefix(1))
            return Effects(count: { connection in
                try await connection.execute("UPDATE counters SET value = value + 1 WHERE id = \(id)")
                return []
            })
        }
        let value = text.hasPrefix("refused") ? "refused" : "good"
        let output = text.hasPrefix("large") ? [UInt8](repeating: 65, count: 9 << 20) : record.value
        return Effects(
            outputs: [OutgoingRecord(topic: "out", key: record.key, value: output)],
            store: { connection in
                try await connection.execute(
                    "INSERT INTO effects VALUES (\(text), \(value)) ON CONFLICT DO NOTHING")
                return [OutgoingRecord(topic: "out", key: record.key, value: Array("stored \(text)".utf8))]
            },
            parts: text == "parts" ? (0..<5).map { number in { try await self.part(number, of: record) } } : [],
            finish: { [self] in
                switch text {
                case "long":
                    for await _ in gate {}
                    if finishes.add(1, ordering: .relaxed).oldValue == 0 {
                        throw MessagingError(.unreachable, "not yet")
                    }
                    return [OutgoingRecord(topic: "out", key: record.key, value: Array("finished \(text)".utf8))]
                case "doomed": throw AbandonedUnit("its report can never be made")
                default: return []
                }
            })
    }

    @Sendable private func part(_ number: Int, of record: IncomingRecord) async throws -> Effects {
        if number == 3, finishes.add(1, ordering: .relaxed).oldValue == 0 {
            throw MessagingError(.unreachable, "not yet")
        }
        let text = "part \(number)"
        return Effects(
            outputs: [OutgoingRecord(topic: "out", key: record.key, value: Array(text.utf8))],
            store: { connection in
                try await connection.execute("INSERT INTO effects VALUES (\(text), 'good') ON CONFLICT DO NOTHING")
                return []
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

    func effects(ofAbandoned record: IncomingRecord, reason: String) async throws -> Effects {
        let text = String(decoding: record.value ?? [], as: UTF8.self)
        return Effects(store: { connection in
            let (id, value) = ("given up: \(text)", text.hasPrefix("refused-twice") ? "refused" : "given up")
            try await connection.execute("INSERT INTO effects VALUES (\(id), \(value)) ON CONFLICT DO NOTHING")
            return []
        })
    }
}
