import Dispatch
import Foundation
import Storage
import Synchronization

/// A throw-away PostgreSQL server: a new cluster in a temporary folder, gone when the test process ends.
///
/// `TestDatabase.fresh()` is a new, empty database on the server that all tests of a process share. A test that
/// stops or restarts a server starts one of its own.
public final class TestDatabase: Sendable {
    /// How a server ends.
    public enum Shutdown: String, Sendable {
        /// Connections are closed and their transactions rolled back.
        case fast
        /// As in a crash: the next start recovers from the log.
        case immediate
    }

    /// The TCP port on 127.0.0.1, where roles need their password.
    public let port: Int
    /// The superuser's password for connections by TCP; by the socket none is needed.
    public static let password = "p@ss word/é"
    private let folder: URL
    private let guardian: Guardian
    private let databases = Atomic(0)

    /// Starts a server that no other test uses.
    public static func start() async throws -> TestDatabase {
        try await offPool { try TestDatabase() }
    }

    /// The server that the tests of this process share.
    public static func shared() async throws -> TestDatabase {
        let task = common.withLock { task in
            let started = task ?? Task { try await start() }
            task = started
            return started
        }
        return try await task.value
    }

    private static let common = Mutex<Task<TestDatabase, any Error>?>(nil)

    /// A pool for a new, empty database on the shared server.
    public static func fresh(maximumConnections: Int = 6) async throws -> Database {
        try await shared().freshDatabase(maximumConnections: maximumConnections)
    }

    /// A pool for a new, empty database on this server.
    public func freshDatabase(maximumConnections: Int = 6) async throws -> Database {
        Database(DatabaseConfiguration(url: try await freshURL(), maximumConnections: maximumConnections))
    }

    /// The URL of a new, empty database on this server, by its Unix socket.
    public func freshURL() async throws -> String {
        let name = "test_\(databases.add(1, ordering: .relaxed).newValue)"
        let postgres = Database(DatabaseConfiguration(url: url(database: "postgres"), maximumConnections: 1))
        try await postgres.execute("CREATE DATABASE \(identifier: name)")
        await postgres.close()
        return url(database: name)
    }

    /// The URL of a database by the Unix socket.
    public func url(database: String) -> String {
        "postgresql:///\(database)?host=\(folder.path)&port=\(port)&user=postgres"
    }

    /// Stops the server and starts it again.
    public func restart(_ shutdown: Shutdown = .fast) async throws {
        try await stop(shutdown)
        try await resume()
    }

    /// Stops the server.
    public func stop(_ shutdown: Shutdown = .fast) async throws {
        try await Self.offPool { try self.control(["stop", "-m", shutdown.rawValue]) }
    }

    /// Starts the server after `stop`.
    public func resume() async throws {
        try await Self.offPool { try self.startAfterCrash() }
    }

    private init() throws {
        // Short, for the path of a socket has 107 bytes at most.
        let name = "helicase-pg-\(UUID().uuidString.prefix(8))"
        folder = URL(fileURLWithPath: "/tmp", isDirectory: true).appendingPathComponent(name, isDirectory: true)
        port = try Self.freePort()
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        guardian = try Guardian(folder: folder)
        if geteuid() == 0 { try Self.run(["chown", "postgres:", folder.path]) }
        let secret = folder.appendingPathComponent("password")
        try Self.password.write(to: secret, atomically: false, encoding: .utf8)
        try Self.run(
            Self.unprivileged + [
                Self.tool("initdb"), "--pgdata=\(folder.path)/data", "--username=postgres", "--encoding=UTF8",
                "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--pwfile=\(secret.path)",
                "--no-sync", "--no-instructions",
            ])
        try """
        port = \(port)
        listen_addresses = '127.0.0.1'
        unix_socket_directories = '\(folder.path)'
        max_connections = 100
        shared_buffers = 32MB
        fsync = off
        full_page_writes = off
        autovacuum = off
        max_wal_senders = 0
        wal_level = minimal
        deadlock_timeout = 100ms
        """.write(
            to: folder.appendingPathComponent("data/postgresql.auto.conf"), atomically: false, encoding: .utf8)
        try control(["start"])
    }

    /// Backends that outlive a crashed server for a moment keep its shared memory, and the next one refuses to start.
    private func startAfterCrash() throws {
        for _ in 0..<20 {
            do { return try control(["start"]) } catch is TestDatabaseError {}
        }
        try control(["start"])
    }

    private func control(_ command: [String]) throws {
        try Self.run(
            Self.unprivileged + [Self.tool("pg_ctl")] + command
                + ["--pgdata=\(folder.path)/data", "--log=\(folder.path)/log", "--wait", "--silent"])
    }

    /// PostgreSQL refuses to run as root.
    private static var unprivileged: [String] {
        geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    }

    /// PostgreSQL's programs are not on the path in Debian: the newest version's are taken.
    static func tool(_ name: String) -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let newest = versions.compactMap({ Int($0) }).max() else { return name }
        return "/usr/lib/postgresql/\(newest)/bin/\(name)"
    }

    private static func run(_ command: [String]) throws {
        let pipe = try PrivatePipe()
        let child = try ChildProcess(command, standardError: pipe.writing)
        close(pipe.writing)
        // pg_ctl's server writes to its log, so the pipe ends with the command.
        let text = FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true).readDataToEndOfFile()
        guard child.wait() == 0 else {
            throw TestDatabaseError(
                description: "\(command.joined(separator: " ")): \(String(decoding: text, as: UTF8.self))")
        }
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw TestDatabaseError(description: "no free TCP port on 127.0.0.1") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Waiting for a process does not hold up the tests' tasks.
    private static func offPool<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// Why a server for tests could not be started.
public struct TestDatabaseError: Error, CustomStringConvertible {
    /// The command and what it said.
    public let description: String
}

/// A process that stops the server and removes its folder when this process ends, in whatever way.
private final class Guardian: Sendable {
    /// Never written to and never closed: that this process's end closes it is the signal.
    private let lifeline: Int32

    init(folder: URL) throws {
        let pipe = try PrivatePipe()
        let script = """
            trap '' INT TERM HUP
            cat >/dev/null
            kill -QUIT $(head -n 1 "$0/data/postmaster.pid")
            rm -rf "$0"
            """
        _ = try ChildProcess(
            ["sh", "-c", script, folder.path], standardInput: pipe.reading)
        close(pipe.reading)
        lifeline = pipe.writing
    }
}
