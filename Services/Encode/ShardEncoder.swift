import Delivery
import Events
import Genomics
import Messaging
import Runs
import Storage
import Synchronization
import VariantCalling

/// Makes the examples of complete shards and accounts for them.
struct ShardEncoder: Sendable {
    let services: StageServices
    let folder: SpillFolder
    let runs: RunReferences<EncodingResources>
    /// Candidates in a record where the run has not fixed it.
    let partLimit: Int
    private let limits = Limits()

    /// What runs have fixed.
    private final class Limits: Sendable {
        let known = Mutex<[Identifier: Int]>([:])
    }

    init(
        services: StageServices, folder: SpillFolder, runs: RunReferences<EncodingResources>, partLimit: Int
    ) {
        self.services = services
        self.folder = folder
        self.runs = runs
        self.partLimit = partLimit
    }

    /// Reads a complete shard back, makes its examples and accounts for them.
    func effects(
        of shard: GenomeBins.Shard, in lane: Lane, _ entry: LaneTable.Entry, _ resources: EncodingResources,
        completedBy offset: Int64, traceparent: String?
    ) async throws -> Effects {
        let run = lane.run
        let regions = try await runs.regions(of: run)
        let request = try await runs.request(of: run)
        let duplicates: DuplicatePolicy
        do throws(EventError) {
            duplicates = try request?.duplicatePolicy() ?? .mark
        } catch {
            return try RunFailure.effects(run, reason: error.description, source: Stage.encode)
        }
        let (folder, limit) = (folder, try await partLimit(of: run))
        let made: SpilledShard.Made
        do {
            made = try await BlockingWork.run {
                try SpilledShard(lane: lane, shard: shard, folder: folder, readGroups: entry.readGroups).encode(
                    with: resources, batches: entry.shards[shard] ?? 0, regions: regions, duplicates: duplicates,
                    partLimit: limit, traceparent: traceparent)
            }
        } catch let error as LocalStateLost {
            // The journal would say of what is read again that it is there.
            folder.remove(lane)
            try folder.renounce()
            throw error
        } catch  where !Passing.includes(error) {
            throw AbandonedUnit("shard \(shard): \(error)")
        }
        let names = made.outputs.indices.map { "\(shard)/\($0)" }
        let (unit, summary) = (shard.description, try JSON(encoding: made.summary))
        return Effects(
            outputs: made.outputs,
            store: { connection in
                try await connection.execute(
                    """
                    INSERT INTO callability (run_id, shard, summary, completed_by)
                    VALUES (\(run.uuid), \(unit), \(summary), \(offset))
                    ON CONFLICT (run_id, shard) DO UPDATE SET completed_by = excluded.completed_by
                    """)
                try await made.evidence?.insert(run, on: connection)
                return []
            },
            count: { connection in
                _ = try await Ledger.record(
                    run: run.uuid, stage: Stage.encode, unit: unit, fed: names.count, outputs: names, isPart: true,
                    on: connection)
                return []
            })
    }

    /// All shards of a lane are accounted for, and so is the lane; the last lane tells infer how many units there are.
    func complete(
        _ lane: Lane, shards: Int, completedBy offset: Int64, traceparent: String?, on connection: Connection
    ) async throws -> [OutgoingRecord] {
        let (run, number) = (lane.run.uuid, lane.number)
        try await connection.execute(
            """
            INSERT INTO run_lanes (run_id, lane, shards, completed_by)
            VALUES (\(run), \(number)::integer, \(shards)::integer, \(offset))
            ON CONFLICT (run_id, lane) DO UPDATE SET completed_by = excluded.completed_by
            """)
        let entry = try await Ledger.record(
            run: run, stage: Stage.encode, unit: lane.unit, fed: 1, on: connection)
        if entry.closes {
            let units = try await Ledger.fed(run: run, stage: Stage.encode, on: connection)
            _ = try await Ledger.expect(
                run: run, stage: Stage.infer, units: units, unit: Stage.encode, on: connection)
        }
        return try SpilledShard.end(of: lane, traceparent: traceparent)
    }

    /// The examples of a shard as it is at a mark.
    func interimEffects(
        of shard: GenomeBins.Shard, in lane: Lane, _ entry: LaneTable.Entry, _ resources: EncodingResources,
        at mark: ReadsMark, traceparent: String?
    ) async throws -> Effects {
        let (folder, limit, regions) = (folder, partLimit, try await runs.regions(of: lane.run))
        let duplicates = try? await runs.request(of: lane.run)?.duplicatePolicy()
        let made: SpilledShard.Made
        do {
            made = try await BlockingWork.run {
                try SpilledShard(lane: lane, shard: shard, folder: folder, readGroups: entry.readGroups).encode(
                    with: resources, batches: nil, regions: regions, duplicates: duplicates ?? .mark, partLimit: limit,
                    at: mark.number, traceparent: traceparent)
            }
        } catch  where !Passing.includes(error) {
            // Whatever is wrong will be said of the whole shard.
            return Effects()
        }
        return Effects(
            outputs: made.outputs,
            store: { try await InterimRows.insert(made.summary, of: shard, at: mark, on: $0) })
    }

    /// Candidates in a record of the run: as the process decided that made the first one, however this one is configured.
    private func partLimit(of run: Identifier) async throws -> Int {
        if let known = limits.known.withLock({ $0[run] }) { return known }
        let own = partLimit
        let rows = try await services.database.query(
            """
            UPDATE runs SET encode_part = coalesce(encode_part, \(own)) WHERE run_id = \(run.uuid)
            RETURNING encode_part::bigint AS part
            """)
        let fixed = try rows.first?.decode("part", as: Int.self) ?? own
        limits.known.withLock { known in
            if known.count >= 64 { known.removeAll() }
            known[run] = fixed
        }
        return fixed
    }
}
