import Foundation
import Synchronization

/// A child process that has this process's standard input and other open files, and is told when this process ends.
final class Subprocess: Sendable {
    private let ends: AsyncStream<Int32>
    private let state: Mutex<State>
    private let log: String

    private struct State {
        /// The writing end of the pipe that the child watches.
        var lifeline: Int32
        var hasEnded = false
    }

    /// Starts a process; `parentOption` gives it the descriptor of a pipe that closes when this process ends or lets go of it.
    ///
    /// What it writes goes to the file `log`. `cleanUp` runs when it has ended.
    init(
        _ executable: String, _ arguments: [String], parentOption: String, environment: [String: String], log: String,
        cleanUp: @escaping @Sendable () -> Void
    ) throws {
        var pipeEnds: [Int32] = [-1, -1]
        guard pipe(&pipeEnds) == 0 else {
            throw ControlError("no pipe for \(executable): \(String(cString: strerror(errno)))")
        }
        for end in pipeEnds { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Far above the descriptors that the caller's shell may have given.
        let watched = fcntl(pipeEnds[0], F_DUPFD, 200)
        close(pipeEnds[0])
        defer { close(watched) }
        guard watched >= 0 else {
            close(pipeEnds[1])
            throw ControlError("no descriptor for \(executable): \(String(cString: strerror(errno)))")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let words = ([executable] + arguments + [parentOption, String(watched)]).map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + variables { free(text) } }
        var identifier: pid_t = 0
        let status = posix_spawn(&identifier, executable, &actions, nil, words, variables)
        guard status == 0 else {
            close(pipeEnds[1])
            throw ControlError("\(executable) cannot be started: \(String(cString: strerror(status)))")
        }
        let (ends, ended) = AsyncStream.makeStream(of: Int32.self)
        self.ends = ends
        self.log = log
        state = Mutex(State(lifeline: pipeEnds[1]))
        let child = identifier
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            state.withLock { $0.hasEnded = true }
            cleanUp()
            ended.yield(signal == 0 ? (status >> 8) & 0xff : 128 + signal)
            ended.finish()
        }
    }

    /// Whether it has ended.
    var hasEnded: Bool { state.withLock(\.hasEnded) }

    /// Tells the child that nobody waits for it any more.
    func letGo() {
        state.withLock { state in
            guard state.lifeline >= 0 else { return }
            close(state.lifeline)
            state.lifeline = -1
        }
    }

    /// Waits for the end; called once.
    func exitStatus() async -> Int32 {
        for await status in ends { return status }
        return -1
    }

    /// The last lines that it wrote.
    var lastWords: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(3).joined(separator: "\n")
    }
}
