import Commands
import Foundation

/// A private PostgreSQL cluster in the state folder, from the system's packages.
///
/// PostgreSQL refuses to run as root: started by root, it runs as the user `postgres` that Debian's package makes.
struct PostgresCluster {
    /// What is remembered of a cluster between starts.
    struct Settings: Codable {
        var port: Int
        /// The password of the services' role; in a folder of the first layout, the superuser's until it is provisioned.
        var password: String
        var data: String
        /// The superuser; nil in a folder of the first layout, where the services were superusers.
        var administrator: Administrator?
    }

    /// Who makes the role and the database of the services.
    struct Administrator: Codable {
        var name: String
        var password: String
    }

    /// The services' role, which is no superuser.
    static let role = "helicase_services"
    /// The services' database.
    static let database = "helicase"

    private let programs: String
    private let folder: String
    let settings: Settings
    let administrator: Administrator

    /// The services' address with its password.
    var url: String {
        "postgresql://\(Self.role):\(settings.password)@127.0.0.1:\(settings.port)/\(Self.database)"
    }

    /// Opens the cluster of a state folder, or makes one.
    init(state folder: String) throws {
        self.folder = folder
        programs = try Self.findPrograms()
        let file = folder + "/postgres.json"
        if let data = FileManager.default.contents(atPath: file),
            let settings = try? JSONDecoder().decode(Settings.self, from: data)
        {
            var known = try Self.withFreePort(settings, file: file)
            // In the first layout the services were the superuser `helicase` in the database `postgres`.
            administrator = known.administrator ?? Administrator(name: "helicase", password: known.password)
            if known.administrator == nil {
                known.administrator = administrator
                known.password = Self.newPassword()
                try PrivateFile.write(JSONEncoder().encode(known), to: file)
            }
            self.settings = known
            return
        }
        administrator = Administrator(name: "postgres", password: Self.newPassword())
        settings = Settings(
            port: try FreePort.find(), password: Self.newPassword(), data: try Self.place(folder),
            administrator: administrator)
        try create()
        try PrivateFile.write(JSONEncoder().encode(settings), to: file)
    }

    /// How the server is started.
    func launch(environment: [String: String]) -> ManagedProcess.Launch {
        let arguments = [
            programs + "/postgres", "-D", settings.data, "-p", String(settings.port), "-k", settings.data,
            "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
        ]
        return Self.asServerUser(arguments, environment: environment)
    }

    /// 24 letters and digits that stand in a URL and in SQL as they are.
    private static func newPassword() -> String {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<24).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// The remembered port, or another one where something else listens on it by now.
    private static func withFreePort(_ settings: Settings, file: String) throws -> Settings {
        guard !FreePort.isFree(settings.port) else { return settings }
        var moved = settings
        moved.port = try FreePort.find()
        try PrivateFile.write(JSONEncoder().encode(moved), to: file)
        return moved
    }

    private func create() throws {
        let passwordFile = settings.data + ".password"
        try PrivateFile.write(Array((administrator.password + "\n").utf8), to: passwordFile)
        if getuid() == 0 { try Self.run(["chown", "postgres", passwordFile]) }
        // What an interrupted first start has left; no settings file says that it is a cluster.
        try? FileManager.default.removeItem(atPath: settings.data)
        defer { try? FileManager.default.removeItem(atPath: passwordFile) }
        let launch = Self.asServerUser(
            [
                programs + "/initdb", "-D", settings.data, "-U", administrator.name, "--auth=scram-sha-256",
                "--pwfile=\(passwordFile)", "--encoding=UTF8", "--locale=C",
            ], environment: ProcessInfo.processInfo.environment)
        try Self.run([launch.executable] + launch.arguments)
    }

    private static func asServerUser(_ command: [String], environment: [String: String]) -> ManagedProcess.Launch {
        // PostgreSQL reads PG* variables, which belong to somebody else's database.
        let environment = environment.filter { !$0.key.hasPrefix("PG") }
        guard getuid() == 0 else {
            return .init(
                executable: command[0], arguments: Array(command.dropFirst()), environment: environment, folder: "/")
        }
        return .init(
            executable: "/usr/bin/setpriv",
            arguments: ["--reuid=postgres", "--regid=postgres", "--init-groups"] + command, environment: environment,
            folder: "/")
    }

    /// Where the data goes: into the state folder, or, where the server's user cannot reach that, beside Debian's clusters.
    private static func place(_ folder: String) throws -> String {
        let home = folder + "/postgres"
        guard getuid() == 0 else {
            try Files.makeFolder(home)
            return home + "/data"
        }
        try Files.makeFolder(home)
        try run(["chown", "postgres", home])
        let probe = ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "test", "-x", home]
        if (try? run(probe)) != nil { return home + "/data" }
        let other = "/var/lib/postgresql/helicase-\(UUID().uuidString.prefix(8).lowercased())"
        try Files.makeFolder(other)
        try run(["chown", "postgres", other])
        return other + "/data"
    }

    private static func findPrograms() throws -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let places =
            versions.compactMap(Int.init).filter { $0 >= 15 }.sorted(by: >).map { "/usr/lib/postgresql/\($0)/bin" }
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for place in places where FileManager.default.isExecutableFile(atPath: place + "/initdb") { return place }
        throw ControlError(
            "PostgreSQL 15 or newer is not installed: `apt-get install postgresql`, or name one with --database")
    }

    @discardableResult
    private static func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try Files.act("/usr/bin/env", .start) { try process.run() }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let program = command.first { !$0.hasPrefix("-") && $0 != "/usr/bin/setpriv" } ?? ""
            throw ControlError("PostgreSQL cannot be set up: \(program): \(LogFile.complaint(in: text))")
        }
        return text
    }
}
