import Events
import Genomics
import Storage
import VariantCalling

/// The calls of a run at a mark: the final ones where they are there, elsewhere those of the mark.
struct InterimCalls {
    let run: Identifier
    /// The mark.
    let number: Int
    /// The sex as far as the depths tell.
    let sex: SexByCoverage.Verdict

    private static let pageSize = 5000

    /// Calls `body` with every call in the order of a VCF, holding one page of them.
    func forEach(on connection: Connection, _ body: (SiteCall, _ isFinal: Bool) throws -> Void) async throws {
        var (contig, position, reference, alternates) = (-1, 0, "", "")
        while true {
            let page = try await connection.query(
                """
                SELECT * FROM (
                    (SELECT contig_index, position, reference, alternates, call, true AS is_final FROM calls
                    WHERE run_id = \(run.uuid) AND (sexes = '' OR \(sex.rawValue) = ANY (string_to_array(sexes, ',')))
                        AND (contig_index, position, reference, alternates)
                            > (\(contig)::int, \(position)::bigint, \(reference)::text, \(alternates)::text)
                    ORDER BY contig_index, position, reference, alternates LIMIT \(Self.pageSize))
                    UNION ALL
                    (SELECT contig_index, position, reference, alternates, call, false FROM interim_calls
                    WHERE run_id = \(run.uuid) AND number = \(number)
                        AND (sexes = '' OR \(sex.rawValue) = ANY (string_to_array(sexes, ',')))
                        AND (contig_index, position, reference, alternates)
                            > (\(contig)::int, \(position)::bigint, \(reference)::text, \(alternates)::text)
                    ORDER BY contig_index, position, reference, alternates LIMIT \(Self.pageSize))
                ) AS known
                ORDER BY contig_index, position, reference, alternates, is_final DESC LIMIT \(Self.pageSize)
                """)
            for row in page {
                let key: (Int, Int, String, String) = (
                    try row.decode("contig_index"), try row.decode("position"), try row.decode("reference"),
                    try row.decode("alternates")
                )
                if key == (contig, position, reference, alternates) { continue }
                (contig, position, reference, alternates) = key
                try body(try row.decode("call", as: JSON.self).decode(SiteCall.self), try row.decode("is_final"))
            }
            guard page.count == Self.pageSize else { return }
        }
    }
}
