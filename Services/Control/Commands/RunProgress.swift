import Events
import Foundation
import Runs
import ServiceRuntime
import Storage

/// Shows on a terminal how far a run is; reads what the services write in any case.
struct RunProgress: Sendable {
    let run: Identifier
    let database: Database

    func show() async {
        let meter = ProgressMeter("run")
        var text = RunProgressText()
        while !Task.isCancelled {
            if let snapshot = try? await snapshot() { meter.show(text.line(snapshot, at: .now)) }
            try? await Task.sleep(for: .milliseconds(300))
        }
        meter.finish()
    }

    private func snapshot() async throws -> RunSnapshot? {
        let rows = try await database.query(
            "SELECT state, reads_so_far, bytes_so_far, bytes_in_all FROM runs WHERE run_id = \(run.uuid)")
        guard let row = rows.first else { return nil }
        var snapshot = RunSnapshot(
            isRead: try row.decode("state", as: String.self) != "opened", reads: try row.decode("reads_so_far"),
            bytes: try row.decode("bytes_so_far"), totalBytes: try row.decode("bytes_in_all"))
        for row in try await database.query("SELECT stage, done, expected FROM run_stages WHERE run_id = \(run.uuid)") {
            snapshot.stages[try row.decode("stage")] = .init(
                done: try row.decode("done"), expected: try row.decode("expected"))
        }
        return snapshot
    }
}

/// How far a run is at one moment.
struct RunSnapshot: Sendable {
    /// Units of a stage.
    struct Units: Sendable {
        var done: Int
        /// Nil until the stage before is through.
        var expected: Int?
    }

    /// All reads are in the topics.
    var isRead = false
    var reads = 0
    /// Bytes of the files that were read, and their size; nil for pipes.
    var bytes = 0
    var totalBytes: Int?
    var stages: [String: Units] = [:]
}

/// The words for it: `reading 40 %, 1.2M of about 3.0M reads, 250k/s, 7 s left · align 12 · encode …`.
struct RunProgressText {
    /// What was seen within the last seconds, so that rates are of now.
    private var seen: [(at: ContinuousClock.Instant, done: Int)] = []
    private var label = ""
    private static let window: Duration = .seconds(10)
    private static let stages = [Stage.align, Stage.encode, Stage.infer, Stage.report]

    /// The line for what is found at a moment.
    mutating func line(_ snapshot: RunSnapshot, at now: ContinuousClock.Instant) -> String {
        var parts: [String] = []
        if !snapshot.isRead {
            parts.append(reading(snapshot, at: now))
        } else {
            parts.append("\(Self.short(snapshot.reads)) reads")
        }
        var isFirst = snapshot.isRead
        for name in Self.stages {
            guard let stage = snapshot.stages[name] else { continue }
            let isDone = stage.expected.map { stage.done >= $0 } ?? false
            if isDone { continue }
            let total = stage.expected.map { " of \($0)" } ?? ""
            // The first stage that is not through is the one to wait for.
            let rest = isFirst ? remaining(name, done: stage.done, of: stage.expected, at: now) : ""
            parts.append("\(name) \(stage.done)\(total)\(rest)")
            isFirst = false
        }
        return parts.joined(separator: " · ")
    }

    private mutating func reading(_ snapshot: RunSnapshot, at now: ContinuousClock.Instant) -> String {
        let rate = rate("reading", done: snapshot.reads, at: now)
        let speed = rate.map { ", \(Self.short(Int($0)))/s" } ?? ""
        guard let total = snapshot.totalBytes, total > 0, snapshot.bytes > 0 else {
            return "reading, \(Self.short(snapshot.reads)) reads\(speed)"
        }
        let fraction = min(1, Double(snapshot.bytes) / Double(total))
        let expected = Int(Double(snapshot.reads) / fraction)
        let left = rate.map { ", \(Self.clock(Double(expected - snapshot.reads) / $0)) left to read" } ?? ""
        return "reading \(Int(fraction * 100)) %, \(Self.short(snapshot.reads)) of about \(Self.short(expected)) reads"
            + speed + left
    }

    private mutating func remaining(
        _ name: String, done: Int, of expected: Int?, at now: ContinuousClock.Instant
    ) -> String {
        guard let rate = rate(name, done: done, at: now), let expected else { return "" }
        return ", \(Self.clock(Double(expected - done) / rate)) left"
    }

    /// What is done in a second, of late; nil as long as nothing was seen to be done.
    private mutating func rate(_ label: String, done: Int, at now: ContinuousClock.Instant) -> Double? {
        if label != self.label { (self.label, seen) = (label, []) }
        seen.append((now, done))
        while seen.count > 2, now - seen[1].at > Self.window { seen.removeFirst() }
        guard let first = seen.first, done > first.done, now > first.at else { return nil }
        return Double(done - first.done) / ((now - first.at) / .seconds(1))
    }

    private static func short(_ number: Int) -> String {
        for (scale, suffix) in [(1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")] where number >= scale {
            let tenths = number / ((suffix == "k" ? 1000 : scale) / 10)
            return "\(tenths / 10).\(tenths % 10)\(suffix)"
        }
        return String(number)
    }

    private static func clock(_ seconds: Double) -> String {
        guard seconds < 360_000 else { return "days" }
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole / 60 % 60) min"
    }
}
