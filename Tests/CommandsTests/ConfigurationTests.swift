import Commands
import Foundation
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    private let workers = Configuration.Key("align.workers", help: "Workers.", default: "1")
    private let password = Configuration.Key("password", help: "A secret.", isSecret: true)
    private let verbose = Configuration.Key("verbose", help: "A flag.", default: "false", isFlag: true)

    private func configuration(
        _ arguments: [String] = [], _ environment: [String: String] = [:], keys: [Configuration.Key]? = nil
    ) throws -> Configuration {
        try Configuration(keys: keys ?? [workers, password, verbose], arguments: arguments, environment: environment)
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "helicase-\(UUID()).conf")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path(percentEncoded: false))
    }

    private func message(_ body: () throws -> Void) throws -> String {
        try #require(throws: StartError.self, performing: body).message
    }

    @Test("a flag wins over a variable, that over the file, that over the default")
    func precedence() throws {
        try withFile("align.workers = 2\n") { (path: String) throws in
            let file = ["HELICASE_CONFIG": path]
            let both = ["HELICASE_CONFIG": path, "HELICASE_ALIGN_WORKERS": "3"]
            #expect(try configuration().int("align.workers", in: 1...9) == 1)
            #expect(try configuration([], file).int("align.workers", in: 1...9) == 2)
            #expect(try configuration(["--config", path]).int("align.workers", in: 1...9) == 2)
            #expect(try configuration([], both).int("align.workers", in: 1...9) == 3)
            #expect(try configuration(["--align-workers", "4"], both).int("align.workers", in: 1...9) == 4)
            #expect(try configuration(["--align-workers=4"], both).int("align.workers", in: 1...9) == 4)
        }
    }

    @Test("an empty variable counts as not set")
    func emptyVariable() throws {
        #expect(try configuration([], ["HELICASE_ALIGN_WORKERS": ""]).string("align.workers") == "1")
    }

    @Test("a word that is far too long is compared with no key")
    func longWords() throws {
        let word = String(repeating: "w", count: 200_000)
        let start = ContinuousClock.now
        let error = #expect(throws: StartError.self) {
            try Configuration(keys: Configuration.Key.common, arguments: ["--\(word)"], environment: [:])
        }
        #expect(error?.message.hasSuffix("--help lists those there are") == true)
        // Compared letter by letter it is minutes.
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("an unknown flag is refused with the nearest known one")
    func unknownFlag() throws {
        #expect(
            try message { _ = try configuration(["--align-worker", "4"]) }
                == "unknown flag --align-worker: did you mean --align-workers?")
        #expect(
            try message { _ = try configuration(["--zzz=1"]) } == "unknown flag --zzz: --help lists those there are")
    }

    @Test("a flag whose value was forgotten does not eat the next flag")
    func missingValue() throws {
        let missing = "--align-workers needs a value (one that starts with -- is written --align-workers=VALUE)"
        #expect(try message { _ = try configuration(["--align-workers", "--verbose"]) } == missing)
        #expect(try message { _ = try configuration(["--align-workers"]) } == missing)
    }

    @Test("arguments that are not flags, negative numbers and all after -- stay in order")
    func positional() throws {
        let configuration = try configuration(["a", "--verbose", "-5", "-", "--", "--align-workers"])
        #expect(configuration.positional == ["a", "-5", "-", "--align-workers"])
        #expect(try configuration.bool("verbose"))
    }

    @Test("secrets read *** in the list of settings and are left out of messages")
    func secrets() throws {
        let configuration = try configuration(["--align-workers", "x"], ["HELICASE_PASSWORD": "hunter2"])
        #expect(
            configuration.redacted.map { "\($0.name)=\($0.value) \($0.origin)" } == [
                "align.workers=x --align-workers", "password=*** HELICASE_PASSWORD", "verbose=false default",
                "config= unset",
            ])
        let secret = try message { _ = try configuration.int("password", in: 0...1) }
        #expect(secret == "password (HELICASE_PASSWORD): the value is not a whole number from 0 to 1")
        let plain = try message { _ = try configuration.int("align.workers", in: 1...64) }
        #expect(plain == "align.workers (--align-workers): \"x\" is not a whole number from 1 to 64")
    }

    @Test("a setting that is missing is named in all its spellings")
    func missing() throws {
        #expect(
            try message { _ = try configuration().string("password") }
                == "password is not set: give --password, HELICASE_PASSWORD, or password in the configuration file")
        #expect(try configuration().optionalString("password") == nil)
    }

    @Test(
        "numbers of bytes take decimal and binary units",
        arguments: [
            ("4096", 4096), ("64MB", 64_000_000), ("64 MiB", 67_108_864), ("1.5kB", 1500), ("1GiB", 1 << 30), ("0", 0),
        ])
    func bytes(text: String, expected: Int) throws {
        #expect(try configuration(["--align-workers", text]).bytes("align.workers") == expected)
    }

    @Test(
        "malformed quantities are refused",
        arguments: ["", "MB", "-1", "1.5", "1XB", "9999999TB", "0x10", "nan", "1e3", "1..2", "٣"])
    func malformedBytes(text: String) throws {
        #expect(throws: StartError.self) {
            try configuration(["--align-workers=\(text)"]).bytes("align.workers")
        }
    }

    @Test(
        "durations have a unit",
        arguments: [
            ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("1.5h", .seconds(5400)),
            ("7d", .seconds(604800)),
            ("0", .zero), ("10us", .microseconds(10)),
        ])
    func durations(text: String, expected: Duration) throws {
        #expect(try configuration(["--align-workers", text]).duration("align.workers") == expected)
    }

    @Test("malformed durations are refused", arguments: ["5", "s", "-1s", "5 parsecs", "1e9d", "99999999999d", ""])
    func malformedDurations(text: String) throws {
        #expect(throws: StartError.self) {
            try configuration(["--align-workers=\(text)"]).duration("align.workers")
        }
    }

    @Test("truth values have several spellings and nothing else")
    func booleans() throws {
        #expect(try configuration(["--verbose=YES"]).bool("verbose"))
        #expect(try !configuration(["--verbose=0"]).bool("verbose"))
        #expect(throws: StartError.self) { try configuration(["--verbose=maybe"]).bool("verbose") }
    }

    @Test("paths become absolute")
    func paths() throws {
        func path(_ text: String) throws -> String { try configuration(["--password=\(text)"]).path("password") }
        let here = FileManager.default.currentDirectoryPath
        #expect(try path("state") == here + "/state")
        #expect(try path("./a/../b") == here + "/b")
        #expect(try path("/x") == "/x")
        #expect(try path("~/x") == NSHomeDirectory() + "/x")
        #expect(throws: StartError.self) { try path("") }
    }

    @Test("a file has comments, blank lines, any line ends, and values with = and #")
    func file() throws {
        try withFile("# a comment\r\n\r\n  password = a=b # c \r\nalign.workers=7\r\n") { (path: String) throws in
            let configuration = try configuration(["--config", path])
            #expect(try configuration.string("password") == "a=b # c")
            #expect(try configuration.string("align.workers") == "7")
            #expect(configuration.redacted.map { "\($0.origin)" }.prefix(2) == ["\(path):4", "\(path):3"])
        }
    }

    @Test("a malformed file is refused with its line")
    func malformedFile() throws {
        try withFile("password = x\nnonsense\n") { (path: String) throws in
            let message = try message { _ = try configuration(["--config", path]) }
            #expect(message == "\(path):2: the line is not `key = value`")
        }
        try withFile("password = x\npassword = y\n") { (path: String) throws in
            let message = try message { _ = try configuration(["--config", path]) }
            #expect(message == "\(path):2: password is set in line 1 already; keep one")
        }
        let absent = try message { _ = try configuration(["--config", "/nowhere/a.conf"]) }
        #expect(
            absent == "the configuration: /nowhere/a.conf cannot be read: No such file or directory; check the path")
    }

    @Test("a line for another service is not an error, a slip is pointed out")
    func unclaimedLines() throws {
        try withFile("align.wokers = 3\ntrain.seed = 1\nkafka.acks = all\n") { (path: String) throws in
            let configuration = try configuration(["--config", path])
            #expect(
                configuration.unclaimedLines == [
                    "\(path):1: align.wokers, did you mean align.workers?", "\(path):2: train.seed",
                ])
        }
    }

    @Test("flags, the file and Kafka's properties reach those who read the environment")
    func resolvedEnvironment() throws {
        try withFile("password = p\nkafka.security.protocol = SSL\nkafka.acks = 1\n") { (path: String) throws in
            let configuration = try configuration(
                ["--config", path, "--align-workers", "5"], ["HELICASE_KAFKA_ACKS": "all", "HOME": "/h"])
            #expect(
                configuration.resolvedEnvironment == [
                    "HELICASE_KAFKA_ACKS": "all", "HOME": "/h", "HELICASE_KAFKA_SECURITY_PROTOCOL": "SSL",
                    "HELICASE_PASSWORD": "p", "HELICASE_ALIGN_WORKERS": "5", "HELICASE_CONFIG": path,
                ])
            #expect(configuration.environment == ["HELICASE_KAFKA_ACKS": "all", "HOME": "/h"])
        }
    }
}
