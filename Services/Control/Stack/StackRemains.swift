import Foundation

/// What a supervisor that was killed has left running.
enum StackRemains {
    /// Ends the processes that the last `stack.json` names, where they are still the suite's.
    static func clear(_ folder: String) {
        guard let old = StackState.load(from: folder), !old.isUp(in: folder) else { return }
        for member in old.members where member.pid > 0 && StackState.belongs(member.pid, to: folder) {
            kill(member.pid, member.name == "postgres" ? SIGINT : SIGKILL)
            let deadline = Date().addingTimeInterval(20)
            while StackState.isRunning(member.pid), Date() < deadline { usleep(50_000) }
        }
        try? FileManager.default.removeItem(atPath: StackState.file(in: folder))
    }
}
