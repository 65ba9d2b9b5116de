import Synchronization

/// Shows on a terminal how far a long command is, in one line that is rewritten; in a pipe it shows nothing.
///
/// Log lines that go to the same output pass above it.
public final class ProgressMeter: Sendable {
    private struct State {
        var progress: ProgressReading
        var lastShown: ContinuousClock.Instant?
        var isFinished = false
    }

    private let output: LogOutput
    private let isShown: Bool
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    /// Makes a meter of `total` units, or of an unknown number of them.
    public convenience init(_ label: String, total: Int? = nil, unit: String = "", output: LogOutput = .standardError) {
        self.init(label, total: total, unit: unit, output: output, isShown: output.isTerminal)
    }

    init(_ label: String, total: Int?, unit: String, output: LogOutput, isShown: Bool) {
        self.output = output
        self.isShown = isShown
        state = Mutex(State(progress: ProgressReading(label: label, unit: unit, total: total)))
    }

    /// Counts units done.
    public func advance(by count: Int = 1) { update { $0.done += count } }

    /// Sets the number of units done.
    public func set(_ done: Int) { update { $0.done = done } }

    /// Sets the number of units there are, once it is known.
    public func set(total: Int) { update { $0.total = total } }

    /// Shows a line of the caller's own wording, cut to fit.
    public func show(_ line: String) {
        guard isShown else { return }
        state.withLock { state in
            if !state.isFinished { output.show(status: String(line.prefix(max(0, (output.columns ?? 80) - 1)))) }
        }
    }

    /// Removes the line; the meter shows nothing more.
    public func finish() {
        guard isShown else { return }
        state.withLock { state in
            state.isFinished = true
            output.show(status: "")
        }
    }

    /// At most ten times a second the line is written anew.
    private func update(_ change: (inout ProgressReading) -> Void) {
        let now = ContinuousClock.now
        state.withLock { state in
            change(&state.progress)
            guard isShown, !state.isFinished, state.lastShown.map({ now - $0 > .milliseconds(100) }) ?? true else {
                return
            }
            state.lastShown = now
            output.show(status: state.progress.line(after: now - start, columns: output.columns ?? 80))
        }
    }
}

/// How far a piece of work is.
struct ProgressReading {
    var label: String
    var unit: String
    var total: Int?
    var done = 0

    /// `align [#######···]  70 %  7.0M of 10.0M reads  1.2M/s  2 s left`, cut to fit.
    func line(after elapsed: Duration, columns: Int) -> String {
        let seconds = elapsed / .seconds(1)
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let units = unit.isEmpty ? "" : " \(unit)"
        var parts: [String] = []
        if let total, total > 0 {
            let fraction = min(1, Double(done) / Double(total))
            let filled = Int(fraction * 20)
            let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 20 - filled)
            parts.append(
                "\(label) [\(bar)]  \(Int(fraction * 100)) %  \(short(Double(done))) of \(short(Double(total)))\(units)"
            )
        } else {
            parts.append("\(label)  \(short(Double(done)))\(units)")
        }
        if rate > 0 { parts.append("\(short(rate))/s") }
        if let total, rate > 0, done < total { parts.append("\(clock(Double(total - done) / rate)) left") }
        // The last column stays free: a terminal would wrap the line there.
        return String(parts.joined(separator: "  ").prefix(max(0, columns - 1)))
    }

    private func short(_ number: Double) -> String {
        for (scale, suffix) in [(1e9, "G"), (1e6, "M"), (1e4, "k")] where number >= scale {
            let tenths = (number / (suffix == "k" ? 1e3 : scale) * 10).rounded(.down)
            return "\(tenths / 10)\(suffix)"
        }
        return number < 10 && number != number.rounded() ? String((number * 10).rounded() / 10) : String(Int(number))
    }

    private func clock(_ seconds: Double) -> String {
        guard seconds < 360_000 else { return "days" }
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        let (hours, minutes) = (whole / 3600, whole / 60 % 60)
        return hours > 0 ? "\(hours) h \(minutes) min" : "\(minutes) min \(whole % 60) s"
    }
}
