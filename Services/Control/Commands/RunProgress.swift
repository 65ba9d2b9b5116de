import Events
import Foundation
import Observability
import Runs
import Storage

/// Shows on a terminal how far a run is; reads what the services write in any case.
struct RunProgress: Sendable {
    let run: Identifier
    let database: Database

    func show() async {
        let meter = ProgressMeter("run")
        var text = RunProgressText()
        var pace: RunEstimate.Pace?
        while !Task.isCancelled {
            if pace == nil { pace = try? await RunEstimate.pace(in: database) }
            if let status = try? await RunStatus.load([run.uuid], in: database).first {
                meter.show(text.line(status, pace: pace ?? RunEstimate.Pace(), at: .now))
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        meter.finish()
    }
}

/// The words for it: `reading 40 %, 1.2M of about 3.0M reads, 250k/s · align 12 · about 40 s left`.
struct RunProgressText {
    /// What was seen within the last seconds, so that rates are of now.
    private var seen: [(at: ContinuousClock.Instant, done: Int)] = []
    private static let window: Duration = .seconds(10)

    /// The line for a run's state at a moment.
    mutating func line(_ status: RunStatus, pace: RunEstimate.Pace, at now: ContinuousClock.Instant) -> String {
        var parts = [
            status.state == "opened" ? reading(status, at: now) : "\(Self.short(status.readsSoFar ?? 0)) reads"
        ]
        for stage in status.stages where stage.expected.map({ stage.done < $0 }) ?? true {
            let total = stage.expected.map { " of \($0)" } ?? ""
            parts.append("\(stage.name) \(stage.done)\(total)")
        }
        if let reason = status.isOpen ? status.stalledBecause ?? status.waitingFor : nil {
            parts.append("waits: \(reason)")
        } else if let left = RunEstimate.remaining(status, pace: pace), left > 0 {
            parts.append("about \(Self.clock(left)) left")
        }
        return parts.joined(separator: " · ")
    }

    private mutating func reading(_ status: RunStatus, at now: ContinuousClock.Instant) -> String {
        let reads = status.readsSoFar ?? 0
        let speed = rate(reads, at: now).map { ", \(Self.short(Int($0)))/s" } ?? ""
        guard let total = status.bytesInAll, let bytes = status.bytesRead, total > 0, bytes > 0 else {
            return "reading, \(Self.short(reads)) reads\(speed)"
        }
        let fraction = min(1, Double(bytes) / Double(total))
        let expected = Int(Double(reads) / fraction)
        return "reading \(Int(fraction * 100)) %, \(Self.short(reads)) of about \(Self.short(expected)) reads\(speed)"
    }

    /// What is done in a second, of late; nil as long as nothing was seen to be done.
    private mutating func rate(_ done: Int, at now: ContinuousClock.Instant) -> Double? {
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
