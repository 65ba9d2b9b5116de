import Events
import Genomics
import Storage
import VariantCalling

/// The rows that a unit of alleles leads to: its sites in `calls`, and in `block_limits` where the reference was found likelier.
struct CallRows: Sendable {
    private let calls: [SexedCall]
    private let contigs: [Int64]
    private let limits: BlockLimits
    private let unit: String

    init(_ alleles: [Genotyper.Allele], of unit: String, plan: PloidyPlan, contigs reference: ReferenceGenome) {
        calls = SexedGenotyper(plan).call(alleles)
        contigs = calls.map { Int64(reference.index(of: $0.call.contig) ?? -1) }
        limits = BlockLimits(alleles)
        self.unit = unit
    }

    /// Writes the calls of a shard at a mark.
    func insert(_ run: Identifier, shard: String, at mark: Int, on connection: Connection) async throws {
        guard !calls.isEmpty else { return }
        let documents = try calls.map { String(decoding: try JSON(encoding: $0.call).bytes, as: UTF8.self) }
        try await connection.execute(
            """
            INSERT INTO interim_calls
                (run_id, number, contig_index, position, reference, alternates, sexes, shard, call)
            SELECT \(run.uuid), \(mark), c.contig, c.position, c.reference, c.alternates, c.sexes, \(shard), c.call
            FROM unnest(\(contigs)::bigint[], \(calls.map { Int64($0.call.position) })::bigint[],
                \(calls.map(\.call.reference))::text[],
                \(calls.map { $0.call.alternates.joined(separator: ",") })::text[],
                \(calls.map { Self.text($0.sexes) })::text[], \(documents)::jsonb[])
                AS c (contig, position, reference, alternates, sexes, call)
            ON CONFLICT DO NOTHING
            """)
    }

    func insert(_ run: Identifier, on connection: Connection) async throws {
        // A unit is a part of a shard.
        let shard = unit.split(separator: "/").first.map(String.init) ?? unit
        try await connection.execute(
            """
            INSERT INTO block_limits (run_id, shard, unit, limits)
            VALUES (\(run.uuid), \(shard), \(unit), \(limits.encoded()))
            ON CONFLICT (run_id, shard, unit) DO UPDATE SET limits = excluded.limits
            """)
        guard !calls.isEmpty else { return }
        let documents = try calls.map { String(decoding: try JSON(encoding: $0.call).bytes, as: UTF8.self) }
        try await connection.execute(
            """
            INSERT INTO calls (run_id, contig_index, position, reference, alternates, call, sexes)
            SELECT \(run.uuid), c.* FROM unnest(\(contigs)::bigint[], \(calls.map { Int64($0.call.position) })::bigint[],
                \(calls.map(\.call.reference))::text[],
                \(calls.map { $0.call.alternates.joined(separator: ",") })::text[], \(documents)::jsonb[],
                \(calls.map { Self.text($0.sexes) })::text[]) AS c
            ON CONFLICT DO NOTHING
            """)
    }

    /// Removes what would be called if the sex were another one.
    static func settle(_ sex: SexByCoverage.Verdict, of run: Identifier, on connection: Connection) async throws {
        try await connection.execute(
            """
            DELETE FROM calls
            WHERE run_id = \(run.uuid) AND sexes <> '' AND \(sex.rawValue) <> ALL (string_to_array(sexes, ','))
            """)
    }

    /// The sites of a bin in the order of a VCF, of a run whose sex is settled.
    static func of(
        _ run: Identifier, contig: Int, _ range: Range<Int>, on connection: Connection
    ) async throws -> [SexedCall] {
        let rows = try await connection.query(
            """
            SELECT call FROM calls WHERE run_id = \(run.uuid) AND contig_index = \(contig)::int
                AND position > \(range.lowerBound)::bigint AND position <= \(range.upperBound)::bigint
            """)
        return try rows.map { SexedCall(try $0.decode("call", as: JSON.self).decode(SiteCall.self)) }.sorted {
            SiteCall.precedes($0.call, $1.call)
        }
    }

    private static func text(_ sexes: [SexByCoverage.Verdict]) -> String {
        sexes.map(\.rawValue).joined(separator: ",")
    }
}
