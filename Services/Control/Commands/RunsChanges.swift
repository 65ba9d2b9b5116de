import Commands
import Events
import Foundation
import Messaging
import Observability
import Runs
import Storage

/// What `helicase runs` changes: ends a run, goes on with one, removes old ones.
enum RunsChanges {
    /// Gives a run up on a person's word; what is spilled of it is dropped by the processes that hold it.
    static func cancel(_ status: RunStatus, _ command: ParsedCommand, _ database: Database) async throws {
        let run = status.run.uuid
        let word = command.value("reason") ?? ""
        let reason = "cancelled by \(ModelCommands.actor)\(word.isEmpty ? "" : ": \(word)")"
        let isCancelled = try await database.transaction { connection in
            try await connection.execute("DELETE FROM spills WHERE run_id = \(run)")
            return try await RunState.fail(run, reason: reason, untold: true, on: connection)
        }
        guard isCancelled else {
            let now = try await RunStatus.load([run], in: database).first?.state ?? "gone"
            throw ControlError("the run \(status.run) is \(now) already")
        }
        print("The run \(status.run) of \(status.sample) is \(reason).")
    }

    /// Sends the request of an open run again, so that it goes on; a failed one begins again under a new id, for what its
    /// records led to meanwhile is not there.
    static func resume(_ status: RunStatus, _ endpoints: Endpoints, _ database: Database) async throws {
        guard status.state != "completed" else {
            throw ControlError(
                "the run \(status.run) is completed; `helicase report get \(status.run)` fetches its report")
        }
        guard !status.isStream else {
            throw ControlError(
                "the run \(status.run) was read from a standard input, which cannot be read again: "
                    + "start it again with `helicase run`")
        }
        let rows = try await database.query("SELECT request FROM runs WHERE run_id = \(status.run.uuid)")
        guard let row = rows.first else { throw ControlError("the run \(status.run) was removed meanwhile") }
        let request = try row.decode("request", as: JSON.self).decode(IngestRequest.self)
        let run = status.isOpen ? status.run : Identifier()
        // Before the request is sent, as `helicase run` does: it cannot get lost without a word.
        try await RunState.open(run.uuid, request, in: database)
        if let regions = request.regionsArtifact {
            try await database.execute(
                """
                INSERT INTO artifacts (run_id, name, piece, bytes) SELECT \(run.uuid), name, piece, bytes FROM artifacts
                WHERE run_id = \(status.run.uuid) AND name = \(regions.name) ON CONFLICT DO NOTHING
                """)
        }
        try await database.execute(
            "UPDATE runs SET progressed_at = now(), suspected_because = NULL WHERE run_id = \(run.uuid)")
        try await RequestAgain.send(request, run: run, endpoints)
        print(
            status.isOpen
                ? "The request of run \(run) is sent again; `helicase runs attach \(run)` waits for its report."
                : "The run \(status.run) failed; its sample is read again as run \(run): `helicase runs attach \(run)`."
        )
    }

    /// Removes runs that have been over for a while, with their rows and files.
    static func purge(_ command: ParsedCommand, _ database: Database) async throws {
        let seconds = try Age.seconds(command.value("older-than") ?? "")
        let rows = try await database.query(
            """
            SELECT run_id, sample, state FROM runs
            WHERE state IN ('completed', 'failed') AND completed_at < now() - make_interval(secs => \(seconds))
            ORDER BY completed_at
            """)
        let isTrial = command.flag("dry-run")
        for row in rows {
            let (run, sample): (UUID, String) = (try row.decode("run_id"), try row.decode("sample"))
            // One at a time: the rows and pieces of a genome's run are many.
            if !isTrial { try await database.execute("DELETE FROM runs WHERE run_id = \(run)") }
            print("\(isTrial ? "would remove" : "removed") \(Identifier(run)) of \(sample)")
        }
        print(
            "\(rows.count) run\(rows.count == 1 ? "" : "s") \(isTrial ? "would be" : "\(rows.count == 1 ? "is" : "are")") removed."
        )
    }
}

/// The request of a run, on its way to `ingest` once more.
enum RequestAgain {
    static func send(_ request: IngestRequest, run: Identifier, _ endpoints: Endpoints) async throws {
        try await Admin.waitUntilReachable(endpoints.messaging, deadline: .now + .seconds(60))
        let producer = try await Producer(endpoints.messaging, topics: endpoints.topics)
        let record = try EventCoding.record(
            JobEvent(job: run, state: .requested, ingest: request), topic: Topics.jobs, key: run.description,
            id: "\(run)/ingest", source: "control", subject: request.sample,
            traceparent: TraceContext.generate().traceparent)
        do {
            try await producer.send(record)
        } catch {
            await producer.close()
            throw error
        }
        await producer.close()
    }
}

/// An age as people type it: `30d`, `12h`, `90m`, `45s`, `2w`.
enum Age {
    static func seconds(_ text: String) throws -> Double {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        guard let unit = text.last.flatMap({ units[$0] }), let number = Double(text.dropLast()), number >= 0,
            number.isFinite
        else {
            throw StartError(
                .usage, "\"\(text)\" is no age: give a number and s, m, h, d or w, such as 30d")
        }
        return number * unit
    }
}
