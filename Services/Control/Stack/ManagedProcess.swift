import Commands
import Foundation
import Synchronization

/// A child process with a log file, which its owner may start again.
final class ManagedProcess: Sendable {
    /// What to start.
    struct Launch: Sendable {
        var executable: String
        var arguments: [String] = []
        var environment: [String: String]
        var folder: String?
    }

    let name: String
    let log: String
    private let state: Mutex<State>

    private struct State {
        var launch: Launch
        var pid: Int32 = 0
        var starts = 0
        var startedAt = Date.distantPast
    }

    init(name: String, log: String, launch: Launch) {
        self.name = name
        self.log = log
        state = Mutex(State(launch: launch))
    }

    var pid: Int32 { state.withLock { $0.pid } }
    var restarts: Int { state.withLock { max(0, $0.starts - 1) } }
    var startedAt: Date { state.withLock { $0.startedAt } }

    /// Sets a variable of its environment, from the next start on.
    func set(_ variable: String, to value: String) {
        state.withLock { $0.launch.environment[variable] = value }
    }

    /// Starts the process; `onExit` is called once when it has ended, from any thread.
    func start(onExit: @escaping @Sendable (ManagedProcess) -> Void) throws {
        let launch = state.withLock { $0.launch }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: launch.executable)
        process.arguments = launch.arguments
        process.environment = launch.environment
        if let folder = launch.folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let handle = try LogFile.open(log)
        process.standardOutput = handle
        process.standardError = handle
        process.standardInput = FileHandle.nullDevice
        process.terminationHandler = { [weak self] _ in
            guard let self else { return }
            self.state.withLock { $0.pid = 0 }
            onExit(self)
        }
        do {
            try process.run()
        } catch {
            throw ControlError("\(launch.executable) cannot be started: \(ErrorText.sentence(error))")
        }
        state.withLock { state in
            if process.isRunning { state.pid = process.processIdentifier }
            state.starts += 1
            state.startedAt = Date()
        }
    }

    /// Asks the process to stop, and ends it when it has not within `grace`.
    func stop(signal: Int32 = SIGTERM, grace: Duration) async {
        let pid = self.pid
        guard pid > 0 else { return }
        Foundation.kill(pid, signal)
        let deadline = ContinuousClock.now + grace
        while self.pid == pid, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(50)) }
        if self.pid == pid { Foundation.kill(pid, SIGKILL) }
        while self.pid == pid, ContinuousClock.now < deadline + .seconds(5) {
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends a process that does not react to being asked.
    func kill() {
        let pid = self.pid
        if pid > 0 { Foundation.kill(pid, SIGKILL) }
    }

    /// Whether it is stopped, as by SIGSTOP.
    var isStopped: Bool {
        let pid = self.pid
        guard pid > 0, let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
        // The state follows the name, which stands in parentheses and may hold anything.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return false }
        return text[end...].dropFirst(2).first == "T"
    }

    /// Lets a stopped process go on.
    func resume() {
        let pid = self.pid
        if pid > 0 { Foundation.kill(pid, SIGCONT) }
    }

    /// Does what needs the process; throws what it complained of where it ends meanwhile.
    func whileRunning<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while self.pid > 0 { try await Task.sleep(for: .milliseconds(100)) }
                throw ControlError(
                    "\(self.name) ended as soon as it started: \(LogFile.complaint(self.log)) (\(self.log))")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}

/// Ports that nothing listens on.
enum FreePort {
    /// Asks the system for a port of the loopback interface.
    static func find() throws -> Int {
        guard let port = bound(0) else { throw ControlError("no free port: \(String(cString: strerror(errno)))") }
        return port
    }

    /// Whether nothing listens on a port.
    static func isFree(_ port: Int) -> Bool { bound(port) != nil }

    /// Binds a port for a moment, 0 for any; the port that it was.
    private static func bound(_ port: Int) -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        return isBound ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }
}
