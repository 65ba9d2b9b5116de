import Events
import Foundation
import Storage
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
                settings: DisturbedRun.settings.merging(["HELICASE_KAFKA_TRANSACTION_TIMEOUT_MS": "5000"]) { $1 })
        }

        @Test("A pipe that closes amid a read gives an incomplete report")
        func closed() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let pipe = try FedPipe(sample)
            pipe.write(Array(sample.interleaved.dropLast(1000)), thenCloses: true)
            let output = stack.folder.appending(path: "closed")
            let program = try await stack.helicase(FedPipe.arguments(sample, output.path), standardInput: pipe.path)
            #expect(program.status == 1 && program.errors.contains("is incomplete: "), "\(program.errors)")
            let report = try FinishedRun(output).report
            #expect(report.status == .incomplete && report.input.reads < 2 * sample.fragments.count)
        }

        @Test("Of a stream that pauses nothing is lost, and meanwhile other runs go on")
        func pause() async throws {
            let (stack, sample) = (try await Self.stack.value, try await Self.sample.value)
            let whole = try await stack.run(
                [
                    "--reference", sample.reference, "--fastq", sample.file("both.fastq", sample.interleaved),
                    "--interleaved",
                ])
            let pipe = try FedPipe(sample)
            pipe.write(Array(sample.interleaved.dropLast(pipe.rest.count)))
            let before = try await stack.newestRun()?.run
            async let paused = stack.run(
                ["--reference", sample.reference, "--fastq", "-", "--interleaved"], standardInput: pipe.path)
            let isMidway = try await eventually(within: .seconds(60)) {
                let run = try await stack.newestRun()
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
                FedPipe.arguments(sample, output).filter { $0 != "--json" }, standardInput: cut)
            #expect(program.status == 1)
            #expect(program.output.hasPrefix("S: INCOMPLETE: "), "\(program.output)")
            #expect(program.errors.contains("is incomplete: "), "\(program.errors)")
            let report = try FinishedRun(URL(filePath: output)).report
            #expect(report.status == .incomplete && report.missing?.isEmpty == false)
            #expect(report.input.reads > 0 && report.input.reads < 2 * sample.fragments.count)
            let again = try await stack.helicase(
                FedPipe.arguments(sample, output) + ["--allow-incomplete"], standardInput: cut)
            #expect(again.status == 2 && again.errors.contains("add --force"), "nothing is overwritten unasked")
            let allowed = try await stack.helicase(
                FedPipe.arguments(sample, output) + ["--allow-incomplete", "--force"], standardInput: cut)
            #expect(allowed.status == 0, "\(allowed.errors)")
            let empty = try await stack.helicase(FedPipe.arguments(sample, output) + ["--force"])
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
            large.lanes = 40
            let small = DisturbedRun(stack: stack, sample: sample)
            let (many, few) = (try large.arguments(), try small.arguments())
            // Held still until both requests are there, however long the commands take to send them.
            try stack.signal("ingest-1", SIGSTOP)
            let before = try await stack.records(Topics.jobs).count
            async let first = stack.run(many)
            let isAsked = try await eventually(within: .seconds(60)) {
                try await stack.records(Topics.jobs).count == before + 1
            }
            async let second = stack.run(few)
            let areAsked = try await eventually(within: .seconds(60)) {
                try await stack.records(Topics.jobs).count == before + 2
            }
            try stack.signal("ingest-1", SIGCONT)
            #expect(isAsked && areAsked)
            let (long, short) = try await (first, second)
            #expect(long.report.input.reads == 40 * short.report.input.reads)
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
            let before = try await stack.newestRun()?.run
            let program = try await stack.helicase(FedPipe.arguments(sample, sample.reference))
            #expect(program.status == 2)
            #expect(program.errors.hasPrefix("helicase: --output: \(sample.reference) is no folder\n"))
            #expect(try await stack.newestRun()?.run == before)
        }

        @Test("No process died of it")
        func end() async throws {
            let stack = try await Self.stack.value
            #expect(try stack.state.members.filter { $0.restarts > 0 }.map(\.name).isEmpty)
            try await stack.down()
        }
    }
}
