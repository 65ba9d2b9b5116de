import Commands
import Events
import Foundation
import Messaging
import Observability
import ServiceRuntime

/// `helicase stack`.
enum StackCommands {
    /// What takes effect when a stack starts, and is handed to its supervisor.
    private static let startOptions = [
        "kafka", "topic-prefix", "partitions", "http-ports", "log-megabytes", "hang-seconds",
    ]

    /// The folder of a stack, absolute: --state, or HELICASE_STATE, or `helicase-state` here.
    static func folder(_ command: ParsedCommand) -> String {
        let variable = ProcessInfo.processInfo.environment["HELICASE_STATE"].flatMap { $0.isEmpty ? nil : $0 }
        let path = command.value("state") ?? variable ?? "helicase-state"
        return URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The stack that is up in the folder.
    static func running(_ command: ParsedCommand) throws -> StackState {
        let folder = folder(command)
        guard let running = StackState.load(from: folder), running.isUp(in: folder) else {
            throw ControlError("no stack is up in \(folder); start one with `helicase stack up --state \(folder)`")
        }
        return running
    }

    static func up(_ command: ParsedCommand) async throws {
        let folder = folder(command)
        let counts = try StageCounts.parse(command.value("processes") ?? "", option: "--processes")
        _ = try Supervisor.Options(command, environment: [:])
        if let running = StackState.load(from: folder), running.isUp(in: folder) {
            print("The stack in \(folder) is up already.")
            for option in startOptions + ["database", "data-root"] where command.value(option) != nil {
                throw ControlError(
                    "--\(option) takes effect when the stack starts: `helicase stack down --state \(folder)` first")
            }
            if !counts.isEmpty { try await scale(counts, of: running, in: folder) }
            return try await status(command)
        }
        try StackFolder.prepare(folder)
        StackRemains.clear(folder)
        let log = folder + "/logs/supervisor.log"
        let handle = try LogFile.open(log)
        let begin = try handle.seekToEnd()
        let supervisor = try startSupervisor(command, folder, log: handle)
        do {
            try await waitUntilUp(folder, log: log, from: begin, supervisor: supervisor)
        } catch {
            // Nothing half-started stays behind.
            if let state = StackState.load(from: folder), state.isUp(in: folder) {
                // One that failed takes itself down; a second signal would end it amid that, and leave processes behind.
                if state.failure == nil { kill(state.supervisor, SIGTERM) }
                let deadline = ContinuousClock.now + .seconds(60)
                while StackState.isRunning(state.supervisor), ContinuousClock.now < deadline {
                    try? await Task.sleep(for: .milliseconds(50))
                }
            }
            throw error
        }
        try await status(command)
    }

    private static func startSupervisor(
        _ command: ParsedCommand, _ folder: String, log: FileHandle
    ) throws -> Process {
        let supervisor = Process()
        supervisor.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        var arguments = [Executables.path(of: "helicase"), "stack", "supervise", "--state", folder]
        for option in startOptions + ["processes"] {
            if let value = command.value(option) { arguments += ["--\(option)", value] }
        }
        supervisor.arguments = arguments
        // Not as a flag: everybody on the machine can read those.
        var environment = ProcessInfo.processInfo.environment
        environment["HELICASE_DATABASE"] = command.value("database") ?? environment["HELICASE_DATABASE"]
        let roots = try command.values("data-root").map(dataRoot)
        if !roots.isEmpty { environment["HELICASE_DATA_ROOTS"] = roots.joined(separator: ":") }
        supervisor.environment = environment
        supervisor.standardOutput = log
        supervisor.standardError = log
        supervisor.standardInput = FileHandle.nullDevice
        try Files.act("/usr/bin/setsid", .start) { try supervisor.run() }
        return supervisor
    }

    /// A folder below which inputs lie, as the services are told it.
    private static func dataRoot(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: path).standardizedFileURL.path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
            throw ControlError("--data-root: there is no folder \(root)")
        }
        guard !root.contains(":") else {
            throw ControlError("--data-root: \(root) has a colon in it, which separates folders in HELICASE_DATA_ROOTS")
        }
        return root
    }

    static func supervise(_ command: ParsedCommand) async throws {
        let environment = ProcessInfo.processInfo.environment
        let logger = Logger(label: "stack", level: .info, format: .text, output: .standardError)
        let options = try Supervisor.Options(command, environment: environment)
        let supervisor = Supervisor(options, environment: environment, logger: logger)
        // From now on SIGHUP is a wish, and no end.
        let wishes = supervisor.listenForWishes()
        defer { wishes.cancel() }
        let work = Task { try await supervisor.run() }
        let stop = Task {
            await ShutdownSignal.process.wait()
            work.cancel()
        }
        defer { stop.cancel() }
        try await work.value
    }

    static func down(_ command: ParsedCommand) async throws {
        let folder = folder(command)
        guard let running = StackState.load(from: folder), running.isUp(in: folder) else {
            StackRemains.clear(folder)
            print("No stack is up in \(folder).")
            return
        }
        kill(running.supervisor, SIGTERM)
        let progress = ProgressMeter("stopping", total: running.members.count, unit: "processes")
        let deadline = ContinuousClock.now + .seconds(90)
        while StackState.isRunning(running.supervisor), ContinuousClock.now < deadline {
            progress.set(running.members.count { !StackState.isRunning($0.pid) })
            try await Task.sleep(for: .milliseconds(100))
        }
        progress.finish()
        guard !StackState.isRunning(running.supervisor) else {
            throw ControlError("the supervisor (process \(running.supervisor)) does not stop; see \(folder)/logs")
        }
        print("The stack in \(folder) is down. Its data stays; `helicase stack up` goes on with it.")
    }

    static func status(_ command: ParsedCommand) async throws {
        let report = try await StackReport(running(command), folder: folder(command))
        print(command.flag("json") ? try report.json() : report.text())
    }

    static func scale(_ command: ParsedCommand) async throws {
        let counts = try StageCounts.parse(command.positional.joined(separator: ","), option: "STAGE=N")
        try await scale(counts, of: running(command), in: folder(command))
        try await status(command)
    }

    static func restart(_ command: ParsedCommand) async throws {
        let control = StackControl(state: folder(command))
        print(try await control.ask(.restart(command.positional[0]), of: running(command).supervisor))
    }

    private static func scale(_ counts: [String: Int], of running: StackState, in folder: String) async throws {
        print(try await StackControl(state: folder).ask(.scale(counts), of: running.supervisor))
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline, let state = StackState.load(from: folder) {
            if await notReady(state).isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Of a service that was started again and again.
    private static let endsAtOnce = "it ends as soon as it starts: "

    /// The services that are not ready, each with its reason.
    private static func notReady(_ state: StackState) async -> [String] {
        var reasons: [String] = []
        for member in state.members {
            guard let port = member.httpPort else { continue }
            let (isReady, reason) = await ServiceProbe.readiness(port: port)
            // Without a usable model the stack is up, so that somebody can promote one; its status says so.
            if isReady || reason.hasPrefix("model: ") { continue }
            let hasFailed = member.restarts > 2 && reason == ServiceProbe.silence
            reasons.append("\(member.name): \(hasFailed ? "\(endsAtOnce)\(LogFile.complaint(member.log))" : reason)")
        }
        return reasons
    }

    private static func waitUntilUp(
        _ folder: String, log: String, from begin: UInt64, supervisor: Process
    ) async throws {
        let progress = ProgressMeter("starting", total: StackSetUp.stages.count, unit: "services")
        defer { progress.finish() }
        let deadline = ContinuousClock.now + .seconds(180)
        var reasons: [String] = []
        while ContinuousClock.now < deadline {
            if let state = StackState.load(from: folder) {
                if let failure = state.failure { throw ControlError("the stack does not come up: \(failure)") }
                let services = state.members.count { $0.httpPort != nil }
                reasons = await notReady(state)
                progress.set(services - reasons.count)
                if let hopeless = reasons.first(where: { $0.contains(endsAtOnce) }) {
                    throw ControlError("the stack does not come up: \(hopeless); see \(folder)/logs")
                }
                if state.isReady, state.isUp(in: folder), reasons.isEmpty { return }
            }
            if !supervisor.isRunning, StackState.load(from: folder)?.isUp(in: folder) != true {
                let bytes = (try? Files.read(log))?.dropFirst(Int(begin)) ?? Data()
                throw ControlError("the supervisor ended: \(String(decoding: bytes, as: UTF8.self))")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        let why = reasons.isEmpty ? "" : " (\(reasons.joined(separator: "; ")))"
        throw ControlError("the stack is not ready after three minutes\(why); see \(folder)/logs")
    }
}
