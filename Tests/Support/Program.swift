import Dispatch
import Foundation
import Glibc

/// A program that a test runs to its end, and what it left.
///
/// `Process` of Foundation waits for whatever inherits the child's descriptors, such as the supervisor that
/// `helicase stack up` leaves behind; this waits for the program alone.
public struct Program: Sendable {
    /// The exit status; 128 and the signal's number for a program that a signal ended.
    public var status: Int32
    /// What it wrote to standard output.
    public var output: String
    /// What it wrote to standard error.
    public var errors: String

    /// Runs a program until it ends; one that has not ended within `limit` is killed.
    ///
    /// `onStart` is told its process id.
    public static func run(
        _ command: [String], environment: [String: String] = ProcessInfo.processInfo.environment,
        standardInput: String = "/dev/null", within limit: Duration = .seconds(120),
        onStart: (_ identifier: Int32) -> Void = { _ in }
    ) async throws -> Program {
        let place = FileManager.default.temporaryDirectory.appending(path: "program-\(UUID().uuidString)").path
        defer { for end in [".out", ".err"] { try? FileManager.default.removeItem(atPath: place + end) } }
        let identifier = try spawn(
            command, environment: environment,
            descriptors: [(standardInput, O_RDONLY), (place + ".out", writing), (place + ".err", writing)])
        onStart(identifier)
        let deadline = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1), execute: deadline)
        let status = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: wait(identifier)) }
        }
        deadline.cancel()
        func text(_ end: String) -> String {
            String(decoding: FileManager.default.contents(atPath: place + end) ?? Data(), as: UTF8.self)
        }
        return Program(status: status, output: text(".out"), errors: text(".err"))
    }

    /// Runs a shell script when this process ends, however that ends; `$0` and following are the arguments.
    public static func atExit(_ script: String, _ arguments: [String]) throws {
        let pipe = try PrivatePipe()
        // The writing end is never closed: that this process's end closes it is the signal.
        _ = try spawn(
            ["/bin/sh", "-c", "trap '' INT TERM HUP; cat >/dev/null; " + script] + arguments,
            environment: ProcessInfo.processInfo.environment,
            descriptors: [("/dev/fd/\(pipe.reading)", O_RDONLY), ("/dev/null", O_WRONLY), ("/dev/null", O_WRONLY)])
        close(pipe.reading)
    }

    private static let writing = O_WRONLY | O_CREAT | O_TRUNC

    private static func spawn(
        _ command: [String], environment: [String: String], descriptors: [(path: String, flags: Int32)]
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in descriptors.enumerated() {
            posix_spawn_file_actions_addopen(&actions, Int32(number), file.path, file.flags, 0o600)
        }
        let arguments = command.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var identifier: pid_t = 0
        let status = posix_spawnp(&identifier, command[0], &actions, nil, arguments, variables)
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: status) ?? .EINVAL) }
        return identifier
    }

    private static func wait(_ identifier: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
