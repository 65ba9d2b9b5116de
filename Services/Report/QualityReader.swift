import Events
import Genomics
import Storage

/// Adds up what encode measured of a run's reads, shard after shard, and looks up when each stage was at work.
struct QualityReader {
    let run: Identifier
    /// The mark at which shards count that are not complete; none where it is nil.
    var mark: Int?

    private static let pageSize = 100

    /// The measures of all shards; nil where one was not measured, by an encode process of an earlier version.
    func measures(on connection: Connection) async throws -> QualityControl? {
        var quality = QualityControl()
        var last = ""
        while true {
            let page = try await connection.query(
                """
                SELECT shard, summary->'quality' AS quality FROM shards_at(\(run.uuid), \(mark))
                WHERE shard > \(last) ORDER BY shard LIMIT \(Self.pageSize)
                """)
            for row in page {
                guard let measured = try row.decode("quality", as: JSON?.self) else { return nil }
                quality.add(try measured.decode(QualityControl.self))
            }
            guard page.count == Self.pageSize, let row = page.last else { return quality }
            last = try row.decode("shard")
        }
    }

    /// The times of ingest and of every stage in the ledger, in the order in which they ended.
    func stages(on connection: Connection) async throws -> [Report.Quality.StageTime] {
        let rows = try await connection.query(
            """
            SELECT \(Stage.ingest) AS stage, NULL::bigint AS units, 0::double precision AS first,
                extract(epoch FROM coalesce(sealed_at, now()) - opened_at)::double precision AS last
            FROM runs WHERE run_id = \(run.uuid)
            UNION ALL
            SELECT l.stage, count(*) FILTER (WHERE NOT l.is_part)::bigint, extract(epoch FROM min(l.recorded_at) - r.opened_at)::double precision,
                extract(epoch FROM max(l.recorded_at) - r.opened_at)::double precision
            FROM ledger l JOIN runs r USING (run_id) WHERE l.run_id = \(run.uuid) GROUP BY l.stage, r.opened_at
            ORDER BY last, stage
            """)
        func seconds(_ value: Double) -> Double { (max(0, value) * 1000).rounded() / 1000 }
        return try rows.map {
            Report.Quality.StageTime(
                stage: try $0.decode("stage"), units: try $0.decode("units"), first: seconds(try $0.decode("first")),
                last: seconds(try $0.decode("last")))
        }
    }
}
