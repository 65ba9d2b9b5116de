import Events
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// What becomes of a run when those who feed it are stopped or killed.
    @Suite("Streams that are stopped", .serialized)
    struct StoppedStreamTests {
        private static let sample = Task { try Sample(lengths: [60_000], coverage: 8, seed: 11) }
        private static let stack = Task {
            try await Stack(
                Stack.Broker.installed.last ?? .embedded, processes: ["train": 0],
                settings: DisturbedRun.settings.merging(["HELICASE_INGEST_STREAM_TIMEOUT": "12s"]) { $1 })
        }

        private let process = ProcessBox()

        private final class ProcessBox: Sendable {
            let identifier = Mutex<Int32>(0)
        }

        @Test(
            "A `helicase run` that is stopped amid its stream fails its run, and nothing reads on",
            arguments: [SIGKILL, SIGINT])
        func stopped(_ signal: Int32) async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await stack.newestRun()?.run
            let pipe = try FedPipe(sample)
            defer { pipe.close() }
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let output = stack.folder.appending(path: "stopped-\(signal)").path
            let process = process
            async let program = stack.helicase(FedPipe.arguments(sample, output), standardInput: pipe.path) {
                identifier in
                process.identifier.withLock { $0 = identifier }
            }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await stack.newestRun()
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await stack.newestRun()).run
            #expect(FedPipe.feeder(of: run) != nil)
            kill(process.identifier.withLock { $0 }, signal)
            let ended = try await program
            #expect(ended.status == (signal == SIGINT ? 130 : 128 + signal))
            #expect(signal == SIGKILL || ended.errors.contains("has failed, run the sample again"), "\(ended.errors)")
            let isFailed = try await eventually { try await stack.newestRun()?.state == "failed" }
            #expect(isFailed)
            let failure = try await stack.newestRun()?.failure ?? ""
            #expect(failure.contains("helicase run"), "\(failure)")
            let isGone = await eventually { FedPipe.feeder(of: run) == nil }
            #expect(isGone, "no orphan reads on")
            #expect(try await stack.database.scalar("SELECT count(*) FROM reports WHERE run_id = \(run)") == 0)
        }

        @Test("Ctrl-C, which ends the writer of a pipe too, is no end of the reads")
        func controlC() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await stack.newestRun()?.run
            let reads = sample.interleaved
            let half = try sample.file("half.fastq", Array(reads.dropLast(reads.count / 2)))
            let output = stack.folder.appending(path: "control-c").path
            let process = process
            // A process group of its own, as a shell gives to a pipeline on a terminal.
            let line =
                "exec setsid bash -c '(cat \(half); exec sleep 600) | \"$helicase\" run --state \"$state\" --sample S "
                + "--reference \(sample.reference) --fastq - --interleaved --output \(output)'"
            async let program = stack.bash(line) { identifier in process.identifier.withLock { $0 = identifier } }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await stack.newestRun()
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await stack.newestRun()).run
            kill(-process.identifier.withLock { $0 }, SIGINT)
            let isFailed = try await eventually { try await stack.newestRun()?.state == "failed" }
            #expect(isFailed)
            let isGone = await eventually { FedPipe.feeder(of: run) == nil }
            #expect(isGone)
            // Programs that inherit an ignored SIGINT, such as the writer here, go on without it.
            kill(-process.identifier.withLock { $0 }, SIGKILL)
            #expect(try await program.status != 0)
            #expect(try await stack.database.scalar("SELECT count(*) FROM reports WHERE run_id = \(run)") == 0)
        }

        @Test("Ctrl-C leaves a run of files alone, and says how to find it again")
        func leftAlone() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            var large = DisturbedRun(stack: stack, sample: sample)
            large.lanes = 4
            let before = try await stack.newestRun()?.run
            let process = process
            let command =
                ["run", "--sample", "S", "--output", stack.folder.appending(path: "left").path]
                + (try large.arguments())
            async let program = stack.helicase(command) { identifier in process.identifier.withLock { $0 = identifier }
            }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await stack.newestRun()
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await stack.newestRun()).run
            kill(process.identifier.withLock { $0 }, SIGINT)
            let ended = try await program
            #expect(ended.status == 130)
            let words = "the run \(run.uuidString.lowercased()) goes on without this command"
            #expect(ended.errors.contains(words) && ended.errors.contains("helicase runs attach"), "\(ended.errors)")
            let isCompleted = try await eventually(within: .seconds(120)) {
                try await stack.newestRun()?.state == "completed"
            }
            #expect(isCompleted)
        }

        @Test("A run whose readers are all killed at once is given up by those who are left")
        func powerCut() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await stack.newestRun()?.run
            let pipe = try FedPipe(sample)
            defer { pipe.close() }
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let output = stack.folder.appending(path: "power-cut").path
            let process = process
            async let program = stack.helicase(FedPipe.arguments(sample, output), standardInput: pipe.path) {
                identifier in
                process.identifier.withLock { $0 = identifier }
            }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await stack.newestRun()
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await stack.newestRun()).run
            let feeder = try #require(FedPipe.feeder(of: run))
            // Stopped first, so that neither can tell of the other's end.
            let parent = process.identifier.withLock { $0 }
            for signal in [SIGSTOP, SIGKILL] { for identifier in [feeder, parent] { kill(identifier, signal) } }
            _ = try await program
            let isFailed = try await eventually(within: .seconds(60)) { try await stack.newestRun()?.state == "failed" }
            #expect(isFailed)
            #expect(try await stack.newestRun()?.failure?.contains("that read its stream is gone") == true)
        }

        @Test("No service died of it")
        func end() async throws {
            let stack = try await Self.stack.value
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }
    }
}
