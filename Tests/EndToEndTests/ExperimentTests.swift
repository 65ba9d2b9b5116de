import Events
import Foundation
import ModelRegistry
import NeuralNetwork
import TestSupport
import Testing
import VariantCalling

extension EndToEnd {
    /// A second version beside the one in production, as an operator tries it: two `infer`, one of which is killed.
    @Suite("Shadow and canary", .serialized)
    struct ExperimentTests {
        @Test(
            "A shadow changes nothing and ends a bad version; a canary scores whole runs and is promoted once",
            arguments: Stack.Broker.tested)
        func trials(_ broker: Stack.Broker) async throws {
            let sample = try await DisturbedRun.sample.value
            let stack = try await Stack(
                broker, processes: ["infer": 2, "train": 0], settings: DisturbedRun.settings)
            let disturbed = DisturbedRun(stack: stack, sample: sample)
            let undisturbed = try await stack.run(disturbed.arguments())
            let candidates = undisturbed.report.calls.candidates
            try #require(candidates > 100)
            let production = try #require(undisturbed.report.models.first)

            // Features that this program does not make: refused by the command, and by `infer` where it came another way.
            var foreign = try CallingModel.bundledPackage()
            foreign.featureVersion = "pileup-0"
            let file = stack.folder.appending(path: "foreign.safetensors")
            try Data(foreign.encode()).write(to: file)
            let imported = try await stack.helicase("models", "import", file.path, "--reason", "a test")
            #expect(imported.status == 1 && imported.errors.contains("is no version of pileup-caller"))
            _ = try await ModelRegistry(stack.database).register(
                foreign, name: CallingModel.name, actor: "a", reason: "a test")
            let promoted = try await stack.helicase(
                "models", "promote", "\(CallingModel.name)@2", "--override", "--reason", "a test")
            #expect(promoted.status == 1 && promoted.errors.contains("pileup-caller@2 is no version of pileup-caller"))
            let shadowed = try await stack.helicase("models", "shadow", "\(CallingModel.name)@2")
            #expect(shadowed.status == 1 && shadowed.errors.contains("pileup-caller@2 is no version of pileup-caller"))
            _ = try await Experiments(stack.database).begin(
                .shadow, name: CallingModel.name, challenger: 2, answers: Answers(.classes(CallingModel.labels)),
                thresholds: Thresholds(), automatic: false, actor: "a",
                reason: "a test")
            let isRefused = try await eventually { try await shown(stack).state == .refused }
            #expect(isRefused)
            #expect(try await shown(stack).outcome?.contains("the model reads features of version pileup-0") == true)

            // Weights with which it cannot score: found with the first examples, and the run goes on.
            var overflowing = try CallingModel.bundledPackage()
            overflowing.weights = overflowing.weights.map { $0 * 1e30 }
            try await begin("shadow", stack, version: 3, overflowing, "overflowing.safetensors", [])
            try await expectLoaded(3, stack)
            let unbothered = try await stack.run(disturbed.arguments())
            try await disturbed.expectUnharmed(unbothered, like: undisturbed)
            let refused = try await shown(stack)
            #expect(refused.state == .refused)
            #expect(refused.outcome == "pileup-caller@3 cannot score: its probabilities are not finite")

            // Random weights, seen by nobody.
            try await begin(
                "shadow", stack, version: 4, Programs.randomModel(seed: 3), "random.safetensors",
                ["--examples", "\(candidates / 2)", "--auto"])
            try await expectLoaded(4, stack)
            let silent = try await stack.run(disturbed.arguments())
            try await disturbed.expectUnharmed(silent, like: undisturbed)
            #expect(silent.report.models == [production])
            let rejected = try await shown(stack)
            #expect(rejected.state == .concluded && rejected.outcome?.hasPrefix("rejected: both call the same") == true)

            // The production version's weights under another number, for every run; one of the two processes is killed.
            var twin = try CallingModel.bundledPackage()
            twin.lineage.command = "a twin"
            try await begin(
                "canary", stack, version: 5, twin, "twin.safetensors",
                ["--share", "1", "--examples", "\(candidates)", "--auto"])
            try await expectLoaded(5, stack)
            let isNoticed = try await eventually {
                try await stack.database.scalar(
                    """
                    SELECT now() > started_at + \(Int(Experiment.notice)) * interval '1 second' FROM experiments
                    ORDER BY experiment_id DESC LIMIT 1
                    """)
            }
            #expect(isNoticed)
            let first = try await disturbed.run(inTheMiddleOf: Stage.infer) { try stack.signal("infer-1") }
            #expect(first.report.calls == undisturbed.report.calls)
            #expect(first.report.models.map(\.version) == [5])
            try await RowCheck(stack: stack, run: first.report.run).expectOnce(
                lines: first.report.calls.snvs + first.report.calls.indels + first.report.calls.filtered,
                report: first.report)
            let concluded = try await shown(stack)
            let outcome = concluded.outcome ?? ""
            #expect(concluded.state == .concluded && outcome.hasPrefix("promoted: "), "\(outcome)")
            let pairs: Int = try await stack.database.scalar(
                "SELECT max(pairs) FROM experiment_verdicts WHERE experiment_id = \(concluded.id)")
            #expect(pairs == candidates, "no example counts twice, and none is missing")
            #expect(
                try await stack.database.scalar(
                    "SELECT count(*) FROM model_events WHERE version = 5 AND state = 'production'") == 1)
            // A killed process's units come again when the group has noticed, which may be after the run.
            let isAnnounced = try await eventually {
                try await stack.records(Topics.models).contains { record in
                    let event = try EventCoding.decode(ModelEvent.self, from: record.value ?? [])
                    return event.version == 5 && event.state == .production && event.actor == Stage.infer
                }
            }
            #expect(isAnnounced)

            let after = try await stack.run(disturbed.arguments())
            #expect(after.report.models.map(\.version) == [5])
            #expect(after.report.calls == undisturbed.report.calls)
            try await stack.down()
        }

        private func begin(
            _ mode: String, _ stack: Stack, version: Int, _ package: ModelPackage, _ name: String,
            _ options: [String]
        ) async throws {
            let file = stack.folder.appending(path: name)
            try Data(package.encode()).write(to: file)
            let imported = try await stack.helicase("models", "import", file.path, "--reason", "a test")
            #expect(imported.status == 0, "\(imported.errors)")
            let begun = try await stack.helicase(["models", mode, "\(CallingModel.name)@\(version)"] + options)
            #expect(begun.status == 0, "\(begun.errors)")
        }

        private struct Shown: Decodable {
            var experiment: Experiment
        }

        private func shown(_ stack: Stack) async throws -> Experiment {
            let program = try await stack.helicase("models", "experiment", "show", CallingModel.name, "--json")
            return try EventCoding.decode(Shown.self, from: Array(program.output.utf8)).experiment
        }

        /// Waits until both processes have a challenger.
        private func expectLoaded(_ version: Int, _ stack: Stack) async throws {
            let isLoaded = try await eventually {
                try ["infer-1", "infer-2"].allSatisfy { process in
                    try String(contentsOf: stack.folder.appending(path: "logs/\(process).log"), encoding: .utf8)
                        .split(separator: "\n")
                        .contains { $0.contains("infer.challenger.loaded") && $0.contains("@\(version)") }
                }
            }
            #expect(isLoaded, "version \(version)")
        }
    }
}
