import Events
import Foundation
import Storage
import TestSupport
import Testing

extension EndToEnd {
    /// What may vanish under the embedded broker, which keeps everything in memory.
    @Suite("Disturbed runs on the embedded broker", .serialized)
    struct EmbeddedDisturbanceTests {
        private static let stack = Task {
            try await Stack(.embedded, processes: ["train": 0], settings: DisturbedRun.settings)
        }
        private static let undisturbed = Task {
            let run = try await disturbed
            return try await run.stack.run(run.arguments())
        }
        private static var disturbed: DisturbedRun {
            get async throws { try await DisturbedRun(stack: stack.value, sample: DisturbedRun.sample.value) }
        }

        @Test("PostgreSQL may be killed in the middle", arguments: [Stage.align])
        func killedDatabase(_ stage: String) async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let finished = try await run.run(inTheMiddleOf: stage) { try run.stack.signal("postgres") }
            #expect(try finished.vcf == undisturbed.vcf)
            #expect(finished.report.calls == undisturbed.report.calls)
            #expect(try run.stack.restarts(of: "postgres") == 1)
        }

        @Test("When the broker is killed the run fails and says why, and the next run works")
        func killedBroker() async throws {
            let run = try await Self.disturbed
            let undisturbed = try await Self.undisturbed.value
            let failure = await #expect(throws: StackError.self) {
                try await run.run(inTheMiddleOf: Stage.align) { try run.stack.signal("broker") }
            }
            #expect(failure?.description.contains("the embedded broker stopped and came back empty") == true)
            #expect(failure?.description.contains("ends with 1") == true)
            let next = try await run.stack.run(run.arguments())
            #expect(try next.vcf == undisturbed.vcf)
        }

        @Test("A request that was lost with the broker fails too: nobody waits for ever")
        func lostRequest() async throws {
            let run = try await Self.disturbed
            try run.stack.signal("ingest-1", SIGSTOP)
            let before = try await run.newestRun()
            async let failure = run.stack.helicase(["run", "--sample", "S", "--output", "/tmp/none"] + run.arguments())
            let isAsked = try await eventually { try await run.newestRun() != before }
            #expect(isAsked, "a run is known as soon as it is asked for")
            try run.stack.signal("broker")
            let program = try await failure
            #expect(program.status == 1)
            #expect(program.errors.contains("the embedded broker stopped"), "\(program.errors)")
            try await run.stack.down()
        }
    }
}
