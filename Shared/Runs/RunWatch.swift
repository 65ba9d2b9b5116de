import Delivery
import Events
import Foundation
import Messaging
import Observability
import ServiceRuntime
import Storage

/// Sees to it that every open run goes on, or says why not.
///
/// A run without progress is *stalled*: in its row, in `/metrics` and on the topic `runs`, with the stage and the unit that it
/// waits for. One of which nothing is on its way any more (``LossSearch``) is given up: its records are lost. Every `report`
/// process watches; what they do to a row they do once.
public struct RunWatch: Sendable {
    private let context: ServiceContext
    private let services: StageServices
    private let stallAfter: Duration
    private let interval: Duration
    private let openRuns: Gauge
    private let stalledRuns: [String: Gauge]
    private let lostRuns: Counter

    /// The least time without progress before a suspected run is searched for: whatever is in hand is soon stored.
    static let settling = 10.0

    /// Makes a watch that calls a run stalled after this time without progress.
    public init(
        _ context: ServiceContext, services: StageServices, stallAfter: Duration, interval: Duration = .seconds(5)
    ) {
        self.context = context
        self.services = services
        self.stallAfter = stallAfter
        self.interval = interval
        openRuns = context.metrics.gauge("helicase_open_runs", "Runs that are neither completed nor failed.")
        var gauges: [String: Gauge] = [:]
        for stage in [Stage.ingest] + RunStatus.order {
            gauges[stage] = context.metrics.gauge(
                "helicase_stalled_runs", "Open runs without progress, by the stage that they wait for.",
                labels: ["stage": stage])
        }
        stalledRuns = gauges
        lostRuns = context.metrics.counter(
            "helicase_lost_runs_total", "Runs given up because records of theirs were lost.")
    }

    /// Watches until the task is cancelled; a lost broker or database is waited for.
    public func run() async {
        var searches: [Identifier: LossSearch] = [:]
        while !Task.isCancelled {
            do {
                try await look(&searches)
            } catch is CancellationError {
                return
            } catch {
                // Nobody is to blame for what is missing while it cannot be looked for.
                context.logger.warning("runs.watch.retry", error: error)
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Looks at all open runs once; `searches` are those that are under way.
    func look(_ searches: inout [Identifier: LossSearch]) async throws {
        let database = services.database
        let open = try await RunStatus.open(in: database)
        try await mark(open)
        let limit = stallAfter / .seconds(1)
        let idle = open.filter { run in
            run.idle >= (run.suspectedBecause == nil || run.isStream ? limit : min(limit, Self.settling))
        }
        let kept = Set(idle.map(\.run))
        searches = searches.filter { kept.contains($0.key) }
        if !idle.isEmpty {
            let lag = try await Admin.groupLag(groups: LossSearch.path, services.messaging)
            for status in idle {
                var search = searches[status.run] ?? LossSearch(status)
                if !search.holds(for: status) { search = LossSearch(status) }
                if search.advance(lag) {
                    try await giveUp(status)
                    searches[status.run] = nil
                } else {
                    searches[status.run] = search
                }
            }
        }
        try await tell()
    }

    // MARK: - Stalled

    /// Notes which runs stand still, and which go on again.
    private func mark(_ open: [RunStatus]) async throws {
        let limit = stallAfter / .seconds(1)
        var counts: [String: Int] = [:]
        for status in open {
            let run = status.run.uuid
            let (stage, topics) = (status.waitsFor, Self.topics(of: status.waitsFor))
            // A stage that works off what lies before this run's records moves.
            let isMoving = try await !services.database.query(
                """
                SELECT 1 AS one FROM stage_offsets WHERE topic = ANY(\(topics))
                    AND moved_at > now() - make_interval(secs => \(limit))
                """
            ).isEmpty
            if status.idle < limit || isMoving {
                guard status.stalledAt != nil else { continue }
                try await services.database.execute(
                    """
                    UPDATE runs SET stalled_at = NULL, stalled_because = NULL, untold = true
                    WHERE run_id = \(run) AND stalled_at IS NOT NULL AND state IN ('opened', 'sealed')
                    """)
                context.logger.notice("run.goes.on", ["run": .string(status.run.description)])
                continue
            }
            counts[stage, default: 0] += 1
            let reason = try await MissingUnits.sentence(status, in: services.database)
            let isNew =
                try await services.database.execute(
                    """
                    UPDATE runs SET stalled_at = now() - make_interval(secs => \(status.idle)),
                        stalled_because = \(reason), untold = true
                    WHERE run_id = \(run) AND stalled_because IS DISTINCT FROM \(reason)
                        AND state IN ('opened', 'sealed')
                    """) == 1
            if isNew {
                context.logger.warning(
                    "run.stalled", ["run": .string(status.run.description), "reason": .string(reason)])
            }
        }
        openRuns.set(open.count)
        for (stage, gauge) in stalledRuns { gauge.set(counts[stage] ?? 0) }
    }

    /// The topics that a stage reads.
    private static func topics(of stage: String) -> [String] {
        LossSearch.path.filter { $0.group == stage && stage != Stage.ingest }.map(\.topic)
    }

    // MARK: - Lost

    /// Nothing of the run is in any topic.
    private func giveUp(_ status: RunStatus) async throws {
        guard let reason = try await loss(status) else { return }
        let run = status.run.uuid
        let gaveUp = try await services.database.transaction {
            try await RunState.fail(run, reason: reason, untold: true, on: $0)
        }
        guard gaveUp else { return }
        lostRuns.increment()
        context.logger.error("run.lost", ["run": .string(status.run.description), "reason": .string(reason)])
    }

    /// What is lost; nil where somebody may still send it.
    private func loss(_ status: RunStatus) async throws -> String? {
        let remedy = "run the sample again"
        if status.state == "opened" {
            // A stream's reader, and a reading that was interrupted, are not to be seen in the topics.
            guard status.batchesSent == 0, !status.isStream, status.stages.isEmpty,
                try await !isOfPipes(status.run)
            else { return nil }
            return
                "its request is not in the topic \(Topics.jobs): whoever asked for the run was stopped before it was sent, "
                + "or the broker lost it; \(remedy)"
        }
        let missing = try await MissingUnits.sentence(status, in: services.database)
        let cause =
            status.suspectedBecause
            ?? "its records were read by no process and are in no topic any more: the broker lost them, or they were "
            + "rejected unrecognised (see dead-letters)"
        return "\(missing), and nothing of the run is on its way: \(cause); \(remedy)"
    }

    /// Whether an input of the run is a named pipe, as far as this process can see.
    private func isOfPipes(_ run: Identifier) async throws -> Bool {
        let rows = try await services.database.query("SELECT request FROM runs WHERE run_id = \(run.uuid)")
        let request = try rows.first?.decode("request", as: JSON.self).decode(IngestRequest.self)
        return (request?.inputs ?? []).flatMap { [$0.path, $0.matePath].compactMap { $0 } }.contains { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
        }
    }

    // MARK: - Told

    /// Sends what the topic `runs` has yet to be told.
    private func tell() async throws {
        let rows = try await services.database.query(
            """
            SELECT run_id, sample, state, failure, counts, stalled_at, stalled_because,
                extract(epoch FROM coalesce(stalled_at, completed_at, now()))::bigint AS since
            FROM runs WHERE untold LIMIT 1000
            """)
        if rows.isEmpty { return }
        let producer = try await Producer(services.messaging, topics: services.topics)
        do {
            for row in rows {
                let run = Identifier(try row.decode("run_id", as: UUID.self))
                let state: String = try row.decode("state")
                let stalledAt: Date? = try row.decode("stalled_at")
                try await producer.send(record(row, of: run))
                try await services.database.execute(
                    """
                    UPDATE runs SET untold = false WHERE run_id = \(run.uuid) AND state = \(state)
                        AND stalled_at IS NOT DISTINCT FROM \(stalledAt)
                    """)
            }
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }

    private func record(_ row: Row, of run: Identifier) throws -> OutgoingRecord {
        let (sample, state): (String, String) = (try row.decode("sample"), try row.decode("state"))
        let because: String? = try row.decode("stalled_because")
        var event = RunEvent(run: run, sample: sample, state: RunEvent.State(rawValue: state) ?? .failed)
        event.counts = try row.decode("counts", as: JSON?.self)?.decode(RunCounts.self)
        event.message = try row.decode("failure")
        var id = "\(run)/\(event.state.rawValue)"
        if let because, event.state == .opened || event.state == .sealed {
            event.state = .stalled
            event.message = because
            event.stage = because.firstIndex(of: ":").map { String(because[..<$0]) }
            id = "\(run)/stalled/\(try row.decode("since", as: Int.self))"
        } else if event.state == .opened || event.state == .sealed {
            id += "/\(try row.decode("since", as: Int.self))"
        }
        return try EventCoding.record(
            event, topic: Topics.runs, key: run.description, id: id, source: "watch", subject: sample)
    }
}
