import Events
import Foundation
import Messaging
import Storage

/// How a stack is: its processes, where they listen, and how far each stage is behind.
struct StackReport: Codable {
    struct Process: Codable {
        var name: String
        var pid: Int32
        var isRunning: Bool
        var isReady: Bool
        /// Why it is not ready, in its own words.
        var reason: String?
        var restarts: Int
        var startedAt: Date
        var http: String?
        var log: String
    }

    struct Lag: Codable {
        var group: String
        var topic: String
        var records: Int64
        /// The age of the oldest of them.
        var oldestSeconds: Double?
    }

    var state: String
    var broker: StackState.Broker
    var kafka: String
    var database: String
    var processes: [Process]
    var lag: [Lag]

    init(_ running: StackState, folder: String) async throws {
        state = folder
        broker = running.broker
        kafka = running.kafka
        database = DatabaseConfiguration(url: running.database).description
        processes = []
        for member in running.members {
            let isRunning = StackState.isRunning(member.pid)
            var (isReady, reason) = (isRunning, "")
            if isRunning, let port = member.httpPort { (isReady, reason) = await ServiceProbe.readiness(port: port) }
            if !isRunning { reason = "it ended: \(LogFile.complaint(member.log))" }
            processes.append(
                Process(
                    name: member.name, pid: member.pid, isRunning: isRunning, isReady: isReady,
                    reason: reason.isEmpty ? nil : reason, restarts: member.restarts, startedAt: member.startedAt,
                    http: member.httpPort.map { "http://127.0.0.1:\($0)" }, log: member.log))
        }
        var environment = ProcessInfo.processInfo.environment
        environment["HELICASE_KAFKA"] = running.kafka
        environment["HELICASE_TOPIC_PREFIX"] = running.topicPrefix
        lag = try await Self.lag(MessagingConfiguration(environment: environment))
    }

    /// How many records each stage has not finished.
    static func lag(_ messaging: MessagingConfiguration) async throws -> [Lag] {
        let pairs = Topics.subscriptions.flatMap { group, topics in topics.map { (group: group, topic: $0) } }
        var lag: [Lag] = []
        let rows = try await Admin.groupLag(groups: pairs, messaging)
        for row in rows {
            let behind = row.high - max(row.low, row.committed ?? 0)
            if let index = lag.firstIndex(where: { $0.group == row.group && $0.topic == row.topic }) {
                lag[index].records += behind
            } else {
                lag.append(Lag(group: row.group, topic: row.topic, records: behind))
            }
        }
        let now = Date().timeIntervalSince1970
        for oldest in try await Admin.oldestUnfinished(rows, messaging) {
            guard let index = lag.firstIndex(where: { $0.group == oldest.group && $0.topic == oldest.topic }) else {
                continue
            }
            lag[index].oldestSeconds = max(0, now - Double(oldest.written) / 1000)
        }
        return lag
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    func text() -> String {
        var lines = [
            "State    \(state)", "Broker   \(kafka) (\(Self.words[broker] ?? ""))", "Database \(database)", "",
        ]
        lines += TextTable.lines(
            ["process", "pid", "state", "restarts", "http"],
            processes.map {
                [
                    $0.name, String($0.pid), $0.isReady ? "ready" : $0.isRunning ? "not ready" : "down",
                    String($0.restarts), $0.http ?? "",
                ]
            })
        for process in processes { if let reason = process.reason { lines.append("\(process.name): \(reason)") } }
        lines.append("")
        lines += Self.table(lag)
        return lines.joined(separator: "\n")
    }

    /// How far the groups are behind, in records and in time.
    static func table(_ lag: [Lag]) -> [String] {
        TextTable.lines(
            ["group", "topic", "behind", "oldest"],
            lag.map { [$0.group, $0.topic, String($0.records), $0.oldestSeconds.map(RunView.words) ?? "-"] })
    }

    private static let words: [StackState.Broker: String] = [
        .external: "external", .apacheKafka: "Apache Kafka",
        .embedded: "embedded: in memory, for trying the suite out",
    ]
}

/// Columns of text.
enum TextTable {
    /// A header and rows, each column as wide as its widest cell.
    static func lines(_ header: [String], _ rows: [[String]]) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined(separator: "  ")
                .replacing(/\s+$/, with: "")
        }
    }
}
