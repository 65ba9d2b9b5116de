import Dispatch
import Events
import Messaging
import NeuralNetwork
import Observability
import Synchronization

/// Shares the steps of a training with other processes over `training-updates`.
///
/// Each process computes its shards of a step and sends their rows; all add up all rows in one order. The leader computes
/// what others owe and do not send in time, so a member that dies costs time and never the result.
final class SharedSteps: GradientExchange, Sendable {
    private let job: Identifier
    private let stop: StopSignal
    private let settings: TrainingSettings
    private let capacity: Int?
    private let logger: Logger
    private let board: Mutex<StepBoard>
    private let outbox: AsyncStream<OutgoingRecord>.Continuation
    private let outgoing: AsyncStream<OutgoingRecord>
    private let arrival = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - board: What this process knows as it begins.
    ///   - capacity: The bytes that a partition of the broker holds, where that is little.
    init(
        job: Identifier, board: StepBoard, stop: StopSignal, settings: TrainingSettings, capacity: Int?, logger: Logger
    ) {
        self.job = job
        self.board = Mutex(board)
        self.stop = stop
        self.settings = settings
        self.capacity = capacity
        self.logger = logger
        (outgoing, outbox) = AsyncStream.makeStream()
    }

    /// The key of the job's records.
    var key: [UInt8] { Array(job.description.utf8) }

    // MARK: What goes out and comes in

    /// The records to send, in their order; a few steps' at most, for nobody is further ahead.
    var records: AsyncStream<OutgoingRecord> { outgoing }

    /// Queues a record.
    func send(_ record: OutgoingRecord) { outbox.yield(record) }

    /// Sends nothing more, and wakes the thread of the training.
    func close() {
        outbox.finish()
        arrival.signal()
    }

    /// Takes a record; those of other jobs and those that are no updates are passed over.
    func receive(_ record: IncomingRecord) {
        guard let envelope = try? EventEnvelope(record) else { return }
        switch envelope.type {
        case .trainingRow:
            guard let row = try? TrainingRow(envelope, record), row.job == job else { return }
            board.withLock { $0.receive(row) }
        case .trainingPlan:
            guard let plan = try? EventCoding.decode(TrainingPlan.self, from: record.value ?? []), plan.job == job
            else { return }
            board.withLock { $0.receive(plan) }
        case .trainingMembership:
            guard let wish = try? EventCoding.decode(TrainingMembership.self, from: record.value ?? []),
                wish.job == job
            else { return }
            board.withLock { $0.receive(wish) }
        default: return
        }
        arrival.signal()
    }

    // MARK: Who shares

    /// Processes that share the step in hand.
    var memberCount: Int { board.withLock { max(1, $0.members.count) } }

    /// Somebody waits to be admitted, which takes a checkpoint.
    var isCheckpointWanted: Bool { board.withLock { !$0.joining.isEmpty } }

    /// Tells the members where the circle changes after `step`; those who ask are admitted with a checkpoint of it.
    func changeMembers(at step: Int, admitting: Bool) throws {
        guard let plan = board.withLock({ $0.change(at: step, admitting: admitting) }) else { return }
        logger.notice(
            "train.members", ["job": "\(job)", "step": .integer(plan.step), "members": .integer(plan.members.count)])
        send(try plan.record())
    }

    /// The plan that admits this helper, if it comes in time; blocks.
    func awaitAdmission(for time: Duration) -> TrainingPlan? {
        let limit = ContinuousClock.now + time
        while ContinuousClock.now < limit {
            if let plan = board.withLock({ $0.admission }) { return plan }
            _ = arrival.wait(timeout: .now() + .milliseconds(200))
        }
        return nil
    }

    // MARK: A step

    func exchange(step: Int, shards: Int, compute: ([Int]) throws -> Void, rows: GradientRows) throws {
        try stop.check()
        let (isMember, mine, isLeader, patience) = board.withLock { board in
            let isMember = board.begin(step) != nil
            let patience = settings.patience * (board.hasNewcomers ? 5 : 1)
            return (isMember, board.shards(of: board.member, shards), board.isLeader, patience)
        }
        guard isMember else { throw StopReason.fellBehind("the leader has given this process up") }
        var missing = Set(0..<shards)
        let began = ContinuousClock.now
        try make(mine, step: step, compute, rows, &missing)
        let own = ContinuousClock.now - began
        if !mine.isEmpty {
            // Members are a step apart at most, so the broker must hold two steps and what is on its way.
            let fits = rows.shardCount * rows.byteCount <= (capacity ?? .max) / 3
            board.withLock { $0.isOpen = fits && own * shards / mine.count >= settings.shareFrom }
        }
        let limit = ContinuousClock.now + max(patience, own * 10)
        while true {
            try collect(&missing, rows)
            if missing.isEmpty { return }
            try stop.check()
            let left = missing
            if isLeader {
                let orphans = board.withLock { $0.orphans(left) }
                try make(orphans, step: step, compute, rows, &missing)
                if !orphans.isEmpty { continue }
                if ContinuousClock.now >= limit {
                    let silent = board.withLock { $0.giveUp(owing: left) }
                    logger.warning(
                        "train.members.silent",
                        ["job": "\(job)", "step": .integer(step), "members": "\(silent.joined(separator: ", "))"])
                    continue
                }
            } else {
                if board.withLock({ $0.isFarBehind }) {
                    throw StopReason.fellBehind("the leader is more than \(StepBoard.window) steps ahead")
                }
                // What the leader went on without is lost: it is computed here too, and nobody needs it any more.
                if board.withLock({ $0.isLeaderPast }) {
                    try collect(&missing, rows)
                    try compute(missing.sorted())
                    return
                }
            }
            _ = arrival.wait(timeout: .now() + .milliseconds(200))
        }
    }

    private func make(
        _ shards: [Int], step: Int, _ compute: ([Int]) throws -> Void, _ rows: GradientRows, _ missing: inout Set<Int>
    ) throws {
        if shards.isEmpty { return }
        try compute(shards)
        missing.subtract(shards)
        let (isShared, member, term) = board.withLock { ($0.isShared, $0.member, $0.term) }
        guard isShared else { return }
        for shard in shards {
            let bytes = rows.bytes(of: shard)
            let size = TrainingRow.pieceBytes
            let pieces = (bytes.count + size - 1) / size
            for piece in 0..<pieces {
                let part = bytes[piece * size..<min(bytes.count, (piece + 1) * size)]
                send(
                    TrainingRow(
                        job: job, term: term, step: step, shard: shard, piece: piece, pieces: pieces, member: member,
                        bytes: Array(part)
                    ).record())
            }
        }
    }

    private func collect(_ missing: inout Set<Int>, _ rows: GradientRows) throws {
        for shard in missing.sorted() {
            // A row of another size is of another version of the suite: it does not count.
            guard let bytes = board.withLock({ $0.take(shard) }), bytes.count == rows.byteCount else { continue }
            try bytes.withUnsafeBytes { try rows.receive(shard, $0) }
            missing.remove(shard)
        }
    }
}
