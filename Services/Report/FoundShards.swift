import Events
import Genomics
import Storage
import TaskCatalog
import VariantCalling

/// What was found in the shards of a complete run, in the order of the reference, with one shard of it in memory.
struct FoundShards {
    let run: Identifier
    let resources: CallingResources
    let regions: BED?

    /// Whether every shard has what a gVCF and a panel need: processes of an earlier version leave it out.
    func hasEvidence(on connection: Connection) async throws -> Bool {
        let run = run.uuid
        let rows = try await connection.query(
            """
            SELECT NOT EXISTS (
                SELECT FROM callability c LEFT JOIN shard_evidence e USING (run_id, shard)
                WHERE c.run_id = \(run) AND c.shard <> \(GenomeBins.Shard.unplaced.description) AND e.run_id IS NULL
            ) AND NOT EXISTS (
                SELECT FROM ledger l LEFT JOIN block_limits b USING (run_id, unit)
                WHERE l.run_id = \(run) AND l.stage = \(Stage.report) AND b.run_id IS NULL
            ) AS complete
            """)
        return try rows.first?.decode("complete") ?? false
    }

    /// Calls `body` with each shard that has reads or alleles of the panel.
    func forEach(on connection: Connection, _ body: (ShardFindings) throws -> Void) async throws {
        let rows = try await connection.query("SELECT shard FROM callability WHERE run_id = \(run.uuid)")
        let seen = Set(try rows.compactMap { GenomeBins.Shard(try $0.decode("shard", as: String.self)) })
        let bins = GenomeBins(contigs: resources.reference.contigs)
        for shard in seen.union(resources.panel.map { Set($0.sites.keys) } ?? []).sorted() {
            guard case .bin(let contig, let index) = shard, contig < bins.contigs.count else { continue }
            guard seen.contains(shard) else {
                try body(ShardFindings(sites: resources.panel?.unseen(shard, regions: regions) ?? []))
                continue
            }
            var found = try await evidence(of: shard, on: bins.contigs[contig], connection)
            found.calls = try await CallRows.of(
                run, contig: contig, bins.range(contig: contig, index: index), on: connection)
            try body(found)
        }
    }

    /// Removes what is needed no longer once the report is made.
    func removeEvidence(on connection: Connection) async throws {
        try await connection.execute("DELETE FROM shard_evidence WHERE run_id = \(run.uuid)")
        try await connection.execute("DELETE FROM block_limits WHERE run_id = \(run.uuid)")
    }

    private func evidence(
        of shard: GenomeBins.Shard, on contig: Contig, _ connection: Connection
    ) async throws -> ShardFindings {
        let (run, name) = (run.uuid, shard.description)
        let rows = try await connection.query(
            "SELECT blocks, sites FROM shard_evidence WHERE run_id = \(run) AND shard = \(name)")
        guard let row = rows.first else { return ShardFindings() }
        var found = ShardFindings(
            blocks: try [ReferenceBlock](unpacking: row.decode("blocks"), contig: contig),
            sites: try row.decode("sites", as: JSON?.self)?.decode([SiteEvidence].self) ?? [])
        let limits = try await connection.query(
            "SELECT limits FROM block_limits WHERE run_id = \(run) AND shard = \(name)")
        for row in limits { try BlockLimits(decoding: row.decode("limits")).apply(to: &found.blocks) }
        let keys = found.sites.map(\.site.key)
        guard !keys.isEmpty else { return found }
        let scores = try await connection.query(
            """
            SELECT record, scores[1] AS none FROM predictions WHERE run_id = \(run)
                AND task = \(TaskCatalog.unnamed.name) AND record = ANY(\(keys)::text[]) AND scores[1] IS NOT NULL
            """)
        let said = Dictionary(
            try scores.map { (try $0.decode("record", as: String.self), try $0.decode("none", as: Float.self)) },
            uniquingKeysWith: { first, _ in first })
        for index in found.sites.indices { found.sites[index].noCopy = said[keys[index]] }
        return found
    }
}
