/// What keeps a service or a command from starting: where it is, and what to do.
public struct StartError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable {
        /// The command line has an unknown or incomplete flag, command or argument.
        case usage
        /// A setting is missing or malformed, or the configuration file cannot be read.
        case configuration
        /// The HTTP server cannot listen.
        case http
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it, in one sentence.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// The status a process ends with when this error ends it.
    public var exitStatus: ExitStatus { code == .http ? .failure : .usage }
}

/// The exit status of every executable of the suite.
public enum ExitStatus: Int32, Sendable {
    /// All of the work was done.
    case success = 0
    /// Some or all of the work failed.
    case failure = 1
    /// The command line or the configuration is wrong; nothing was tried.
    case usage = 2
}
