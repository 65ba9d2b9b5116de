import Foundation

/// What a running stack says of itself in `stack.json` in its state folder.
///
/// Holds the database's password: mode 0600.
struct StackState: Codable, Sendable {
    /// A process under the supervisor.
    struct Member: Codable, Sendable {
        var name: String
        var pid: Int32
        var restarts: Int
        var startedAt: Date
        var httpPort: Int?
        var log: String
    }

    /// What the brokers are.
    enum Broker: String, Codable, Sendable {
        /// Brokers that somebody else runs.
        case external
        /// A node of Apache Kafka under this supervisor.
        case apacheKafka = "apache-kafka"
        /// librdkafka's mock cluster under this supervisor.
        case embedded
    }

    /// Tells this stack from others that use the same broker.
    var id: String
    var supervisor: Int32
    var isReady = false
    /// Why the stack cannot come up.
    var failure: String?
    var broker: Broker
    var kafka: String
    var topicPrefix: String
    /// Partitions of each topic.
    var partitions: Int
    var database: String
    /// How many processes of each stage are wished for.
    var processes: [String: Int]?
    var members: [Member] = []

    static func file(in folder: String) -> String { folder + "/stack.json" }

    static func load(from folder: String) -> StackState? {
        guard let data = FileManager.default.contents(atPath: file(in: folder)) else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(StackState.self, from: data)
    }

    /// Replaces the file in one step, so that a reader never sees half of it.
    func save(to folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        try PrivateFile.write(encoder.encode(self), to: Self.file(in: folder))
    }

    /// Whether the supervisor runs.
    ///
    /// Its number may be another program's by now: it must be working on this folder.
    func isUp(in folder: String) -> Bool { Self.isRunning(supervisor) && Self.belongs(supervisor, to: folder) }

    static func isRunning(_ pid: Int32) -> Bool { pid > 0 && kill(pid, 0) == 0 }

    /// Whether a process works on a state folder.
    static func belongs(_ pid: Int32, to folder: String) -> Bool {
        ["/proc/\(pid)/environ", "/proc/\(pid)/cmdline"].contains { file in
            (FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) } ?? "")
                .contains(folder)
        }
    }
}

/// A command cannot do what was asked; the message says why and what to do.
struct ControlError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
