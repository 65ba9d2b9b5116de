import Delivery
import Events
import Messaging
import Storage

/// Sends a run's records in their one order, in transactions bounded by bytes and time, and remembers in the database how
/// many are known to be in their topics and from where a process that takes over reads on.
///
/// Used by one task at a time.
final class BatchSender {
    private let producer: Producer
    private let database: Database
    private let isOurs: () -> Bool

    private var run: Identifier?
    private var alreadySent = 0
    /// Records of the run that were made so far.
    private(set) var position = 0
    /// What the open transaction holds, to be sent again in another one.
    private var open: [OutgoingRecord] = []
    private var openBytes = 0
    private var openedAt = ContinuousClock.now
    private var point: ResumePoint?
    private var pointSavedAt: ContinuousClock.Instant?
    private var progress: (reads: Int, bytes: Int64, total: Int64?) = (0, 0, nil)

    private static let transactionBytes = 4 << 20
    private static let transactionTime: Duration = .milliseconds(500)
    /// How often a point to go on from is saved: a genome's has some kilobytes.
    private static let pointTime: Duration = .seconds(1)
    private static let attempts = 10

    /// Makes a sender; `isOurs` says whether this process still has the request in hand.
    init(producer: Producer, database: Database, isOurs: @escaping () -> Bool = { true }) {
        self.producer = producer
        self.database = database
        self.isOurs = isOurs
    }

    /// Starts a run whose records are made from number `position` on and of which the first `alreadySent` are in their topics.
    func start(run: Identifier, at position: Int, alreadySent: Int) {
        self.run = run
        self.position = position
        self.alreadySent = alreadySent
        point = nil
    }

    /// Sends the next record of the run, unless it is known to be sent.
    func add(_ record: OutgoingRecord) async throws {
        position += 1
        if position > alreadySent { try await send(record) }
    }

    /// Sends a record, whatever was sent before.
    func send(_ record: OutgoingRecord) async throws {
        guard isOurs() else {
            // Another process has the request now; it sends what is left.
            await abort()
            throw MessagingError(.rebalanced, "the request was handed to another ingest process")
        }
        if open.isEmpty {
            try producer.begin()
            openBytes = 0
            openedAt = .now
        }
        open.append(record)
        openBytes += record.value?.count ?? 0
        do {
            try await producer.enqueue(record)
        } catch {
            await abort()
            throw error
        }
        try await commitIfDue()
    }

    /// How long the open transaction may stay open; nil where none is.
    var timeLeft: Duration? {
        open.isEmpty ? nil : max(.zero, Self.transactionTime - (ContinuousClock.now - openedAt))
    }

    /// Commits what is open when it has grown large or old.
    func commitIfDue() async throws {
        if openBytes >= Self.transactionBytes || timeLeft == .zero { try await commit() }
    }

    /// Notes a point to go on from, which is good once all records made so far are sent.
    func mark(_ point: ResumePoint) { self.point = point }

    /// Notes how far the reading is, for who looks at the run.
    func note(reads: Int, bytes: Int64, total: Int64?) { progress = (reads, bytes, total) }

    /// Whether the interim report of a mark before is still being made; one that takes too long is not waited for.
    var isInterimReportOpen: Bool {
        get async throws {
            guard let run else { return false }
            let rows = try await database.query(
                """
                SELECT 1 AS one FROM interim_marks WHERE run_id = \(run.uuid) AND record IS NULL
                    AND created_at > now() - interval '1 minute' LIMIT 1
                """)
            return !rows.isEmpty
        }
    }

    /// Sends what is open.
    ///
    /// A transaction that fails is made again with the same records, so that a stream that cannot be read twice outlives a
    /// broker that is away for a moment.
    func commit() async throws {
        guard !open.isEmpty else { return }
        var attempt = 1
        var backoff = Backoff()
        while true {
            do {
                try await producer.commit()
                break
            } catch let error as MessagingError where !error.isFatal && attempt < Self.attempts && isOurs() {
                attempt += 1
                if producer.isTransactional { try await producer.abort() }
                try await Task.sleep(for: backoff.next())
                try producer.begin()
                for record in open { try await producer.enqueue(record) }
            } catch {
                await abort()
                throw error
            }
        }
        open = []
        try await remember()
    }

    /// Writes down what is known to be sent.
    private func remember() async throws {
        guard let run, position > alreadySent else { return }
        let (sent, progress) = (position, progress)
        var saved: JSON?
        if let point, pointSavedAt.map({ ContinuousClock.now - $0 > Self.pointTime }) ?? true {
            saved = try JSON(encoding: point)
            self.point = nil
            pointSavedAt = .now
        }
        let document = saved
        // In a transaction, which is repeated when the database is away: a stream cannot be read again.
        try await database.transaction(deadline: .seconds(600)) { connection in
            try await connection.execute(
                """
                UPDATE runs SET batches_sent = greatest(batches_sent, \(sent)), reads_so_far = \(progress.reads),
                    bytes_so_far = \(progress.bytes), bytes_in_all = \(progress.total),
                    resume_point = coalesce(\(document), resume_point)
                WHERE run_id = \(run.uuid)
                """)
        }
    }

    private func abort() async {
        guard !open.isEmpty else { return }
        open = []
        if producer.isTransactional { try? await producer.abort() }
    }
}
