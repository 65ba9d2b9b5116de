import Events
import Genomics
import Messaging
import Storage
import VariantCalling

/// The rows that encode writes for an interim report.
enum InterimRows {
    /// Notes how many shards a lane has at a mark, the one that stands for the lane among them; with the last lane, how many there are
    /// in all.
    static func note(
        _ mark: ReadsMark, _ own: LaneMark, shards: Int, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let (run, number, document) = (mark.run.uuid, mark.number, try JSON(encoding: mark))
        try await connection.execute(
            """
            INSERT INTO interim_marks (run_id, number, mark)
            SELECT run_id, \(number), \(document) FROM runs WHERE run_id = \(run) AND state IN ('opened', 'sealed')
            ON CONFLICT DO NOTHING
            """)
        // Locked, so that of two lanes the second sees the first.
        let marks = try await connection.query(
            "SELECT 1 AS one FROM interim_marks WHERE run_id = \(run) AND number = \(number) FOR UPDATE")
        guard !marks.isEmpty else { return [] }
        try await connection.execute(
            """
            INSERT INTO interim_lanes (run_id, number, lane, shards)
            VALUES (\(run), \(number)::integer, \(own.lane)::integer, \(shards)::integer)
            ON CONFLICT (run_id, number, lane) DO UPDATE SET shards = excluded.shards
            """)
        try await connection.execute(
            """
            UPDATE interim_marks m SET shards = known.shards FROM (
                SELECT count(*) AS lanes, sum(shards) AS shards FROM interim_lanes
                WHERE run_id = \(run) AND number = \(number)) AS known
            WHERE m.run_id = \(run) AND m.number = \(number) AND known.lanes = \(own.lanes)
            """)
        return []
    }

    /// Notes what was callable in a shard at a mark.
    static func insert(
        _ summary: ShardSummary, of shard: GenomeBins.Shard, at mark: ReadsMark, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let document = try JSON(encoding: summary)
        try await connection.execute(
            """
            INSERT INTO interim_shards (run_id, number, shard, summary)
            SELECT run_id, number, \(shard.description), \(document) FROM interim_marks
            WHERE run_id = \(mark.run.uuid) AND number = \(mark.number) ON CONFLICT DO NOTHING
            """)
        return []
    }
}
