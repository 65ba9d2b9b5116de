import Delivery
import Events
import Messaging

/// A stage whose records belong to runs: what cannot be counted as a unit of its run ends the run, with the reason.
public protocol RunStageHandler: RecordHandler {
    /// The stage, as the ledger names it.
    static var stage: String { get }
    /// What the stage works with.
    var services: StageServices { get }
}

extension RunStageHandler {
    /// Records were lost that may have been any open run's; it is found out whose they were.
    public func lostRecords(_ reason: String) async throws {
        try await RunFailure.suspectOpenRuns(reason: reason, in: services.database)
    }

    /// Gives up the run of a record that can neither be used nor be counted.
    ///
    /// A record that names no run leaves nothing but its dead letter; a run that misses it stalls, and is then given up.
    public func effects(ofAbandoned record: IncomingRecord, reason: String) async throws -> Effects {
        guard let run = record.claimedRun else { return Effects() }
        return try RunFailure.effects(run, reason: reason, source: Self.stage)
    }
}

extension IncomingRecord {
    /// The run that a record says it belongs to, whatever else is wrong with it: by its headers, or by its key, which begins
    /// with the run in all topics of runs.
    public var claimedRun: Identifier? {
        if let run = header("ce_\(EventExtension.run)").flatMap({ Identifier($0) }) { return run }
        guard let key, key.count >= 36 else { return nil }
        return Identifier(String(decoding: key.prefix(36), as: UTF8.self))
    }
}
