import Commands
import Events
import Foundation
import Messaging
import Observability
import Runs
import Storage

/// `helicase dead-letters`: the records that could not be used.
enum DeadLetterCommands {
    static func run(_ verb: String, _ command: ParsedCommand) async throws {
        let endpoints = try Endpoints(command)
        switch verb {
        case "list": try await list(command, endpoints)
        case "show": try await show(command, endpoints)
        case "replay": try await replay(command, endpoints)
        default: preconditionFailure("dead-letters \(verb) is declared and not handled")
        }
    }

    /// A letter as it is shown.
    private struct Shown: Codable, Sendable {
        var letter: String
        var writtenAt: Date
        var origin: String
        var run: Identifier?
        var reason: String
        var bytes: Int

        init(_ letter: DeadLetterEntry) {
            self.letter = letter.place.description
            writtenAt = Date(timeIntervalSince1970: Double(letter.place.time) / 1000)
            origin = letter.origin
            run = letter.run
            reason = letter.reason
            bytes = letter.record.value?.count ?? 0
        }
    }

    private static func filter(_ command: ParsedCommand) throws -> DeadLetterFilter {
        let run = try command.value("run").map { text in
            guard let run = Identifier(text.lowercased()) else {
                throw StartError(.usage, "--run: \(text) is no run's id; give all 36 characters of it")
            }
            return run
        }
        return DeadLetterFilter(reason: command.value("reason"), origin: command.value("origin"), run: run)
    }

    /// Gives the letters that the filter means, one after the other.
    private static func forEach(
        _ filter: DeadLetterFilter, _ endpoints: Endpoints, _ body: (DeadLetterEntry) async throws -> Void
    ) async throws {
        let reader = try TopicReader(endpoints.messaging, topic: Topics.deadLetters, from: .beginning)
        defer { reader.close() }
        try await reader.forEachToEnd { record in
            let letter = DeadLetterEntry(record)
            if filter.includes(letter) { try await body(letter) }
        }
    }

    private static func list(_ command: ParsedCommand, _ endpoints: Endpoints) async throws {
        let limit = try command.integer("limit", in: 1...1_000_000) ?? 100
        let grouping = command.value("by")
        var (shown, count): ([Shown], Int) = ([], 0)
        var groups: [String: Int] = [:]
        try await forEach(filter(command), endpoints) { letter in
            count += 1
            switch grouping {
            case nil: if shown.count < limit { shown.append(Shown(letter)) }
            case "reason": groups[String(letter.reason.prefix(120)), default: 0] += 1
            case "origin": groups[letter.source?.topic ?? "files", default: 0] += 1
            case "run": groups[letter.run?.description ?? "none", default: 0] += 1
            case let other?: throw StartError(.usage, "--by: \(other) is not one of reason, origin, run")
            }
        }
        if command.flag("json") {
            let json = grouping == nil ? try EventCoding.encode(shown) : try EventCoding.encode(groups)
            return print(String(decoding: json, as: UTF8.self))
        }
        if count == 0 { return print("There are no such dead letters.") }
        if let grouping {
            let rows = groups.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { [String($0.value), $0.key] }
            return print(TextTable.lines(["letters", grouping], rows).joined(separator: "\n"))
        }
        let rows = shown.map {
            [$0.letter, Timestamp.text($0.writtenAt), $0.origin, $0.run?.description ?? "", $0.reason]
        }
        print(TextTable.lines(["letter", "written", "origin", "run", "reason"], rows).joined(separator: "\n"))
        if count > shown.count { print("… and \(count - shown.count) more; --limit shows more, --by counts them") }
    }

    private static func show(_ command: ParsedCommand, _ endpoints: Endpoints) async throws {
        let name = command.positional[0]
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let partition = Int32(parts[0]), let offset = Int64(parts[1]), partition >= 0,
            offset >= 0
        else {
            throw StartError(.usage, "\(name) is no letter; `dead-letters list` names them PARTITION/OFFSET")
        }
        var found: DeadLetterEntry?
        try await forEach(DeadLetterFilter(), endpoints) { letter in
            if letter.place.partition == partition, letter.place.offset == offset { found = letter }
        }
        guard let letter = found else {
            throw ControlError("there is no dead letter \(name); `helicase dead-letters list` shows what there is")
        }
        if command.flag("json") {
            print(String(decoding: try EventCoding.encode(Shown(letter)), as: UTF8.self))
        } else {
            let shown = Shown(letter)
            print("letter   \(shown.letter), written \(Timestamp.text(shown.writtenAt))")
            print("origin   \(shown.origin)")
            print("run      \(shown.run?.description ?? "none that it names")")
            print("reason   \(shown.reason)")
            print("key      \(String(decoding: letter.record.key ?? [], as: UTF8.self))")
            print("value    \(shown.bytes) bytes")
            for header in letter.record.headers where header.name.hasPrefix("ce_") {
                print("header   \(header.name): \(header.value)")
            }
        }
        if let output = command.value("output") {
            try PrivateFile.write(letter.record.value ?? [], to: output)
            if !command.flag("json") { print("wrote    \(output)") }
        }
    }

    private static func replay(_ command: ParsedCommand, _ endpoints: Endpoints) async throws {
        let (filter, isTrial) = (try filter(command), command.flag("dry-run"))
        let rate = try rate(command)
        guard filter.reason != nil || filter.origin != nil || filter.run != nil || command.flag("all") else {
            throw StartError(
                .usage, "say which letters with --reason, --origin or --run, or --all for every one")
        }
        let (sent, refused) = try await endpoints.withDatabase { database in
            let replay = DeadLetterReplay(
                messaging: try endpoints.messaging, topics: endpoints.topics, database: database,
                actor: ModelCommands.actor)
            return try await isTrial
                ? trial(filter, endpoints, replay)
                : replay.run { try await send(filter, endpoints, replay, with: $0, rate: rate) }
        }
        print("\(sent) \(isTrial ? "would be sent" : "sent") again, \(refused) not.")
        if refused > 0 { throw ControlError("\(refused) dead letters cannot be replayed; the lines above say why") }
    }

    private static func trial(
        _ filter: DeadLetterFilter, _ endpoints: Endpoints, _ replay: DeadLetterReplay
    ) async throws -> (Int, Int) {
        var (sent, refused) = (0, 0)
        try await forEach(filter, endpoints) { letter in
            if let refusal = try await replay.refusal(of: letter) {
                refused += 1
                print("\(letter.place): would not be sent: \(refusal)")
            } else {
                sent += 1
                print("\(letter.place): would be sent to \(letter.origin)")
            }
        }
        return (sent, refused)
    }

    private static func send(
        _ filter: DeadLetterFilter, _ endpoints: Endpoints, _ replay: DeadLetterReplay, with producer: Producer,
        rate: Double?
    ) async throws -> (Int, Int) {
        var (sent, refused) = (0, 0)
        var next = ContinuousClock.now
        try await forEach(filter, endpoints) { letter in
            switch try await replay.replay(letter, with: producer) {
            case .sent:
                sent += 1
                print("\(letter.place): sent to \(letter.origin)")
                guard let rate else { return }
                next += .seconds(1 / rate)
                try await Task.sleep(until: next, clock: .continuous)
            case .known: break
            case .refused(let reason):
                refused += 1
                print("\(letter.place): not sent: \(reason)")
            }
        }
        return (sent, refused)
    }

    /// Letters a second: `5` or `5/s`.
    private static func rate(_ command: ParsedCommand) throws -> Double? {
        guard let text = command.value("rate") else { return nil }
        let number = text.hasSuffix("/s") ? String(text.dropLast(2)) : text
        guard let rate = Double(number), rate > 0, rate <= 1e6 else {
            throw StartError(.usage, "--rate: \"\(text)\" is no number of letters a second, such as 5/s")
        }
        return rate
    }
}
