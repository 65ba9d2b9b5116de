import Events
import Foundation
import Storage
import Synchronization
import TestSupport
import Testing

extension EndToEnd {
    /// Reads that come through a pipe: a report is of all of them, or says what is missing, or there is none.
    @Suite("Streams", .serialized)
    struct StreamTests {
        private static let sample = Task { try Sample(lengths: [60_000], coverage: 8, seed: 11) }
        private static let stack = Task {
            try await Stack(
                Stack.Broker.installed.last ?? .embedded, processes: ["train": 0],
                // Short, so that a pause of seconds shows what a long one would.
                settings: DisturbedRun.settings.merging([
                    "HELICASE_KAFKA_TRANSACTION_TIMEOUT_MS": "5000", "HELICASE_INGEST_STREAM_TIMEOUT": "12s",
                ]) { $1 })
        }

        /// A named pipe that this test holds open, and the first half of the sample's reads.
        private struct HalfFed {
            let path: String
            let rest: [UInt8]
            private let descriptor: Int32

            init(_ sample: Sample) throws {
                path = sample.folder.appending(path: "pipe-\(UUID().uuidString.prefix(8))").path
                guard mkfifo(path, 0o600) == 0 else { throw StackError("no pipe") }
                // Open for both, so that neither end waits for the other.
                descriptor = open(path, O_RDWR | O_CLOEXEC)
                let reads = sample.interleaved
                rest = Array(reads[(reads.count / 2)...])
            }

            /// Writes bytes on a thread of its own: a pipe holds little.
            func write(_ bytes: [UInt8], thenCloses: Bool = false) {
                let descriptor = descriptor
                Thread.detachNewThread {
                    var start = 0
                    while start < bytes.count {
                        let written = bytes[start...].withUnsafeBytes {
                            Foundation.write(descriptor, $0.baseAddress, $0.count)
                        }
                        guard written > 0 else { return }
                        start += written
                    }
                    if thenCloses { Foundation.close(descriptor) }
                }
            }

            func close() { Foundation.close(descriptor) }
        }

        private let process = ProcessBox()

        private final class ProcessBox: Sendable {
            let identifier = Mutex<Int32>(0)
        }

        private func arguments(_ sample: Sample, _ output: String) -> [String] {
            [
                "run", "--sample", "S", "--reference", sample.reference, "--fastq", "-", "--interleaved", "--output",
                output,
                "--json",
            ]
        }

        private func newestRun(_ stack: Stack) async throws -> (run: UUID, state: String, reads: Int, failure: String?)?
        {
            let rows = try await stack.database.query(
                "SELECT run_id, state, reads_so_far, failure FROM runs ORDER BY opened_at DESC LIMIT 1")
            return try rows.first.map {
                (
                    try $0.decode("run_id"), try $0.decode("state"), try $0.decode("reads_so_far"),
                    try $0.decode("failure")
                )
            }
        }

        /// Whether an ingest process of a run's own is there.
        private func isFed(_ run: UUID) -> Bool { Self.feeder(of: run) != nil }

        /// The process that reads a run's stream.
        private static func feeder(of run: UUID) -> Int32? {
            let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return processes.first { process in
                let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
                let text = String(decoding: line, as: UTF8.self)
                return text.contains("--ingest-stdin") && text.contains(run.uuidString.lowercased())
            }.flatMap { Int32($0) }
        }

        @Test(
            "A `helicase run` that is stopped amid its stream fails its run, and nothing reads on",
            arguments: [SIGKILL, SIGINT])
        func stopped(_ signal: Int32) async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await newestRun(stack)?.run
            let pipe = try HalfFed(sample)
            defer { pipe.close() }
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let output = stack.folder.appending(path: "stopped-\(signal)").path
            let process = process
            async let program = stack.helicase(arguments(sample, output), standardInput: pipe.path) { identifier in
                process.identifier.withLock { $0 = identifier }
            }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await newestRun(stack)
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await newestRun(stack)).run
            #expect(isFed(run))
            kill(process.identifier.withLock { $0 }, signal)
            let ended = try await program
            #expect(ended.status == (signal == SIGINT ? 130 : 128 + signal))
            #expect(signal == SIGKILL || ended.errors.contains("has failed, run the sample again"), "\(ended.errors)")
            let isFailed = try await eventually { try await newestRun(stack)?.state == "failed" }
            #expect(isFailed)
            let failure = try await newestRun(stack)?.failure ?? ""
            #expect(failure.contains("helicase run"), "\(failure)")
            let isGone = await eventually { !isFed(run) }
            #expect(isGone, "no orphan reads on")
            #expect(try await stack.database.scalar("SELECT count(*) FROM reports WHERE run_id = \(run)") == 0)
        }

        @Test("A run whose readers are all killed at once is given up by those who are left")
        func powerCut() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await newestRun(stack)?.run
            let pipe = try HalfFed(sample)
            defer { pipe.close() }
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let output = stack.folder.appending(path: "power-cut").path
            let process = process
            async let program = stack.helicase(arguments(sample, output), standardInput: pipe.path) { identifier in
                process.identifier.withLock { $0 = identifier }
            }
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await newestRun(stack)
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            let run = try #require(try await newestRun(stack)).run
            let feeder = try #require(Self.feeder(of: run))
            // Stopped first, so that neither can tell of the other's end.
            let parent = process.identifier.withLock { $0 }
            for signal in [SIGSTOP, SIGKILL] { for identifier in [feeder, parent] { kill(identifier, signal) } }
            _ = try await program
            let isFailed = try await eventually(within: .seconds(60)) { try await newestRun(stack)?.state == "failed" }
            #expect(isFailed)
            #expect(try await newestRun(stack)?.failure?.contains("that read its stream is gone") == true)
        }

        @Test("Of a stream that pauses nothing is lost, and meanwhile other runs go on")
        func pause() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let whole = try await stack.run(
                [
                    "--reference", sample.reference, "--fastq", sample.file("both.fastq", sample.interleaved),
                    "--interleaved",
                ])
            let pipe = try HalfFed(sample)
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let before = try await newestRun(stack)?.run
            async let paused = stack.run(
                ["--reference", sample.reference, "--fastq", "-", "--interleaved"], standardInput: pipe.path)
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await newestRun(stack)
                return run?.run != before && run?.reads ?? 0 > 0
            }
            #expect(isMidway)
            // The pause: several times the time that a transaction may take.
            let start = ContinuousClock.now
            let other = try await stack.run(
                [
                    "--reference", sample.reference, "--fastq", sample.file("both.fastq", sample.interleaved),
                    "--interleaved",
                ])
            #expect(try other.vcf == whole.vcf)
            _ = await eventually(within: .seconds(20)) { ContinuousClock.now - start > .seconds(18) }
            pipe.write(pipe.rest, thenCloses: true)
            let run = try await paused
            #expect(try run.vcf == whole.vcf)
            #expect(run.report.input == whole.report.input)
            #expect(run.report.status == .final)
        }

        @Test("A stream that ends amid a compressed block gives an incomplete report, and a status that says so")
        func truncated() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let gzip = try await sample.gzip(sample.interleaved)
            let cut = try sample.file("cut.fastq.gz", Array(gzip.dropLast(gzip.count / 3)))
            let output = stack.folder.appending(path: "truncated").path
            let program = try await stack.helicase(
                arguments(sample, output).filter { $0 != "--json" }, standardInput: cut)
            #expect(program.status == 1)
            #expect(program.output.hasPrefix("S: INCOMPLETE: "), "\(program.output)")
            #expect(program.errors.contains("is incomplete: "), "\(program.errors)")
            let report = try FinishedRun(URL(filePath: output)).report
            #expect(report.status == .incomplete && report.missing?.isEmpty == false)
            #expect(report.input.reads > 0 && report.input.reads < 2 * sample.fragments.count)
            let again = try await stack.helicase(
                arguments(sample, output) + ["--allow-incomplete"], standardInput: cut)
            #expect(again.status == 2 && again.errors.contains("add --force"), "nothing is overwritten unasked")
            let allowed = try await stack.helicase(
                arguments(sample, output) + ["--allow-incomplete", "--force"], standardInput: cut)
            #expect(allowed.status == 0, "\(allowed.errors)")
            let empty = try await stack.helicase(arguments(sample, output) + ["--force"])
            #expect(empty.status == 1 && empty.errors.contains("no read of the input could be used"), "\(empty.errors)")
        }

        @Test("Pipes of the caller's shell are read, two of them as a pair")
        func substitution() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let mates = try (0...1).map { try sample.file("R\($0 + 1).fastq", sample.fastq(mate: $0)) }
            let output = stack.folder.appending(path: "substitution")
            let program = try await stack.bash(
                "\"$helicase\" run --state \"$state\" --sample S --reference '\(sample.reference)' --fastq <(cat '\(mates[0])') "
                    + "--fastq2 <(cat '\(mates[1])') --output '\(output.path)'")
            #expect(program.status == 0, "\(program.errors)")
            let report = try FinishedRun(output).report
            #expect(report.input.reads == 2 * sample.fragments.count && report.status == .final)
        }

        @Test("A small run is not held up by a large one that was asked for before")
        func sideBySide() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            var large = DisturbedRun(stack: stack, sample: sample)
            large.lanes = 10
            let small = DisturbedRun(stack: stack, sample: sample)
            let before = try await newestRun(stack)?.run
            let many = try large.arguments()
            async let first = stack.run(many)
            let isBegun = try await eventually { try await newestRun(stack)?.run != before }
            #expect(isBegun)
            async let second = stack.run(small.arguments())
            let (long, short) = try await (first, second)
            #expect(long.report.input.reads == 10 * short.report.input.reads)
            let order: [UUID] = try await stack.database.query(
                """
                SELECT run_id FROM runs WHERE run_id IN (\(long.report.run.uuid), \(short.report.run.uuid))
                ORDER BY sealed_at
                """
            ).map { try $0.decode("run_id") }
            #expect(order.first == short.report.run.uuid)
        }

        @Test("An output that is no folder is refused before any work is done")
        func output() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let before = try await newestRun(stack)?.run
            let program = try await stack.helicase(arguments(sample, sample.reference))
            #expect(program.status == 2)
            #expect(program.errors.hasPrefix("helicase: --output: \(sample.reference) is no folder\n"))
            #expect(try await newestRun(stack)?.run == before)
        }

        @Test("No process died of it")
        func end() async throws {
            let stack = try await Self.stack.value
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }
    }
}
