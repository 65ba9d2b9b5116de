import Events
import Foundation
import Messaging
import Runs
import Storage

/// A run as people and programs are shown it.
struct RunView: Codable {
    var state: String
    var status: RunStatus
    /// Seconds until it is over, as far as can be told.
    var remainingSeconds: Double?
    /// The first missing units of each stage that is not through.
    var missing: [String: [String]] = [:]
    /// The age of the oldest record that each stage has not finished, of whatever run, in seconds.
    var oldestUnfinishedSeconds: [String: Double] = [:]
    var brokerTrouble: String?

    init(_ status: RunStatus, pace: RunEstimate.Pace) {
        state = status.word
        self.status = status
        remainingSeconds = status.isOpen ? RunEstimate.remaining(status, pace: pace) : nil
    }

    mutating func addMissing(from database: Database) async throws {
        for stage in [Stage.align, Stage.encode, Stage.infer, Stage.report]
        where !(status.isAligned && stage == Stage.align) {
            let units = try await MissingUnits.first(5, of: stage, status, in: database)
            if !units.isEmpty { missing[stage] = units }
        }
    }

    mutating func addAges(from messaging: MessagingConfiguration) async throws {
        let lag = try await Admin.groupLag(groups: LossSearch.path, messaging)
        let now = Date().timeIntervalSince1970
        for row in try await Admin.oldestUnfinished(lag, messaging) {
            oldestUnfinishedSeconds[row.group] = max(0, now - Double(row.written) / 1000)
        }
    }

    func json() throws -> String { try Timestamp.json(self) }

    static func table(_ views: [RunView]) -> [String] {
        TextTable.lines(
            ["run", "sample", "state", "opened", "remaining", ""],
            views.map { view in
                [
                    view.status.run.description, view.status.sample, view.state, Timestamp.text(view.status.openedAt),
                    view.remainingSeconds.map(words) ?? "",
                    view.status.failure ?? (view.state == "stalled" ? view.status.stalledBecause : nil)
                        ?? (view.status.isOpen ? view.status.waitingFor : nil) ?? "",
                ]
            })
    }

    func text() -> [String] {
        var lines = [
            "run        \(status.run)", "sample     \(status.sample)", "state      \(state)",
            "opened     \(Timestamp.text(status.openedAt))",
        ]
        if let failure = status.failure { lines.append("failed     \(failure)") }
        if state == "stalled", let since = status.stalledAt {
            lines.append("stalled    since \(Timestamp.text(since)): \(status.stalledBecause ?? "")")
        }
        if status.isOpen, let reason = status.waitingFor { lines.append("waits for  \(reason)") }
        if let reads = status.readsSoFar, reads > 0 { lines.append("reads      \(reads) so far") }
        lines.append("batches    \(status.batchesSent) sent by ingest")
        lines.append("took       \(Self.words(status.elapsed))\(status.isOpen ? " so far" : "")")
        if let remainingSeconds { lines.append("remaining  about \(Self.words(remainingSeconds))") }
        lines.append("")
        let all = [Stage.align, Stage.encode, Stage.infer, Stage.report]
        lines += TextTable.lines(
            ["stage", "done", "of", "oldest unfinished", "missing"],
            all.compactMap { name in
                guard let stage = status.stage(name) else { return nil }
                return [
                    name, String(stage.done), stage.expected.map(String.init) ?? "?",
                    oldestUnfinishedSeconds[name].map(Self.words) ?? (status.isOpen && brokerTrouble == nil ? "-" : ""),
                    (missing[name] ?? []).joined(separator: " "),
                ]
            })
        if let brokerTrouble { lines += ["", "The broker does not say how far the stages are: \(brokerTrouble)"] }
        return lines
    }

    /// `75 s`, `12 min`, `3.5 h`.
    static func words(_ seconds: Double) -> String {
        if seconds < 100 { return "\(Int(seconds.rounded(.up))) s" }
        if seconds < 6000 { return "\(Int((seconds / 60).rounded(.up))) min" }
        return String(format: "%.1f h", seconds / 3600)
    }
}
