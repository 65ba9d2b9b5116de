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
        let draft = Self.file(in: folder) + ".\(getpid())"
        let data = try encoder.encode(self)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ControlError("\(draft) cannot be written: \(String(cString: strerror(errno)))")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: data)
        try handle.close()
        guard rename(draft, Self.file(in: folder)) == 0 else {
            throw ControlError("\(Self.file(in: folder)) cannot be replaced: \(String(cString: strerror(errno)))")
        }
    }

    /// Whether the supervisor runs.
    var isUp: Bool { StackState.isRunning(supervisor) }

    static func isRunning(_ pid: Int32) -> Bool { pid > 0 && kill(pid, 0) == 0 }
}

/// A command cannot do what was asked; the message says why and what to do.
struct ControlError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
