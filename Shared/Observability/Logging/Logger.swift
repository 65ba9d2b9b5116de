/// Writes log lines: text for people, or one JSON object a line.
///
/// The message is constant and what varies is metadata under dotted keys, so that lines can be counted and searched:
/// `logger.warning("record refused", ["record.name": "\(name)"], error: error)`.
public struct Logger: Sendable {
    /// How much a line matters.
    public enum Level: String, Sendable, CaseIterable, Comparable {
        /// Every step.
        case trace
        /// What one needs to find a fault, spans among it.
        case debug
        /// What a service does.
        case info
        /// What an operator should know: starting, stopping, a fallback.
        case notice
        /// What an operator should look at.
        case warning
        /// What failed.
        case error

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// By how much a line matters.
        public static func < (a: Level, b: Level) -> Bool { a.rank < b.rank }
    }

    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        /// `2026-01-31T12:00:00.000Z info align: message key=value`.
        case text
        /// `{"time":…,"level":…,"label":…,"message":…,"key":value}`.
        case json
    }

    /// Who writes, in every line.
    public let label: String
    /// Lines that matter less are not written, nor are their arguments evaluated.
    public var level: Level
    /// How lines look.
    public let format: Format
    /// Where lines go.
    public let output: LogOutput

    private var context: [String: LogValue] = [:]

    /// Makes a logger.
    public init(
        label: String, level: Level = .info, format: Format = .text, output: LogOutput = .standardError
    ) {
        self.label = label
        self.level = level
        self.format = format
        self.output = output
    }

    /// The same logger with `metadata` in every line; a line's own metadata wins.
    public func with(_ metadata: [String: LogValue]) -> Logger {
        var logger = self
        logger.context.merge(metadata) { $1 }
        return logger
    }

    /// Logs every step.
    public func trace(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.trace, message(), metadata(), error: error)
    }

    /// Logs what one needs to find a fault.
    public func debug(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.debug, message(), metadata(), error: error)
    }

    /// Logs what a service does.
    public func info(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.info, message(), metadata(), error: error)
    }

    /// Logs what an operator should know.
    public func notice(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.notice, message(), metadata(), error: error)
    }

    /// Logs what an operator should look at.
    public func warning(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.warning, message(), metadata(), error: error)
    }

    /// Logs what failed.
    public func error(
        _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        log(.error, message(), metadata(), error: error)
    }

    /// Logs at a level chosen at run time.
    public func log(
        _ level: Level, _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> [String: LogValue] = [:],
        error: (any Error)? = nil
    ) {
        guard level >= self.level else { return }
        let line = LogLine(
            time: .now, level: level, label: label, message: message(),
            metadata: context.isEmpty ? metadata() : context.merging(metadata()) { $1 }, error: error)
        output.write(line.rendered(format)) { dropped in
            let notice = LogLine(
                time: line.time, level: .warning, label: label, message: "log lines dropped, nobody read them in time",
                metadata: ["log.dropped": .integer(dropped)], error: nil)
            return notice.rendered(format)
        }
    }
}
