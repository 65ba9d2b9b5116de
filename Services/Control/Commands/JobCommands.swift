import Commands
import Events
import Foundation
import Messaging
import ModelRegistry
import Storage

/// `helicase jobs`: the training jobs.
enum JobCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        let endpoints = try Endpoints(command)
        try await endpoints.withDatabase { database in
            switch verb {
            case "list": try await list(database, command)
            case "show": print(try text(try await find(command, database)))
            case "search":
                try await SearchTable(database: database).show(command.positional.first, json: command.flag("json"))
            case "cancel": try await cancel(try await find(command, database), command, endpoints, database)
            case "curve": try await LearningCurve(of: find(command, database).job, database).show(command)
            default: preconditionFailure("jobs \(verb) is declared and not handled")
            }
        }
    }

    /// A job's row as it is shown.
    private struct Shown: Codable, Sendable {
        var job: Identifier
        var state: String
        var task: String
        var request: TrainingRequest?
        var progress: JobProgress?
        var outcome: [String: String]
        var leader: String?
        var createdAt: Date
        var finishedAt: Date?

        var isOver: Bool { ["done", "failed", "cancelled"].contains(state) }
    }

    private static func jobs(_ database: Database, prefix: String) async throws -> [Shown] {
        try await JobTable(database).jobs(prefix: prefix).map { status in
            var texts: [String: String] = [:]
            if case .object(let members)? = try status.outcome?.decode(JSONDocument.self) {
                for (name, value) in members {
                    switch value {
                    case .string(let text): texts[name] = text
                    case .number(let number): texts[name] = "\(number)"
                    default: break
                    }
                }
            }
            return Shown(
                job: status.job, state: status.state, task: status.request?.task ?? "", request: status.request,
                progress: status.progress, outcome: texts, leader: status.leader, createdAt: status.createdAt,
                finishedAt: status.finishedAt)
        }
    }

    /// The one job whose id begins as the argument does.
    private static func find(_ command: ParsedCommand, _ database: Database) async throws -> Shown {
        let found = try await jobs(database, prefix: command.positional[0].lowercased())
        guard found.count == 1 else {
            throw ControlError(
                found.isEmpty
                    ? "there is no job \(command.positional[0]); `helicase jobs list` shows what there is"
                    : "\(found.count) jobs begin with \(command.positional[0]): give more of the id")
        }
        return found[0]
    }

    private static func list(_ database: Database, _ command: ParsedCommand) async throws {
        let all = try await jobs(database, prefix: "")
        if command.flag("json") { return print(String(decoding: try EventCoding.encode(all), as: UTF8.self)) }
        let rows = all.map { job in
            [
                job.job.description, job.task, job.state,
                job.progress.map { "\($0.step)/\($0.steps)" } ?? "",
                job.progress.map { String(format: "%.4f", $0.loss) } ?? "",
                job.outcome["name"].map { "\($0)@\(job.outcome["version"] ?? "")" } ?? job.outcome["message"] ?? "",
            ]
        }
        print(TextTable.lines(["job", "task", "state", "step", "loss", "outcome"], rows).joined(separator: "\n"))
    }

    private static func text(_ job: Shown) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(job), as: UTF8.self)
    }

    private static func cancel(
        _ job: Shown, _ command: ParsedCommand, _ endpoints: Endpoints, _ database: Database
    ) async throws {
        if job.isOver { throw ControlError("job \(job.job) is \(job.state) already") }
        let producer = try await Producer(endpoints.messaging, topics: endpoints.topics)
        let reason = "\(command.value("reason") ?? "") (\(ModelCommands.actor))"
        try await producer.send(
            EventCoding.record(
                JobEvent(job: job.job, state: .cancelRequested, message: reason), topic: Topics.jobs,
                key: job.job.description, id: "\(job.job)/cancel", source: "control"))
        await producer.close()
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if let now = try await jobs(database, prefix: job.job.description).first, now.isOver {
                guard now.state == "cancelled" else { throw ControlError("job \(job.job) is \(now.state) meanwhile") }
                return print("job \(job.job) is cancelled.")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw ControlError(
            "no `train` process has taken the wish within a minute; it stays in the topic until one does")
    }
}
