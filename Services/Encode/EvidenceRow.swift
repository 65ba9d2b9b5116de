import Events
import Storage
import VariantCalling

/// The row of `shard_evidence`: what of a shard's reads the report needs beside the calls.
struct EvidenceRow: Sendable {
    let shard: String
    let blocks: [UInt8]
    let sites: JSON?

    init(shard: String, _ found: ShardFindings) throws {
        self.shard = shard
        blocks = found.blocks.packed()
        sites = found.sites.isEmpty ? nil : try JSON(encoding: found.sites)
    }

    func insert(_ run: Identifier, on connection: Connection) async throws {
        try await connection.execute(
            """
            INSERT INTO shard_evidence (run_id, shard, blocks, sites) VALUES (\(run.uuid), \(shard), \(blocks), \(sites))
            ON CONFLICT DO NOTHING
            """)
    }
}
