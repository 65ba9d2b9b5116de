import Commands
import Foundation
import Observability
import TestSupport
import Testing

@testable import ServiceRuntime

@Suite("Running a service")
struct RunServiceTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("the first signal cancels the body, which finishes its unit, and the process ends with 0")
    func gracefulStop() async throws {
        let result = await #expect(
            processExitsWith: .exitCode(0), observing: [\.standardErrorContent]
        ) {
            await runService(name: "probe", arguments: [], environment: [:]) { context in
                kill(getpid(), SIGTERM)
                while !Task.isCancelled { await context.shutdown.wait() }
                context.logger.info("unit finished")
                try Task.checkCancellation()
            }
        }
        let log = text(try #require(result).standardErrorContent)
        for message in ["service starts", "stop requested", "unit finished", "service stops"] {
            #expect(log.contains(message))
        }
    }

    @Test("a second signal ends the process at once", arguments: [SIGTERM, SIGINT])
    func secondSignal(signal: Int32) async {
        await #expect(processExitsWith: .exitCode(128 + signal)) { [signal] in
            let shutdown = ShutdownSignal.process
            kill(getpid(), signal)
            await shutdown.wait()
            kill(getpid(), signal)
            while true { await Task.yield() }
        }
    }

    @Test("a body that does not stop in time ends with 1")
    func timeout() async throws {
        await #expect(processExitsWith: .exitCode(1)) {
            await runService(name: "probe", arguments: ["--shutdown-timeout", "50ms"], environment: [:]) { _ in
                kill(getpid(), SIGINT)
                while true { await Task.yield() }
            }
        }
    }

    @Test("a write into a closed pipe is an error, not the end of the process")
    func brokenPipe() async {
        await #expect(processExitsWith: .exitCode(0)) {
            await runService(name: "probe", arguments: [], environment: [:]) { _ in
                var ends: [Int32] = [-1, -1]
                #expect(pipe(&ends) == 0)
                close(ends[0])
                var byte: UInt8 = 0
                #expect(write(ends[1], &byte, 1) == -1 && errno == EPIPE)
            }
        }
    }

    @Test("an error ends with 1, a mistake in the configuration with 2, each with one clear line")
    func errors() async throws {
        let failed = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            await runService(name: "probe", arguments: [], environment: ["HELICASE_LOG_FORMAT": "json"]) { _ in
                throw StartError(.http, "the broker is gone")
            }
        }
        let log = text(try #require(failed).standardErrorContent)
        let last = try #require(log.split(separator: "\n").last)
        #expect(last.contains(#""message":"service failed","error":"the broker is gone""#))

        let mistaken = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
            await runService(name: "probe", arguments: ["--http-prot", "1"], environment: [:]) { _ in }
        }
        #expect(
            text(try #require(mistaken).standardErrorContent)
                == "helicase-probe: unknown flag --http-prot: did you mean --http-port?\nSee `helicase-probe --help`.\n"
        )
    }

    @Test("help tells what the service does, its topics, and every key with its variable and default")
    func help() async throws {
        let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
            await runService(
                name: "probe", summary: "tests things.", consumes: ["reads"], produces: ["alignments"],
                keys: [.init("probe.depth", help: "How deep.", default: "30")], arguments: ["--probe-depth", "--help"],
                environment: [:]
            ) { _ in }
        }
        let help = text(try #require(result).standardOutputContent)
        for line in [
            "helicase-probe: tests things.", "  reads   reads", "  writes  alignments",
            "  --probe-depth VALUE, HELICASE_PROBE_DEPTH", "      How deep. Default: 30",
            "  --http-port VALUE, HELICASE_HTTP_PORT",
        ] {
            #expect(help.contains(line + "\n"))
        }
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("the context has the instance and the workers of the configuration or of the machine")
    func context() throws {
        func context(_ environment: [String: String]) throws -> ServiceContext {
            try ServiceContext(
                name: "probe", keys: [], arguments: [], environment: environment, output: LogLines().output,
                shutdown: ShutdownSignal())
        }
        #expect(try context(["HELICASE_INSTANCE": "i1", "HELICASE_WORKERS": "3"]).instance == "i1")
        #expect(try context(["HELICASE_WORKERS": "3"]).workers == 3)
        #expect(try context([:]).workers == ProcessInfo.processInfo.activeProcessorCount)
        #expect(try context([:]).instance.hasSuffix("-\(ProcessInfo.processInfo.processIdentifier)"))
        #expect(throws: StartError.self) { try context(["HELICASE_WORKERS": "0"]) }
        #expect(throws: StartError.self) { try context(["HELICASE_LOG_LEVEL": "loud"]) }
    }

    @Test("a wish to stop reaches all who wait, and a cancelled wait returns")
    func shutdownSignal() async {
        let shutdown = ShutdownSignal()
        await withTaskGroup { group in
            for _ in 0..<10 { group.addTask { await shutdown.wait() } }
            group.addTask { shutdown.request() }
        }
        #expect(shutdown.isRequested)
        await shutdown.wait()

        let never = ShutdownSignal()
        let waiting = Task { await never.wait() }
        waiting.cancel()
        await waiting.value
        #expect(!never.isRequested)
    }
}
