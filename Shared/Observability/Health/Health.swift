import Synchronization

/// Whether the process is alive and can do its work, as `/health` and `/ready` answer.
public final class Health: Sendable {
    private struct Component: Sendable {
        var isReady: Bool
        var reason: String
    }

    private struct State {
        var components: [String: Component] = [:]
        var lastBeat: ContinuousClock.Instant?
    }

    private let heartbeatLimit: Duration
    private let state = Mutex(State())

    /// Makes the health of a process that has just started; a heartbeat older than `heartbeatLimit` means it hangs.
    public init(heartbeatLimit: Duration = .seconds(60)) { self.heartbeatLimit = heartbeatLimit }

    /// Says whether a part, such as `kafka`, can do its work; `reason` says why not.
    public func set(_ component: String, ready: Bool, reason: String = "") {
        state.withLock { $0.components[component] = Component(isReady: ready, reason: reason) }
    }

    /// Says that the main loop turns; once it has said so it must go on saying so.
    public func beat() {
        let now = ContinuousClock.now
        state.withLock { $0.lastBeat = now }
    }

    /// Whether the main loop turns, or has not begun to.
    public var isAlive: Bool {
        state.withLock(\.lastBeat).map { .now - $0 <= heartbeatLimit } ?? true
    }

    /// Whether every part can do its work; false until one has said so.
    public var isReady: Bool {
        state.withLock { state in !state.components.isEmpty && state.components.values.allSatisfy(\.isReady) }
    }

    /// `GET /health`: 200, or 503 when the main loop hangs and the process should be restarted.
    var healthResponse: HTTPResponse {
        let age = state.withLock(\.lastBeat).map { (.now - $0) / .seconds(1) }
        let isAlive = isAlive
        return .json(LiveReport(alive: isAlive, heartbeatAgeSeconds: age), status: isAlive ? 200 : 503)
    }

    /// `GET /ready`: 200, or 503 with what is not ready.
    var readyResponse: HTTPResponse {
        let components = state.withLock(\.components)
        let notReady = components.filter { !$0.value.isReady }.mapValues(\.reason)
        let isReady = !components.isEmpty && notReady.isEmpty
        let report = ReadyReport(
            ready: isReady, components: components.keys.sorted(),
            notReady: components.isEmpty ? ["service": "starting"] : notReady)
        return .json(report, status: isReady ? 200 : 503)
    }

    private struct LiveReport: Encodable {
        let alive: Bool
        let heartbeatAgeSeconds: Double?
    }

    private struct ReadyReport: Encodable {
        let ready: Bool
        let components: [String]
        let notReady: [String: String]
    }
}
