import NeuralNetwork
import Storage
import Testing

@testable import ModelRegistry

/// Named sets of examples, and the figures of versions on them.
@Suite("Evaluation sets and evaluations")
struct EvaluationTests {
    @Test("A set comes back as it was added, in pieces or not, and may be added again")
    func roundTrip() async throws {
        let fixture = try await RegistryFixture()
        let bytes = (0..<(5 << 19)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let set = try await fixture.addSet(bytes: bytes)
        #expect(set.examples == 8 && set.files.map(\.name) == ["x.bin"] && set.files[0].split == "validation")
        #expect(try await fixture.addSet(bytes: bytes) == set)
        #expect(try await fixture.registry.evaluationSets() == [set])
        #expect(try await fixture.registry.file(0, of: set) == bytes)
        #expect(try await fixture.registry.targets(of: set) == RegistryFixture.targets)
        await fixture.database.close()
    }

    @Test("A set that is there takes no other files")
    func immutable() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        await #expect(throws: RegistryError.self) { try await fixture.addSet(bytes: [9]) }
        #expect(try await fixture.registry.file(0, of: fixture.registry.evaluationSet("held")) == [1, 2, 3])
        await fixture.database.close()
    }

    @Test("A set without examples, with labels that are no class, or of two kinds of features is refused whole")
    func refused() async throws {
        let fixture = try await RegistryFixture()
        await #expect(throws: RegistryError.self) { try await fixture.addSet(targets: []) }
        await #expect(throws: RegistryError.self) { try await fixture.addSet(targets: [0, 2]) }
        await #expect(throws: RegistryError.self) { try await fixture.addSet(targets: [.nan]) }
        await #expect(throws: RegistryError.self) {
            try await fixture.registry.addEvaluationSet(
                "mixed", task: "toy", kind: RegistryFixture.kind, files: 2, description: "", actor: "a"
            ) { LabelledFile(name: "\($0)", bytes: [], targets: [1], featureVersion: "f\($0)", split: nil) }
        }
        #expect(try await fixture.registry.evaluationSets().isEmpty)
        await #expect(throws: RegistryError.self) { try await fixture.registry.evaluationSet("held") }
        await fixture.database.close()
    }

    @Test("A file that is there twice is refused, under one name or two, and so is a name that tears a table")
    func duplicates() async throws {
        let fixture = try await RegistryFixture()
        for (names, text) in [
            (["va.st", "va.st"], "va.st is named twice"), (["a", "b"], "b has the very bytes of a"),
        ] {
            let error = await #expect(throws: RegistryError.self) {
                try await fixture.registry.addEvaluationSet(
                    "twice", task: "toy", kind: RegistryFixture.kind, files: 2, description: "", actor: "a"
                ) { LabelledFile(name: names[$0], bytes: [7], targets: [1], featureVersion: "f1", split: nil) }
            }
            #expect(error?.description == text + ": its examples would count twice")
        }
        // Shards without examples may be alike.
        _ = try await fixture.registry.addEvaluationSet(
            "sparse", task: "toy", kind: RegistryFixture.kind, files: 3, description: "", actor: "a"
        ) {
            LabelledFile(
                name: "\($0)", bytes: [$0 == 2 ? 1 : 7], targets: $0 == 2 ? [1] : [], featureVersion: "f1", split: nil)
        }
        for name in ["", "a\nb", "a\u{200b}b", String(repeating: "n", count: 201)] {
            #expect(throws: RegistryError.self) { try EvaluationSet.checkName(name) }
        }
        try EvaluationSet.checkName("chromosome 20, seed 2")
        await fixture.database.close()
    }

    @Test("A set with a file that a version was trained on says nothing of it")
    func unseen() async throws {
        let fixture = try await RegistryFixture(versions: 1)
        let set = try await fixture.addSet()
        let digest = set.files[0].digest
        try set.checkUnseen(by: "m@1", data: ["reads.bam": "ab12"])
        let error = #expect(throws: RegistryError.self) {
            try set.checkUnseen(by: "m@1", data: ["reads.bam": "ab12", "/data/tr.st": digest])
        }
        #expect(error?.description.contains("m@1 was trained or validated on x.bin of the evaluation set held") == true)
        await fixture.database.close()
    }

    @Test("Groups are kept with a set, and its intervals are those of whole groups")
    func groups() async throws {
        let fixture = try await RegistryFixture()
        #expect(try await fixture.registry.groups(of: fixture.addSet()) == nil)
        let groups: [Int64] = [5, 5, 5, 5, -1, -1, -1, -1]
        let set = try await fixture.addSet("grouped", groups: groups)
        #expect(try await fixture.registry.groups(of: set) == groups)
        let single = try await fixture.evaluate(1, wrong: [0, 4])
        let grouped = try await fixture.evaluate(1, wrong: [0, 4], on: "grouped")
        #expect(single.metrics["accuracy"]?.low ?? 1 < 0.5)
        // Both groups have one error of four: whichever are drawn, the accuracy is the same.
        #expect(grouped.metrics["accuracy"]?.low == 0.75 && grouped.metrics["accuracy"]?.high == 0.75)
        await #expect(throws: RegistryError.self, "one group") {
            try await fixture.addSet("one", groups: Array(repeating: 3, count: 8))
        }
        await #expect(throws: RegistryError.self, "not a group an example") {
            try await fixture.addSet("short", groups: [1, 2])
        }
        await fixture.database.close()
    }

    @Test("The newest evaluation on a set counts, and comes back with figures and points")
    func evaluations() async throws {
        let fixture = try await RegistryFixture()
        try await fixture.addSet()
        try await fixture.evaluate(1, wrong: [0, 1])
        let newest = try await fixture.evaluate(1, wrong: [0])
        #expect(try await fixture.registry.evaluations(of: "m", version: 1) == [newest])
        #expect(newest.metrics["accuracy"]?.value == 7.0 / 8)
        #expect(newest.figures.confusion == [[3, 1], [0, 4]])
        #expect(newest.figures.search?.prevalence == 0.5)
        await fixture.database.close()
    }

    @Test("Predictions that are not those of the set's examples are refused")
    func foreign() async throws {
        let fixture = try await RegistryFixture()
        let set = try await fixture.addSet()
        let report = EvaluationReport(
            try ScoredExamples(kind: RegistryFixture.kind, predictions: [0.5, 0.5], targets: [1]))
        await #expect(throws: RegistryError.self) {
            try await fixture.registry.record(report, of: "m", version: 1, on: set, actor: "a")
        }
        await #expect(throws: StorageError.self, "a version that is not there") {
            try await fixture.evaluate(9)
        }
        await fixture.database.close()
    }

    @Test("Metrics of classes have the values that the definitions give, within their intervals")
    func classes() throws {
        let report = EvaluationReport(try RegistryFixture.examples(wrong: [0, 7]))
        let metrics = report.metrics
        #expect(metrics["accuracy"]?.value == 0.75)
        #expect(metrics["recall:no"]?.value == 0.75)
        #expect(metrics["matthews-correlation"]?.value == 0.5)
        // Of 16 pairs, nine are ranked rightly and six are tied.
        #expect(metrics["auroc"]?.value == 0.75)
        for (name, estimate) in metrics {
            #expect(estimate.low <= estimate.value && estimate.value <= estimate.high, "\(name)")
        }
        #expect(report.metrics == EvaluationReport(try RegistryFixture.examples(wrong: [0, 7])).metrics)
    }

    @Test("A figure that is not defined is left out, not zero")
    func undefined() throws {
        let report = EvaluationReport(
            try ScoredExamples(kind: RegistryFixture.kind, predictions: [0.9, 0.1, 0.6, 0.4], targets: [0, 0]))
        #expect(report.metrics["accuracy"]?.value == 1)
        #expect(report.metrics["auroc"] == nil && report.metrics["recall:yes"] == nil)
        #expect(report.figures.search?.roc == [])
    }

    @Test("Binary predictions and numbers have metrics of their own")
    func otherKinds() throws {
        let binary = EvaluationReport(
            try ScoredExamples(kind: .binary, predictions: [0.2, 0.7, 0.6, 0.9], targets: [0, 0, 1, 1]))
        #expect(binary.metrics["accuracy"]?.value == 0.75)
        #expect(binary.metrics["auroc"]?.value == 0.75)
        #expect(binary.figures.confusion == [[1, 1], [0, 2]])
        let numbers = EvaluationReport(
            try ScoredExamples(kind: .regression, predictions: [1, 2, 3, 5], targets: [1, 2, 3, 4]))
        #expect(numbers.metrics["mean-squared-error"]?.value == 0.25)
        #expect(abs((numbers.metrics["spearman"]?.value ?? 0) - 1) < 1e-12, "rounding of a few sums")
        #expect(numbers.figures == EvaluationFigures(numbers.examples) && numbers.figures.confusion == nil)
    }

    @Test("Predictions that do not fit their targets are refused, not trapped on")
    func hostile() {
        let kind = RegistryFixture.kind
        for (predictions, targets) in [([], []), ([0.5], [1]), ([.nan, 1], [1]), ([0, 1], [2])] as [([Float], [Float])]
        {
            #expect(throws: RegistryError.self) {
                try ScoredExamples(kind: kind, predictions: predictions, targets: targets)
            }
        }
        for kind in [
            .classes(names: ["a", "a"], background: nil), .classes(names: ["a"], background: nil),
            .classes(names: ["a", "b"], background: 2),
        ] as [ScoredExamples.Kind] {
            #expect(throws: RegistryError.self) {
                try ScoredExamples(
                    kind: kind, predictions: Array(repeating: 0.5, count: kind.width), targets: [0])
            }
        }
    }
}
