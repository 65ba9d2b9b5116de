import Events
import Genomics
import Storage
import VariantCalling

/// The rows of `calls`: genotyped sites in the order of a VCF.
struct CallRows: Sendable {
    private let calls: [SiteCall]
    private let contigs: [Int64]

    init(_ calls: [SiteCall], contigs reference: ReferenceGenome) {
        self.calls = calls
        contigs = calls.map { Int64(reference.index(of: $0.contig) ?? -1) }
    }

    func insert(_ run: Identifier, on connection: Connection) async throws {
        guard !calls.isEmpty else { return }
        let documents = try calls.map { String(decoding: try JSON(encoding: $0).bytes, as: UTF8.self) }
        try await connection.execute(
            """
            INSERT INTO calls (run_id, contig_index, position, reference, alternates, call)
            SELECT \(run.uuid), c.* FROM unnest(\(contigs)::bigint[], \(calls.map { Int64($0.position) })::bigint[],
                \(calls.map(\.reference))::text[], \(calls.map { $0.alternates.joined(separator: ",") })::text[],
                \(documents)::jsonb[]) AS c
            ON CONFLICT DO NOTHING
            """)
    }

    /// Calls `body` with every call of a run in the order of its VCF, holding one page of them.
    static func forEach(_ run: Identifier, on connection: Connection, _ body: (SiteCall) throws -> Void) async throws {
        var (contig, position, reference, alternates) = (-1, 0, "", "")
        while true {
            let page = try await connection.query(
                """
                SELECT contig_index, position, reference, alternates, call FROM calls
                WHERE run_id = \(run.uuid)
                    AND (contig_index, position, reference, alternates)
                        > (\(contig)::int, \(position)::bigint, \(reference)::text, \(alternates)::text)
                ORDER BY contig_index, position, reference, alternates LIMIT \(pageSize)
                """)
            for row in page { try body(try row.decode("call", as: JSON.self).decode(SiteCall.self)) }
            guard page.count == pageSize, let last = page.last else { return }
            contig = try last.decode("contig_index")
            position = try last.decode("position")
            reference = try last.decode("reference")
            alternates = try last.decode("alternates")
        }
    }

    private static let pageSize = 5000
}
