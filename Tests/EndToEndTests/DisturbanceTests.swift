import Events
import Foundation
import Messaging
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// Processes, servers and folders that vanish in the middle of a run on Apache Kafka: the run ends as if nothing had been.
    @Suite(
        "Disturbed runs on Apache Kafka", .serialized,
        .enabled(if: ApacheKafka.isInstalled, "needs transactions: set KAFKA_HOME to an installation of Apache Kafka"))
    struct DisturbanceTests {
        private static let stack = Task {
            try await Stack(.apacheKafka, processes: ["align": 2, "train": 0], settings: DisturbedRun.settings)
        }
        private static let undisturbed = Task {
            let run = try await disturbed
            return try await run.stack.run(run.arguments())
        }
        private static var disturbed: DisturbedRun {
            get async throws { try await DisturbedRun(stack: stack.value, sample: DisturbedRun.sample.value) }
        }

        @Test(
            "A service that is killed in the middle is started again and loses nothing",
            arguments: [
                (Stage.align, "align-1"), (Stage.encode, "encode-1"), (Stage.infer, "infer-1"),
                (Stage.report, "report-1"),
            ])
        func killedService(_ stage: String, _ process: String) async throws {
            try await expectUnharmed(inTheMiddleOf: stage, killing: process)
        }

        @Test("An ingest that is killed in the middle goes on from where it was, and not from the start of its files")
        func killedIngest() async throws {
            // Several lanes, so that there is a middle.
            var run = try await Self.disturbed
            run.lanes = 16
            let undisturbed = try await run.stack.run(run.arguments())
            let stack = run.stack
            let finished = try await run.run(inTheMiddleOf: Stage.ingest) { try stack.signal("ingest-1") }
            try await run.expectUnharmed(finished, like: undisturbed)
            let log = try String(contentsOf: stack.folder.appending(path: "logs/ingest-1.log"), encoding: .utf8)
            let line = log.split(separator: "\n").last { $0.contains("ingest.run.resumed") } ?? ""
            #expect(line.contains(finished.report.run.description) && !line.contains("from=0"), "\(line)")
        }

        @Test("PostgreSQL may be killed in the middle of any stage", arguments: [Stage.align, Stage.infer])
        func killedDatabase(_ stage: String) async throws {
            try await expectUnharmed(inTheMiddleOf: stage, killing: "postgres")
        }

        @Test("Apache Kafka may be killed in the middle of any stage", arguments: [Stage.align, Stage.infer])
        func killedBroker(_ stage: String) async throws {
            try await expectUnharmed(inTheMiddleOf: stage, killing: "kafka")
        }

        @Test("A service that is asked to stop finishes what it has in hand, and another goes on")
        func gracefulStop() async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let finished = try await run.run(inTheMiddleOf: Stage.align) { try run.stack.signal("align-1", SIGTERM) }
            try await run.expectUnharmed(finished, like: undisturbed)
            let log = try String(contentsOf: run.stack.folder.appending(path: "logs/align-1.log"), encoding: .utf8)
            #expect(log.contains("service stops"), "it ended with status 0")
            #expect(!log.contains("service failed"))
        }

        @Test("A spill folder that is lost while encode is down is read again from the topic")
        func lostSpillFolder() async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let finished = try await run.run(inTheMiddleOf: Stage.encode) {
                // Held still first: the supervisor starts a killed process again before its folder could be deleted.
                try run.stack.signal("encode-1", SIGSTOP)
                try FileManager.default.removeItem(at: run.stack.folder.appending(path: "encode"))
                try run.stack.signal("encode-1")
            }
            try await run.expectUnharmed(finished, like: undisturbed)
        }

        @Test("A spill folder that is deleted under a running encode is noticed and read again from the topic")
        func deletedSpillFolder() async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let finished = try await run.run(inTheMiddleOf: Stage.encode) {
                try run.stack.signal("encode-1", SIGSTOP)
                try FileManager.default.removeItem(at: run.stack.folder.appending(path: "encode"))
                try run.stack.signal("encode-1", SIGCONT)
            }
            try await run.expectUnharmed(finished, like: undisturbed)
        }

        @Test("A model that is promoted in the middle loses and repeats no record; a restarted infer uses it")
        func swappedModel() async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let before = try #require(undisturbed.report.models.first)
            let file = try run.sample.file("other.safetensors", Programs.randomModel(seed: 77).encode())
            let mixed = try await run.run(inTheMiddleOf: Stage.align) {
                let imported = try await run.stack.helicase("models", "import", file, "--promote", "--reason", "a test")
                #expect(imported.status == 0, "\(imported.errors)")
            }
            let calls = mixed.report.calls
            #expect(calls.candidates == undisturbed.report.calls.candidates)
            try await RowCheck(stack: run.stack, run: mixed.report.run)
                .expectOnce(lines: calls.snvs + calls.indels + calls.filtered, report: mixed.report)

            try run.stack.signal("infer-1")
            let after = try await run.stack.run(run.arguments())
            #expect(after.report.models.map(\.version) == [before.version + 1])
            #expect(try after.vcf != undisturbed.vcf)

            let rolledBack = try await run.stack.helicase("models", "rollback", before.name, "--reason", "a test")
            #expect(rolledBack.status == 0, "\(rolledBack.errors)")
            #expect(try await isScoring(before, run))
            let again = try await run.stack.run(run.arguments())
            try await run.expectUnharmed(again, like: undisturbed)
        }

        @Test("A replay of dead letters that is killed in the middle and begun again sends each of them once")
        func killedReplay() async throws {
            let replay = KilledReplay(stack: try await Self.stack.value)
            let letters = try await replay.prepare()
            for begun in [5, 1, 12] { #expect(try await replay.replay(killedAfter: begun) != 0) }
            #expect(try await replay.replay(killedAfter: nil) == 0)
            let marks = try await replay.marks()
            #expect(Set(marks).count == marks.count && letters.isSubset(of: marks))
        }

        @Test("Everything was killed at least once, and the stack goes down in order")
        func end() async throws {
            let stack = try await Self.stack.value
            for name in ["ingest-1", "encode-1", "infer-1", "report-1", "postgres", "kafka"] {
                #expect(try stack.restarts(of: name) > 0, "\(name)")
            }
            try await stack.down()
        }

        private func expectUnharmed(inTheMiddleOf stage: String, killing process: String) async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let restarts = try run.stack.restarts(of: process)
            let finished = try await run.run(inTheMiddleOf: stage) { try run.stack.signal(process) }
            try await run.expectUnharmed(finished, like: undisturbed)
            let isRestarted = try await eventually { try run.stack.restarts(of: process) > restarts }
            #expect(isRestarted)
        }

        /// Waits until `infer` has loaded a version.
        private func isScoring(_ model: PredictionBatch.Model, _ run: DisturbedRun) async throws -> Bool {
            try await eventually {
                let log = try String(contentsOf: run.stack.folder.appending(path: "logs/infer-1.log"), encoding: .utf8)
                return log.split(separator: "\n").last { $0.contains("infer.model.loaded") }?
                    .contains("\(model.name)@\(model.version)") ?? false
            }
        }
    }
}
