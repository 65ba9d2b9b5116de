import Events
import Foundation
import Messaging
import ServiceRuntime

/// `helicase stack`.
enum StackCommands {
    /// The folder of a stack, absolute.
    static func folder(_ command: ParsedCommand) -> String {
        URL(fileURLWithPath: command.value("state") ?? "helicase-state").standardizedFileURL.path
    }

    static func up(_ command: ParsedCommand) async throws {
        let folder = folder(command)
        if let running = StackState.load(from: folder), running.isUp(in: folder) {
            print("The stack in \(folder) is up already.")
            try await status(command)
            return
        }
        _ = try processes(command)
        try FileManager.default.createDirectory(atPath: folder + "/logs", withIntermediateDirectories: true)
        StackRemains.clear(folder)
        let supervisor = Process()
        supervisor.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        var arguments = [Executables.path(of: "helicase"), "stack", "supervise", "--state", folder]
        for option in ["processes", "kafka", "topic-prefix", "partitions"] {
            if let value = command.value(option) { arguments += ["--\(option)", value] }
        }
        supervisor.arguments = arguments
        // Not as a flag: everybody on the machine can read those.
        var environment = ProcessInfo.processInfo.environment
        environment["HELICASE_DATABASE"] = command.value("database") ?? environment["HELICASE_DATABASE"]
        let roots = command.values("data-root").map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if !roots.isEmpty { environment["HELICASE_DATA_ROOTS"] = roots.joined(separator: ":") }
        supervisor.environment = environment
        let log = folder + "/logs/supervisor.log"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let handle = FileHandle(forWritingAtPath: log)
        supervisor.standardOutput = handle
        supervisor.standardError = handle
        supervisor.standardInput = FileHandle.nullDevice
        try supervisor.run()
        do {
            try await waitUntilUp(folder, log: log, supervisor: supervisor)
        } catch {
            // Nothing half-started stays behind.
            if let state = StackState.load(from: folder), state.isUp(in: folder) { kill(state.supervisor, SIGTERM) }
            throw error
        }
        try await status(command)
    }

    static func supervise(_ command: ParsedCommand) async throws {
        let environment = ProcessInfo.processInfo.environment
        let logger = Logger(label: "stack", level: .info, format: .text, output: .standardError)
        let options = Supervisor.Options(
            state: folder(command), processes: try processes(command),
            kafka: command.value("kafka") ?? environment["HELICASE_KAFKA"],
            database: command.value("database") ?? environment["HELICASE_DATABASE"],
            topicPrefix: command.value("topic-prefix") ?? environment["HELICASE_TOPIC_PREFIX"] ?? "helicase.",
            partitions: try command.integer("partitions", in: 1...1000) ?? 8)
        let supervisor = Supervisor(options, environment: environment, logger: logger)
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
        let folder = folder(command)
        guard let running = StackState.load(from: folder), running.isUp(in: folder) else {
            throw ControlError("no stack is up in \(folder); start one with `helicase stack up --state \(folder)`")
        }
        let report = try await StackReport(running, folder: folder)
        print(command.flag("json") ? try report.json() : report.text())
    }

    private static func processes(_ command: ParsedCommand) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for part in (command.value("processes") ?? "").split(separator: ",") {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
            guard pair.count == 2, StackSetUp.stages.contains(pair[0]), let count = Int(pair[1]),
                (0...64).contains(count)
            else {
                throw ServiceRuntimeError(
                    .usage,
                    "--processes: \"\(part)\" is not STAGE=NUMBER; stages are "
                        + StackSetUp.stages.sorted().joined(separator: ", "))
            }
            counts[pair[0]] = count
        }
        return counts
    }

    private static func waitUntilUp(_ folder: String, log: String, supervisor: Process) async throws {
        let progress = ProgressMeter("starting", total: StackSetUp.stages.count, unit: "services")
        defer { progress.finish() }
        let deadline = ContinuousClock.now + .seconds(180)
        while ContinuousClock.now < deadline {
            if let state = StackState.load(from: folder) {
                if let failure = state.failure { throw ControlError("the stack does not come up: \(failure)") }
                let services = state.members.filter { $0.httpPort != nil }
                var ready = 0
                for member in services where await StackReport.isReady(member) { ready += 1 }
                progress.set(ready)
                if state.isReady, state.isUp(in: folder), ready == services.count { return }
            }
            if !supervisor.isRunning, StackState.load(from: folder)?.isUp(in: folder) != true {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                throw ControlError("the supervisor ended: \(text)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ControlError("the stack is not ready after three minutes; see \(folder)/logs")
    }
}

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
