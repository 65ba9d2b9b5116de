import Foundation
import Messaging
import Synchronization

/// A throw-away Apache Kafka on free ports of this machine, from the installation that `KAFKA_HOME` names.
///
/// It ends with this process, however that ends.
public final class ApacheKafka: Sendable {
    /// The installation, where there is one.
    public static let home = ProcessInfo.processInfo.environment["KAFKA_HOME"]

    /// Whether tests that need real transactions can run.
    public static var isInstalled: Bool { home != nil }

    /// How to reach it; the same after a restart.
    public let configuration: MessagingConfiguration
    /// `host:port` of the broker.
    public var bootstrapServers: String { configuration.bootstrapServers }

    private let directory: URL
    private let keeper = Mutex<Keeper?>(nil)

    /// The shell that holds the broker, and the pipe whose end ends both.
    private struct Keeper {
        var shell: Process
        var lifeline: Pipe
    }

    /// Formats a new node and starts it; returns when it answers.
    ///
    /// `properties` are added to the node's own, `client` to those of its clients.
    public init(
        protocol: String = "PLAINTEXT", properties: [String: String] = [:], client: [String: String] = [:]
    ) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "kafka-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let (port, controllerPort) = try (Self.freePort(), Self.freePort())
        configuration = MessagingConfiguration(bootstrapServers: "127.0.0.1:\(port)", properties: client)
        let node = [
            "process.roles": "broker,controller", "node.id": "1",
            "controller.quorum.bootstrap.servers": "127.0.0.1:\(controllerPort)",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map":
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL",
            "inter.broker.listener.name": `protocol`,
            "listeners": "\(`protocol`)://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(controllerPort)",
            "advertised.listeners": "\(`protocol`)://127.0.0.1:\(port)",
            "log.dirs": directory.appending(path: "data").path, "num.partitions": "4",
            "offsets.topic.replication.factor": "1", "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1", "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "4", "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500", "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
        ].merging(properties) { $1 }
        let text = node.map { "\($0)=\($1)\n" }.sorted().joined()
        try text.write(to: directory.appending(path: "node.properties"), atomically: true, encoding: .utf8)
        try await format()
        try await start()
    }

    /// Makes the stopped node a new one without data.
    public func format() async throws {
        try? FileManager.default.removeItem(at: directory.appending(path: "data"))
        let format = shell(
            """
            exec "$KAFKA_HOME"/bin/kafka-storage.sh format --standalone -t \(Self.clusterID()) \
            -c node.properties >format.log 2>&1
            """)
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            format.terminationHandler = { _ in ended.resume() }
            do { try format.run() } catch { ended.resume(throwing: error) }
        }
    }

    /// Starts the node again, with its data; returns when it answers.
    public func start() async throws {
        // `read` returns when this process writes a line, or closes the pipe or dies: then the data go too.
        let shell = shell(
            """
            "$KAFKA_HOME"/bin/kafka-server-start.sh node.properties >>server.log 2>&1 </dev/null &
            read line && keep=yes
            kill -9 $!
            [ "$keep" ] || rm -rf "$PWD"
            """)
        let lifeline = Pipe()
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        shell.standardInput = lifeline
        try shell.run()
        keeper.withLock { $0 = Keeper(shell: shell, lifeline: lifeline) }
        try await Admin.waitUntilReachable(configuration, deadline: .now + .seconds(60))
    }

    /// Ends the node as a power cut does (`kill -9`); its data stays.
    public func kill() {
        keeper.withLock { keeper in
            try? keeper?.lifeline.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
            keeper = nil
        }
    }

    private func shell(_ script: String) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = directory
        process.environment = ProcessInfo.processInfo.environment.merging([
            "KAFKA_HEAP_OPTS": "-Xmx512m -XX:TieredStopAtLevel=1"
        ]) { $1 }
        return process
    }

    /// A random UUID as Kafka writes it: 22 characters of base64 for URLs.
    private static func clusterID() -> String {
        let text = Data((0..<16).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        // Kafka reserves ids that begin with a hyphen.
        return "A" + text.replacing("+", with: "B").replacing("/", with: "C").prefix(20) + "A"
    }

    private static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return UInt16(bigEndian: address.sin_port)
    }
}
