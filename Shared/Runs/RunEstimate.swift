import Foundation
import Storage

/// When a run will be over, from what is done of what there is to do.
///
/// A run has two halves. While it is read, its units of align are held against the units that the files will give, or its bytes
/// against those of the files. What comes behind, from the closing of align to the report, takes a share of that time, which
/// earlier runs tell; once it is under way, its own pace counts more and more.
public enum RunEstimate {
    /// How long what comes behind the reading takes, in times of the reading.
    public struct Pace: Sendable, Hashable {
        /// Of reads that have to be mapped.
        public var unaligned: Double
        /// Of reads that are aligned already.
        public var aligned: Double

        /// Makes a pace; without earlier runs, what was measured on simulated samples of 30x.
        public init(unaligned: Double = 0.5, aligned: Double = 0.6) {
            self.unaligned = unaligned
            self.aligned = aligned
        }
    }

    /// Seconds until the run is over; nil while nothing can be said, 0 when it is over.
    public static func remaining(_ status: RunStatus, pace: Pace = Pace()) -> Double? {
        guard status.isOpen else { return 0 }
        let ratio = status.isAligned ? pace.aligned : pace.unaligned
        if let read = readAfter(status) {
            let begun = status.isAligned ? 0 : status.stage("align")?.beganAfter ?? 0
            let expected = max(1, read - begun) * ratio
            let spent = max(0, status.elapsed - read)
            let done = doneBehind(status)
            // With nothing done yet only earlier runs can tell; from the half on, only this one does.
            guard done > 0 else { return max(0, expected - spent) }
            let own = min(1, 2 * done)
            return (1 - done) * ((1 - own) * expected + own * spent / done)
        }
        guard let (fraction, begun) = fractionRead(status), fraction > 0 else { return nil }
        let reading = max(0, status.elapsed - begun) / min(1, fraction)
        return max(0, begun + reading * (1 + ratio) - status.elapsed)
    }

    /// The pace of the newest runs that were completed.
    public static func pace(in database: Database) async throws -> Pace {
        let rows = try await database.query(
            """
            SELECT is_aligned, percentile_cont(0.5) WITHIN GROUP (ORDER BY behind / greatest(reading, 0.001)) AS ratio FROM (
                SELECT a.stage IS NULL AS is_aligned,
                    extract(epoch FROM r.completed_at - coalesce(a.closed_at, r.sealed_at))::float8 AS behind,
                    extract(epoch FROM coalesce(a.closed_at, r.sealed_at) - coalesce(a.began_at, r.opened_at))::float8
                        AS reading
                FROM runs r LEFT JOIN run_stages a ON a.run_id = r.run_id AND a.stage = 'align'
                WHERE r.state = 'completed' AND r.sealed_at IS NOT NULL
                ORDER BY r.completed_at DESC LIMIT 20
            ) AS runs WHERE behind >= 0 AND reading > 0 GROUP BY is_aligned
            """)
        var pace = Pace()
        for row in rows {
            let ratio: Double = try row.decode("ratio")
            if try row.decode("is_aligned", as: Bool.self) { pace.aligned = ratio } else { pace.unaligned = ratio }
        }
        return pace
    }

    /// When the reading was over, in seconds since the opening; nil while it goes on.
    private static func readAfter(_ status: RunStatus) -> Double? {
        if !status.isAligned { return status.stage("align")?.closedAfter }
        return status.sealedAt.map { $0.timeIntervalSince(status.openedAt) }
    }

    /// How much of the reading is done, and when it began.
    private static func fractionRead(_ status: RunStatus) -> (fraction: Double, begun: Double)? {
        let bytes = status.bytesInAll.flatMap { all in
            all > 0 ? Double(status.bytesRead ?? 0) / Double(all) : nil
        }
        if status.isAligned { return bytes.map { ($0, 0) } }
        guard let align = status.stage("align") else { return nil }
        let units = align.expected.map(Double.init) ?? bytes.map { $0 > 0 ? Double(status.batchesSent) / $0 : 0 }
        guard let units, units > 0 else { return nil }
        return (Double(align.done) / units, align.beganAfter)
    }

    /// How much of what comes behind the reading is done: as much as of its slowest stage.
    private static func doneBehind(_ status: RunStatus) -> Double {
        guard let encode = status.stage("encode"), let shards = encode.expected, shards > 0, encode.done > 0 else {
            return 0
        }
        let encoded = Double(encode.done) / Double(shards)
        // What encode will have fed in the end, as far as it can be told.
        let parts = Double(encode.fed) / encoded
        let others = ["infer", "report"].map { name in
            parts > 0 ? Double(status.stage(name)?.done ?? 0) / parts : 0
        }
        return min(1, ([encoded] + others).min() ?? 0)
    }
}
