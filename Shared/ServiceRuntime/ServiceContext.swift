import Commands
import Foundation
import Observability

/// What a service's body works with.
public struct ServiceContext: Sendable {
    /// The service's name, such as `align`.
    public let name: String
    /// The settings.
    public let configuration: Configuration
    /// The log.
    public let logger: Logger
    /// The metrics that `/metrics` shows.
    public let metrics: MetricsRegistry
    /// What `/health` and `/ready` answer; a service is ready once it has set a component so.
    public let health: Health
    /// The HTTP server, running.
    public let http: HTTPServer
    /// The wish to stop; the body's task is cancelled with it.
    public let shutdown: ShutdownSignal
    /// What tells this process from others of the service: the key `instance`, or host and process id.
    public let instance: String
    /// Units of work in hand at once: the key `workers`, or the number of cores.
    public let workers: Int

    /// Makes everything but starts nothing.
    ///
    /// Throws a `StartError` for a mistake in the configuration.
    public init(
        name: String, keys: [Configuration.Key], arguments: [String], environment: [String: String],
        output: LogOutput = .standardError, shutdown: ShutdownSignal = .process
    ) throws {
        let configuration = try Configuration(
            keys: Configuration.Key.common + keys, arguments: arguments, environment: environment)
        if let stray = configuration.positional.first {
            throw StartError(.usage, "unexpected argument \(stray): a service takes flags only")
        }
        let logger = Logger(
            label: name, level: try configuration.choice("log-level"), format: try configuration.choice("log-format"),
            output: output)
        let metrics = MetricsRegistry()
        metrics.registerProcessMetrics(service: name)
        metrics.counter("helicase_log_lines_dropped_total", "Log lines that nobody read in time.") {
            Double(output.droppedLines)
        }
        let health = Health()
        self.name = name
        self.configuration = configuration
        self.logger = logger
        self.metrics = metrics
        self.health = health
        self.http = HTTPServer(
            address: try configuration.string("http-address"),
            port: try configuration.int("http-port", in: 0...65535), metrics: metrics, health: health, logger: logger)
        self.shutdown = shutdown
        self.instance =
            configuration.optionalString("instance") ?? "\(hostName())-\(getpid())"
        self.workers =
            configuration.optionalString("workers") == nil
            ? ProcessInfo.processInfo.activeProcessorCount : try configuration.int("workers", in: 1...1024)
    }
}

/// The machine's own name; Foundation's would ask the network for it.
private func hostName() -> String {
    var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
    guard gethostname(&name, name.count) == 0 else { return "localhost" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
