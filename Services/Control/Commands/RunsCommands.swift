import Commands
import Events
import Foundation
import Messaging
import Runs
import Storage

/// `helicase runs`: looks after the runs.
enum RunsCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        let endpoints = try Endpoints(command)
        try await endpoints.withDatabase { database in
            switch verb {
            case "list": try await list(command, database)
            case "show": try await show(find(command, database), command, endpoints, database)
            case "attach": try await attach(find(command, database), command, database)
            case "cancel": try await RunsChanges.cancel(find(command, database), command, database)
            case "resume": try await RunsChanges.resume(find(command, database), endpoints, database)
            case "purge": try await RunsChanges.purge(command, database)
            default: preconditionFailure("runs \(verb) is declared and not handled")
            }
        }
    }

    /// The one run whose id begins as the argument does.
    static func find(_ command: ParsedCommand, _ database: Database) async throws -> RunStatus {
        try await find(command.positional[0], database)
    }

    /// The run whose id begins so.
    static func find(_ prefix: String, _ database: Database) async throws -> RunStatus {
        let found = try await RunStatus.beginning(with: prefix, in: database)
        guard found.count == 1 else {
            throw ControlError(
                found.isEmpty
                    ? "there is no run \(prefix); `helicase runs list` shows what there is"
                    : "several runs begin with \(prefix): give more of the id")
        }
        return found[0]
    }

    private static func list(_ command: ParsedCommand, _ database: Database) async throws {
        let limit = try command.integer("limit", in: 1...100_000) ?? 50
        var runs = try await RunStatus.newest(limit, sample: command.value("sample"), in: database)
        if let word = command.value("in-state") {
            guard ["opened", "sealed", "stalled", "completed", "failed"].contains(word) else {
                throw StartError(
                    .usage, "--in-state: \(word) is not one of opened, sealed, stalled, completed, failed")
            }
            runs = runs.filter { $0.word == word }
        }
        let pace = try await RunEstimate.pace(in: database)
        let views = runs.map { RunView($0, pace: pace) }
        if command.flag("json") { return print(String(decoding: try EventCoding.encode(views), as: UTF8.self)) }
        if views.isEmpty { return print("There are no such runs.") }
        print(RunView.table(views).joined(separator: "\n"))
    }

    private static func show(
        _ status: RunStatus, _ command: ParsedCommand, _ endpoints: Endpoints, _ database: Database
    ) async throws {
        var view = RunView(status, pace: try await RunEstimate.pace(in: database))
        if status.isOpen {
            try await view.addMissing(from: database)
            // What the broker would say is left out where it does not answer: the ledger is shown all the same.
            do { try await view.addAges(from: endpoints.messaging) } catch { view.brokerTrouble = "\(error)" }
        }
        print(command.flag("json") ? try view.json() : view.text().joined(separator: "\n"))
    }

    /// Waits for the end of a run as `helicase run` does, and fetches its files.
    private static func attach(_ status: RunStatus, _ command: ParsedCommand, _ database: Database) async throws {
        let run = status.run
        let isJSON = command.flag("json")
        let results = RunResults(run: run, sample: status.sample, command)
        try results.prepareOutput()
        if status.isOpen {
            try await database.listen(on: RunState.channel) { notifications in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    if !isJSON { group.addTask { await RunProgress(run: run, database: database).show() } }
                    let interim = InterimResults(run: run, sample: status.sample, output: results.output)
                    group.addTask { await interim.follow(from: database) }
                    try await RunWait(run: run, database: database).end(notifications) { nil }
                    group.cancelAll()
                }
            }
        }
        try await results.fetch(from: database)
    }
}
