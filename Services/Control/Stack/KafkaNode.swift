import Commands
import Foundation

/// One node of Apache Kafka (KRaft) on this machine, from the installation that `KAFKA_HOME` names.
struct KafkaNode {
    /// What is remembered of a node between starts.
    struct Settings: Codable {
        var port: Int
        var controllerPort: Int
    }

    private let home: String
    private let folder: String
    let settings: Settings

    /// The node's address.
    var address: String { "127.0.0.1:\(settings.port)" }

    /// Opens the node of a state folder, or makes one.
    init(home: String, state: String) throws {
        self.home = home
        folder = state + "/kafka"
        guard FileManager.default.isExecutableFile(atPath: home + "/bin/kafka-server-start.sh") else {
            throw ControlError("KAFKA_HOME=\(home) holds no bin/kafka-server-start.sh")
        }
        try Files.makeFolder(folder)
        let file = folder + "/node.json"
        if let data = FileManager.default.contents(atPath: file),
            let settings = try? JSONDecoder().decode(Settings.self, from: data)
        {
            self.settings = settings
            if FreePort.isFree(settings.port), FreePort.isFree(settings.controllerPort) { return }
            throw ControlError(
                "another program listens on port \(settings.port) or \(settings.controllerPort), which Apache Kafka had "
                    + "here; stop it")
        }
        try? FileManager.default.removeItem(atPath: folder + "/data")
        settings = Settings(port: try FreePort.find(), controllerPort: try FreePort.find())
        try Files.write(properties, to: folder + "/server.properties")
        try format()
        try Files.write(JSONEncoder().encode(settings), to: file)
    }

    /// How the node is started.
    func launch(environment: [String: String]) -> ManagedProcess.Launch {
        .init(
            executable: home + "/bin/kafka-server-start.sh", arguments: [folder + "/server.properties"],
            environment: self.environment(environment), folder: folder)
    }

    private func environment(_ base: [String: String]) -> [String: String] {
        var environment = base
        environment["KAFKA_HEAP_OPTS"] = base["KAFKA_HEAP_OPTS"] ?? "-Xmx512m -Xms256m"
        environment["LOG_DIR"] = folder + "/logs"
        return environment
    }

    private var properties: String {
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:\(settings.controllerPort)
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://127.0.0.1:\(settings.port),CONTROLLER://127.0.0.1:\(settings.controllerPort)
        advertised.listeners=PLAINTEXT://127.0.0.1:\(settings.port)
        log.dirs=\(folder)/data
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=8
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=8
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        broker.session.timeout.ms=2000
        broker.heartbeat.interval.ms=500

        """
    }

    private func format() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: home + "/bin/kafka-storage.sh")
        // A cluster id is 16 bytes in URL-safe base64 without padding.
        let id = withUnsafeBytes(of: UUID().uuid) { Data($0) }.base64EncodedString()
            .replacingOccurrences(of: "+", with: "A").replacingOccurrences(of: "/", with: "B").prefix(22)
        process.arguments = ["format", "-t", String(id), "-c", folder + "/server.properties"]
        process.environment = environment(ProcessInfo.processInfo.environment)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try Files.act(home + "/bin/kafka-storage.sh", .start) { try process.run() }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ControlError("Apache Kafka's storage cannot be formatted (it needs Java 17): \(text)")
        }
    }
}
