import Delivery
import Events
import Foundation
import Messaging
import Storage

/// Sends dead letters again to where they came from, each once, however often it is begun and killed.
///
/// A letter's row in `dead_letter_replays` is written before it is sent, with the end of its topic; the record carries the
/// letter's place. Whoever finds a row that was not finished looks behind that end for the record before sending it. On Apache
/// Kafka the record of a killed process is in a transaction that the next one ends.
public struct DeadLetterReplay: Sendable {
    /// The header that says of which dead letter a record is the replay.
    public static let header = "helicase_replay"

    /// What became of a letter.
    public enum Outcome: Sendable, Hashable {
        /// It is on its way again.
        case sent
        /// It was sent before.
        case known
        /// It is not sent, for this reason.
        case refused(String)
    }

    private let messaging: MessagingConfiguration
    private let topics: [TopicDeclaration]
    private let database: Database
    private let actor: String

    /// Makes a replay on somebody's word.
    public init(
        messaging: MessagingConfiguration, topics: [TopicDeclaration], database: Database, actor: String
    ) {
        self.messaging = messaging
        self.topics = topics
        self.database = database
        self.actor = actor
    }

    /// Lends a sender to `body` while nobody else replays; throws where somebody does.
    public func run<R: Sendable>(_ body: @Sendable (Producer) async throws -> R) async throws -> R {
        let producer = try await Producer(messaging, transactionalID: "helicase-dead-letters-replay", topics: topics)
        do {
            let result = try await database.withConnection { lock in
                let rows = try await lock.query(
                    "SELECT pg_try_advisory_lock(hashtext('helicase dead letters')) AS mine")
                guard try rows.first?.decode("mine", as: Bool.self) == true else {
                    throw EventError("somebody else replays dead letters now; try again when that is over")
                }
                do {
                    let result = try await body(producer)
                    try await lock.execute("SELECT pg_advisory_unlock(hashtext('helicase dead letters'))")
                    return result
                } catch {
                    _ = try? await lock.execute("SELECT pg_advisory_unlock(hashtext('helicase dead letters'))")
                    throw error
                }
            }
            await producer.close()
            return result
        } catch {
            await producer.close()
            throw error
        }
    }

    /// Sends one letter again, or says why not.
    public func replay(_ letter: DeadLetterEntry, with producer: Producer) async throws -> Outcome {
        if let row = try await row(of: letter) {
            guard !row.isSent else { return .known }
            let wasSent = try await isSent(letter, topic: row.topic, partition: row.partition, from: row.end)
            if !wasSent { try await send(letter, to: row.topic, row.partition, producer) }
            try await note(letter)
            return .sent
        }
        guard let source = letter.source else { return .refused(Self.notARecord) }
        let end = try await end(of: source.topic, source.partition)
        let refusal = try await database.transaction { connection -> String? in
            if let refusal = try await UnitReplay.prepare(letter, on: connection) { return refusal }
            let place = letter.place
            let (partition, number) = (Int(place.partition), Int(source.partition))
            try await connection.execute(
                """
                INSERT INTO dead_letter_replays (letter_partition, letter_offset, letter_time, origin, reason, run_id, actor,
                    topic, topic_partition, topic_end)
                VALUES (\(partition), \(place.offset), \(place.time), \(letter.origin), \(letter.reason),
                    \(letter.run?.uuid), \(actor), \(source.topic), \(number), \(end))
                ON CONFLICT DO NOTHING
                """)
            return nil
        }
        if let refusal { return .refused(refusal) }
        try await send(letter, to: source.topic, source.partition, producer)
        try await note(letter)
        return .sent
    }

    /// Why a letter would not be sent, nil where it would; nothing is changed.
    public func refusal(of letter: DeadLetterEntry) async throws -> String? {
        if let row = try await row(of: letter) { return row.isSent ? "it was sent again before" : nil }
        guard letter.source != nil else { return Self.notARecord }
        struct Undone: Error { var refusal: String? }
        do {
            try await database.transaction { throw Undone(refusal: try await UnitReplay.prepare(letter, on: $0)) }
            return nil
        } catch let undone as Undone {
            return undone.refusal
        }
    }

    static let notARecord = "it is a piece of a file, and no record of a topic: mend the file and run the sample again"

    private func row(
        of letter: DeadLetterEntry
    ) async throws -> (isSent: Bool, topic: String, partition: Int32, end: Int64)? {
        let place = letter.place
        let partition = Int(place.partition)
        let rows = try await database.query(
            """
            SELECT sent_at IS NOT NULL AS sent, topic, topic_partition, topic_end FROM dead_letter_replays
            WHERE letter_partition = \(partition) AND letter_offset = \(place.offset) AND letter_time = \(place.time)
            """)
        return try rows.first.map { row in
            (
                try row.decode("sent"), try row.decode("topic"),
                Int32(try row.decode("topic_partition", as: Int.self)), try row.decode("topic_end")
            )
        }
    }

    private func note(_ letter: DeadLetterEntry) async throws {
        let place = letter.place
        let partition = Int(place.partition)
        try await database.execute(
            """
            UPDATE dead_letter_replays SET sent_at = now()
            WHERE letter_partition = \(partition) AND letter_offset = \(place.offset) AND letter_time = \(place.time)
            """)
    }

    private func send(_ letter: DeadLetterEntry, to topic: String, _ partition: Int32, _ producer: Producer)
        async throws
    {
        let own = [DeadLetter.reasonHeader, DeadLetter.originHeader, Self.header]
        let record = OutgoingRecord(
            topic: topic, key: letter.record.key, value: letter.record.value,
            headers: letter.record.headers.filter { !own.contains($0.name) } + [(Self.header, Self.mark(letter))],
            partition: partition)
        try producer.begin()
        do {
            try await producer.enqueue(record)
            try await producer.commit()
        } catch {
            try? await producer.abort()
            throw error
        }
    }

    /// Whether the replay of a letter lies behind an offset of its topic.
    private func isSent(
        _ letter: DeadLetterEntry, topic: String, partition: Int32, from end: Int64
    ) async throws -> Bool {
        guard let (low, high) = try await ends(of: topic, partition), end < high else { return false }
        let reader = try TopicReader(messaging, topic: topic, partitions: .one(partition), from: .offset(max(low, end)))
        defer { reader.close() }
        var isThere = false
        try await reader.forEachToEnd { if $0.header(Self.header) == Self.mark(letter) { isThere = true } }
        return isThere
    }

    private static func mark(_ letter: DeadLetterEntry) -> String { "\(letter.place)/\(letter.place.time)" }

    private func end(of topic: String, _ partition: Int32) async throws -> Int64 {
        try await ends(of: topic, partition)?.high ?? 0
    }

    private func ends(of topic: String, _ partition: Int32) async throws -> (low: Int64, high: Int64)? {
        try await Admin.groupLag(groups: [(group: "reader", topic: topic)], messaging)
            .first { $0.partition == partition }.map { ($0.low, $0.high) }
    }
}
