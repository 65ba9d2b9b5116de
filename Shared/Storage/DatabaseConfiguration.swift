import CLibPQ
import Foundation

/// Which database to use, and with how many connections.
public struct DatabaseConfiguration: Sendable {
    /// `postgresql://user:password@host:port/database?…`, or libpq's `key=value` form; holds a secret.
    public let url: String
    /// How many connections the pool opens at most; listeners have their own beside it.
    public let maximumConnections: Int
    /// The name that the server's views and logs show.
    public let applicationName: String
    /// How long a connection may take until the server has accepted it.
    public var connectTimeout: Duration = .seconds(10)

    /// Makes a configuration; a URL that libpq cannot read is reported by the first connection.
    public init(url: String, maximumConnections: Int = 6, applicationName: String = "helicase") {
        precondition(maximumConnections > 0, "a pool needs at least one connection")
        self.url = url
        self.maximumConnections = maximumConnections
        self.applicationName = applicationName
    }

    /// Reads `HELICASE_DATABASE` (a URL) and, where it is set, `HELICASE_DATABASE_CONNECTIONS` (the pool's size).
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        guard let url = environment["HELICASE_DATABASE"], !url.isEmpty else {
            throw StorageError(
                .invalidConfiguration,
                "HELICASE_DATABASE is not set: set it to postgresql://user:password@host:port/database")
        }
        var connections = 6
        if let text = environment["HELICASE_DATABASE_CONNECTIONS"] {
            guard let number = Int(text), number > 0 else {
                throw StorageError(
                    .invalidConfiguration, "HELICASE_DATABASE_CONNECTIONS is \"\(text)\": it must be a number above 0")
            }
            connections = number
        }
        self.init(url: url, maximumConnections: connections)
        _ = try options()
    }

    /// What libpq understands the URL to say.
    ///
    /// libpq's own message would quote the URL, so it is not passed on. A password with an unescaped `@`, `/` or `?`
    /// spills into the host, the port or the database, which are not secret: such a URL is refused.
    func options() throws -> [String: String] {
        guard let parsed = PQconninfoParse(url, nil) else { throw Self.unreadable("it is not a connection URL") }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        let secretless = options.filter { !["user", "password", "sslpassword"].contains($0.key) }
        if secretless.values.contains(where: { $0.contains("@") }) {
            throw Self.unreadable("write @ : / ? # in the user or the password as %40 %3A %2F %3F %23")
        }
        let ports = (options["port"] ?? "").split(separator: ",")
        if !ports.allSatisfy({ UInt16($0) != nil }) { throw Self.unreadable("the port is no number") }
        return options
    }

    private static func unreadable(_ reason: String) -> StorageError {
        StorageError(
            .invalidConfiguration,
            "the database URL cannot be read: \(reason); expected postgresql://user:password@host:port/database")
    }
}

extension DatabaseConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `postgresql://user@host:port/database`, without password and options.
    public var description: String {
        guard let options = try? options() else { return "postgresql:(unreadable URL)" }
        let user = options["user"].map { "\($0)@" } ?? ""
        let port = options["port"].map { ":\($0)" } ?? ""
        return "postgresql://\(user)\(options["host"] ?? options["hostaddr"] ?? "")\(port)/\(options["dbname"] ?? "")"
    }

    /// The same as `description`.
    public var debugDescription: String { description }

    /// Shows nothing but `description`, so that no dump of a value that holds this one prints the password.
    public var customMirror: Mirror { Mirror(self, children: ["database": description]) }
}
