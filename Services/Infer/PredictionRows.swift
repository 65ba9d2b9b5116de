import Events
import Storage

/// The rows of `predictions`: what the network said of each candidate of a run.
///
/// A unit that comes again after a crash may be scored by another version; the rows then say what its record says.
enum PredictionRows {
    static func insert(_ batch: PredictionBatch, on connection: Connection) async throws {
        guard let model = batch.model, !batch.scored.isEmpty else { return }
        let scored = batch.scored
        let contigs = scored.map(\.candidate.contig)
        let positions = scored.map { Int64($0.candidate.position) }
        let references = scored.map(\.candidate.reference)
        let alternates = scored.map(\.candidate.alternate)
        let (homRef, het, homAlt) = (
            scored.map { $0.probabilities[0] }, scored.map { $0.probabilities[1] }, scored.map { $0.probabilities[2] }
        )
        try await connection.execute(
            """
            INSERT INTO predictions
                (run_id, contig, position, reference, alternate, hom_ref, het, hom_alt, model_version)
            SELECT run_id, contig, position, reference, alternate, hom_ref, het, hom_alt, \("\(model.name)@\(model.version)")
            FROM runs, unnest(\(contigs)::text[], \(positions)::bigint[], \(references)::text[], \(alternates)::text[],
                \(homRef)::real[], \(het)::real[], \(homAlt)::real[])
                AS c (contig, position, reference, alternate, hom_ref, het, hom_alt)
            WHERE run_id = \(batch.run.uuid)
            ON CONFLICT (run_id, contig, position, reference, alternate) DO UPDATE SET
                hom_ref = excluded.hom_ref, het = excluded.het, hom_alt = excluded.hom_alt,
                model_version = excluded.model_version
            """)
    }
}
