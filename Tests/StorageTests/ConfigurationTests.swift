import TestSupport
import Testing

@testable import Storage

@Suite struct ConfigurationTests {
    @Test func `The environment names the database and the number of connections`() throws {
        let configuration = try DatabaseConfiguration(environment: [
            "HELICASE_DATABASE": "postgresql://lab:secret@db.example:5433/runs", "HELICASE_DATABASE_CONNECTIONS": "3",
        ])
        #expect(configuration.maximumConnections == 3)
        #expect("\(configuration)" == "postgresql://lab@db.example:5433/runs")
    }

    @Test(arguments: [
        [:], ["HELICASE_DATABASE": ""],
        ["HELICASE_DATABASE": "postgresql://h/d", "HELICASE_DATABASE_CONNECTIONS": "0"],
    ])
    func `What is missing or wrong is said by name`(environment: [String: String]) {
        let error = #expect(throws: StorageError.self) { try DatabaseConfiguration(environment: environment) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("HELICASE_DATABASE") == true)
    }

    @Test(arguments: [
        "postgresql://lab:secret@host:port:1/db", "postgresql://lab:se@secret@host/db",
        "postgresql://lab:x/secret@host/db",
        "postgres//lab:secret@host", "host=x password=secret port",
    ])
    func `A password never shows, not even of a URL that cannot be read`(url: String) async {
        let configuration = DatabaseConfiguration(url: url)
        #expect(!"\(configuration) \(String(reflecting: configuration))".contains("secret"))
        var dumped = ""
        dump(Database(configuration), to: &dumped)
        #expect(!dumped.contains("secret"))
        let error = await #expect(throws: StorageError.self) { try await Database(configuration).query("SELECT 1") }
        #expect(error?.code == .invalidConfiguration)
        #expect(!"\(String(describing: error))".contains("secret"))
    }

    @Test func `A server that is not there is a retriable error and a wrong password is not`() async throws {
        let server = try await TestDatabase.shared()
        let nowhere = Database(DatabaseConfiguration(url: "postgresql://postgres:secret@127.0.0.1:1/postgres"))
        let absent = await #expect(throws: StorageError.self) { try await nowhere.query("SELECT 1") }
        #expect(absent?.isConnectionLost == true)
        #expect(absent?.isRetriable == true)

        let url = "postgresql://postgres:secret@127.0.0.1:\(server.port)/postgres"
        let refused = await #expect(throws: StorageError.self) {
            try await Database(DatabaseConfiguration(url: url)).waitUntilReachable(deadline: .seconds(60))
        }
        #expect(refused?.sqlState == "28P01")
        #expect(refused?.isRetriable == false)
        #expect(refused?.message.contains("secret") == false)
    }

    @Test func `A password with every special character works when it is percent-encoded`() async throws {
        let server = try await TestDatabase.shared()
        let password = TestDatabase.password.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let database = Database(
            DatabaseConfiguration(url: "postgresql://postgres:\(password)@127.0.0.1:\(server.port)/postgres"))
        #expect(try await database.scalar("SELECT current_user::text AS name") == "postgres")
    }

    @Test func `Nobody answering is noticed at the connection's time-out`() async throws {
        // A socket that accepts connections and says nothing.
        let silent = try SilentServer()
        var configuration = DatabaseConfiguration(url: "postgresql://postgres@127.0.0.1:\(silent.port)/postgres")
        configuration.connectTimeout = .milliseconds(200)
        let database = Database(configuration)
        let error = await #expect(throws: StorageError.self) { try await database.query("SELECT 1") }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("no answer within 0.2 seconds") == true)
        await #expect(throws: StorageError.self) { try await database.waitUntilReachable(deadline: .milliseconds(300)) }
    }
}
