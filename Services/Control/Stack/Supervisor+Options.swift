import Commands
import Foundation

extension Supervisor {
    /// What `stack up` was asked for.
    struct Options: Sendable {
        var state: String
        var processes: [String: Int]
        var kafka: String?
        var database: String?
        var topicPrefix: String
        var partitions: Int
        var ports: HTTPPorts
        /// How large a log grows before it is cut off.
        var logBytes: Int
        /// How long a process may leave `/health` unanswered.
        var hangLimit: Duration

        /// Reads the flags and variables of `stack up` and `stack supervise`.
        init(_ command: ParsedCommand, environment: [String: String]) throws {
            state = StackCommands.folder(command)
            processes = try StageCounts.parse(command.value("processes") ?? "", option: "--processes")
            kafka = command.value("kafka") ?? environment["HELICASE_KAFKA"]
            database = command.value("database") ?? environment["HELICASE_DATABASE"]
            topicPrefix = command.value("topic-prefix") ?? environment["HELICASE_TOPIC_PREFIX"] ?? "helicase."
            partitions = try command.integer("partitions", in: 1...1000) ?? 8
            ports = try command.value("http-ports").map(HTTPPorts.init) ?? HTTPPorts()
            for (stage, count) in processes where count > 0 { _ = try ports.port(stage, count) }
            logBytes = (try command.integer("log-megabytes", in: 1...100_000) ?? 16) << 20
            hangLimit = .seconds(try command.integer("hang-seconds", in: 1...86_400) ?? 30)
        }
    }
}
