import Events
import Foundation
import Messaging
import Storage
import TestSupport
import Testing

/// The whole suite on this machine, started by `helicase stack up` in a folder of its own; it ends with this process.
final class Stack: Sendable {
    /// The brokers on which the suite is tested.
    enum Broker: String, CaseIterable, Sendable {
        case embedded
        case apacheKafka = "apache-kafka"

        /// The embedded one always, Apache Kafka where `KAFKA_HOME` names an installation.
        static var installed: [Broker] { ApacheKafka.isInstalled ? allCases : [.embedded] }

        /// Those of tests that are too long for both with every change: with `HELICASE_LONG_TESTS` all installed ones, else the
        /// one that production uses.
        static var tested: [Broker] { LongTests.areWanted ? installed : installed.suffix(1) }
    }

    /// What `stack.json` says of a stack.
    struct State: Codable {
        struct Member: Codable {
            var name: String
            var pid: Int32
            var restarts: Int
            var httpPort: Int?
        }
        var broker: String
        var kafka: String
        var topicPrefix: String
        var database: String
        var supervisor: Int32
        var members: [Member]
    }

    let folder: URL
    let database: Database
    private let environment: [String: String]

    /// Starts a stack; `processes` are counts by stage, `settings` variables of all its services, `options` more of the
    /// command.
    init(
        _ broker: Broker, processes: [String: Int] = [:], settings: [String: String] = [:], options: [String] = []
    ) async throws {
        try await Programs.prepare()
        folder = FileManager.default.temporaryDirectory.appending(path: "stack-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // The operator's own settings are not the test's.
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HELICASE_") }
        if broker == .embedded { environment["KAFKA_HOME"] = nil }
        self.environment = environment.merging(settings) { $1 }
        try Program.atExit(
            #""$0" stack down --state "$1"; rm -rf "$1""#, [Programs.path("helicase"), folder.path])
        var command = [Programs.path("helicase"), "stack", "up", "--state", folder.path] + options
        if !processes.isEmpty {
            command += ["--processes", processes.map { "\($0.key)=\($0.value)" }.joined(separator: ",")]
        }
        let up = try await Program.run(command, environment: self.environment)
        guard up.status == 0 else { throw StackError("the stack does not come up: \(up.errors)\(up.output)") }
        database = Database(DatabaseConfiguration(url: try Self.state(in: folder).database, maximumConnections: 4))
    }

    /// What the stack says of itself.
    var state: State { get throws { try Self.state(in: folder) } }

    private static func state(in folder: URL) throws -> State {
        try JSONDecoder().decode(State.self, from: Data(contentsOf: folder.appending(path: "stack.json")))
    }

    /// How to reach its broker.
    var messaging: MessagingConfiguration {
        get throws {
            let state = try state
            return MessagingConfiguration(bootstrapServers: state.kafka, topicPrefix: state.topicPrefix)
        }
    }

    /// Runs `helicase` with this stack's state folder.
    func helicase(_ arguments: String..., standardInput: String = "/dev/null") async throws -> Program {
        try await helicase(arguments, standardInput: standardInput)
    }

    func helicase(
        _ arguments: [String], standardInput: String = "/dev/null", within limit: Duration = .seconds(180),
        onStart: (Int32) -> Void = { _ in }
    ) async throws -> Program {
        try await Program.run(
            [Programs.path("helicase")] + arguments + ["--state", folder.path], environment: environment,
            standardInput: standardInput, within: limit, onStart: onStart)
    }

    /// Runs a line of bash in which `$helicase` and `$state` stand for the command and the state folder.
    func bash(_ line: String, onStart: (Int32) -> Void = { _ in }) async throws -> Program {
        let names = ["helicase": Programs.path("helicase"), "state": folder.path]
        return try await Program.run(
            ["bash", "-c", line], environment: environment.merging(names) { $1 }, within: .seconds(180),
            onStart: onStart)
    }

    /// Streams a sample through the stack; throws unless its report came.
    func run(_ arguments: [String], standardInput: String = "/dev/null") async throws -> FinishedRun {
        let output = folder.appending(path: "out-\(UUID().uuidString.prefix(8))")
        let program = try await helicase(
            ["run", "--sample", "S", "--output", output.path, "--json"] + arguments, standardInput: standardInput)
        guard program.status == 0 else {
            throw StackError("`helicase run` ends with \(program.status): \(program.errors)\n\(try logs())")
        }
        return try FinishedRun(output)
    }

    /// Sends a signal to a process of the stack.
    func signal(_ name: String, _ signal: Int32 = SIGKILL) throws {
        guard let member = try state.members.first(where: { $0.name == name }), member.pid > 0 else {
            throw StackError("the stack has no process \(name)")
        }
        kill(member.pid, signal)
    }

    /// How often a process of the stack was started again.
    func restarts(of name: String) throws -> Int {
        try state.members.first { $0.name == name }?.restarts ?? 0
    }

    /// The committed records of a topic, those of a run or all; all of them have to obey their schemas.
    func records(_ topic: String, of run: Identifier? = nil) async throws -> [IncomingRecord] {
        let reader = try TopicReader(messaging, topic: topic, from: .beginning)
        defer { reader.close() }
        let records = try await reader.readToEnd()
        let violations = try EventSchema.violations(in: records)
        #expect(violations.isEmpty, "\(violations)")
        return records.filter { record in
            run.map { run in
                record.header("ce_run") == run.description || record.key == Array(run.description.utf8)
            } ?? true
        }
    }

    /// Takes the stack down, after a look at what it published; its data stay until the process ends.
    func down() async throws {
        for topic in [Topics.reports, Topics.runs, Topics.jobs, Topics.models] { _ = try await records(topic) }
        await database.close()
        let down = try await helicase("stack", "down")
        guard down.status == 0 else { throw StackError("the stack does not go down: \(down.errors)") }
    }

    /// What its processes complained of, for the message of a test that fails.
    func logs() throws -> String {
        let logs = folder.appending(path: "logs")
        return try FileManager.default.contentsOfDirectory(at: logs, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }.map { file in
                let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
                    $0.contains("warning") || $0.contains("error") || $0.contains("atal")
                }
                return "\(file.lastPathComponent):\n" + lines.suffix(8).joined(separator: "\n")
            }.joined(separator: "\n")
    }
}

/// Why a stack does not do what a test asks of it.
struct StackError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a run left in its output folder.
struct FinishedRun: Sendable {
    let folder: URL
    let report: Report

    init(_ folder: URL) throws {
        self.folder = folder
        let bytes = try Array(Data(contentsOf: folder.appending(path: "S.report.json")))
        let violations = try EventSchema.violations(in: bytes, of: .report)
        #expect(violations.isEmpty, "\(violations)")
        report = try EventCoding.decode(Report.self, from: bytes)
    }

    /// The calls as they were written.
    var vcf: Data { get throws { try file("S.vcf.gz") } }

    /// A file as it was written.
    func file(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
}
