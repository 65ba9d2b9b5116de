import Commands
import Events
import Foundation
import Messaging

/// The embedded broker in a process of its own: `helicase broker`, which writes its address to a file.
struct EmbeddedBrokerProcess: Sendable {
    /// Partitions of each topic; few, since each keeps the same 5 MB at most.
    static let partitions = 4

    let managed: ManagedProcess
    private let addressFile: String

    init(state: String, topicPrefix: String) {
        addressFile = state + "/embedded-broker.address"
        managed = ManagedProcess(
            name: "broker", log: state + "/logs/broker.log",
            launch: .init(
                executable: Executables.path(of: "helicase"),
                arguments: ["broker", "--address-file", addressFile, "--topic-prefix", topicPrefix],
                environment: ProcessInfo.processInfo.environment, folder: state))
    }

    /// Starts the process and waits for its address.
    func start(onExit: @escaping @Sendable (ManagedProcess) -> Void) async throws -> String {
        try? FileManager.default.removeItem(atPath: addressFile)
        try managed.start(onExit: onExit)
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if let address = try? String(contentsOfFile: addressFile, encoding: .utf8), address.hasSuffix("\n") {
                return String(address.dropLast())
            }
            guard managed.pid > 0 else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw ControlError("the embedded broker does not start: \(LogFile.complaint(managed.log)) (\(managed.log))")
    }

    /// The process's own work: serves until the task is cancelled.
    static func serve(addressFile: String, topicPrefix: String) async throws {
        let broker = try EmbeddedBroker(topics: Topics.declarations(partitions: partitions), prefix: topicPrefix)
        try Files.write(broker.bootstrapServers + "\n", to: addressFile)
        print("The embedded broker listens at \(broker.bootstrapServers). It keeps everything in memory.")
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let source = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
            signal(SIGTERM, SIG_IGN)
            source.setEventHandler {
                source.cancel()
                done.resume()
            }
            source.resume()
        }
        broker.stop()
    }
}

/// Where the suite's programs are: beside this one.
enum Executables {
    static func path(of name: String) -> String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
    }
}
