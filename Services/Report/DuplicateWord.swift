import Events
import Genomics
import Storage

/// What a report says where most reads were left out as duplicates.
struct DuplicateWord {
    /// Nil where they are fewer, as usual.
    let problem: Report.Problem?

    init(run: Identifier, on connection: Connection) async throws {
        let rows = try await connection.query(
            """
            SELECT coalesce(sum((reads->>'duplicate')::bigint), 0)::bigint AS duplicate,
                coalesce(sum((reads->>'evidence')::bigint), 0)::bigint AS evidence,
                coalesce(sum((reads->>'lowMappingQuality')::bigint), 0)::bigint AS uncertain
            FROM callability, LATERAL (SELECT summary->'callability'->'reads' AS reads) AS r
            WHERE run_id = \(run.uuid)
            """)
        var reads = ReadCounts()
        if let row = rows.first {
            reads.duplicate = try row.decode("duplicate")
            reads.evidence = try row.decode("evidence")
            reads.lowMappingQuality = try row.decode("uncertain")
        }
        problem = reads.duplicateWord.map {
            Report.Problem(
                stage: Stage.encode, file: nil, record: nil, field: "FLAG", message: $0, kind: "duplicates",
                isLoss: false)
        }
    }
}
