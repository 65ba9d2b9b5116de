import Foundation
import NeuralNetwork
import Storage
import Testing

@testable import ModelRegistry
@testable import helicase

/// Evaluation and promotion of networks that say several things, or counts.
@Suite("Judging several outputs")
struct SeveralOutputsTests {
    private func report(
        _ kind: ScoredExamples.Kind, _ predictions: [Float], _ targets: [Float], groups: [Int64]? = nil
    ) throws -> EvaluationReport {
        EvaluationReport(try ScoredExamples(kind: kind, predictions: predictions, targets: targets, groups: groups))
    }

    @Test("Labels are judged each and on average, where they are known")
    func labels() throws {
        let report = try report(
            .labels(names: ["a", "b"]), [0.9, 0.2, 0.8, 0.7, 0.1, 0.6, 0.3, 0.9], [1, 0, 1, .nan, 0, 1, 0, 1])
        let metrics = report.metrics
        #expect(metrics["auroc:a"]?.value == 1 && metrics["auroc:b"]?.value == 1 && metrics["auroc"]?.value == 1)
        #expect(metrics["accuracy:a"]?.value == 1 && metrics["average-precision"]?.value == 1)
        let (a, b) = (metrics["calibration-error:a"]?.value ?? 0, metrics["calibration-error:b"]?.value ?? 0)
        #expect(a > 0 && b > 0 && abs((metrics["calibration-error"]?.value ?? 0) - (a + b) / 2) < 1e-12)
        // The second label of the second example is not known: with it, b would be wrong there.
        #expect(metrics["brier-score:b"]?.value ?? 1 < 0.1)
    }

    @Test("Counts have a deviance and a correlation of their logarithms, and no squared error")
    func counts() throws {
        let metrics = try report(.counts(names: ["reads"]), [1, 2, 4, 8], [1, 3, 4, .nan]).metrics
        // 2 (3 ln(3/2) - 1) / 3
        #expect(abs((metrics["poisson-deviance"]?.value ?? 0) - 0.1442635) < 1e-6)
        #expect((metrics["log-pearson"]?.value ?? 0) > 0.9 && metrics["mean-squared-error"] == nil)
        let two = try report(.counts(names: ["x", "y"]), [1, 2, 2, 5, 3, 1], [1, 2, 2, 5, 3, 1]).metrics
        #expect(two["poisson-deviance:y"]?.value == 0 && two["log-pearson"]?.value ?? 0 > 0.999)
    }

    @Test("Heads are judged by what each of them says, place by place, and resampled by example and group")
    func heads() throws {
        let kind = ScoredExamples.Kind.heads([
            .init(name: "profile", kind: .counts(names: ["plus"]), places: 3, shape: [3, 1]),
            .init(name: "kind", kind: .classes(names: ["a", "b"], background: nil), places: 1, shape: []),
        ])
        #expect(kind.width == 5 && kind.targetWidth == 4)
        let predictions: [Float] = [1, 2, 3, 0.9, 0.1, 3, 2, 1, 0.2, 0.8, 2, 2, 2, 0.6, 0.4, 1, 1, 4, 0.4, 0.6]
        let targets: [Float] = [1, 2, 3, 0, 3, .nan, 1, 1, 2, 2, 2, .nan, 1, 1, 4, 0]
        let metrics = try report(kind, predictions, targets).metrics
        #expect(metrics["profile.poisson-deviance"]?.value == 0 && metrics["profile.spearman"] == nil)
        #expect(abs((metrics["kind.accuracy"]?.value ?? 0) - 2.0 / 3) < 1e-12)
        #expect(metrics["accuracy"] == nil, "the profile has none")
        let wide = try report(kind, predictions, targets, groups: [1, 1, 2, 2]).metrics
        #expect(wide["kind.accuracy"]?.low == 0 && wide["kind.accuracy"]?.high == 1)
        #expect(throws: RegistryError.self) { try report(kind, predictions, targets.map { $0 == 4 ? -1 : $0 }) }
    }

    @Test("A margin compares two versions of several outputs, and missing targets are the same for both")
    func promotion() async throws {
        let fixture = try await RegistryFixture(versions: 2)
        let kind = ScoredExamples.Kind.labels(names: ["no", "yes"])
        let targets = (0..<60).map { (place: Int) -> Float in place % 7 == 0 ? .nan : Float(place / 2 % 2) }
        let groups = (0..<30).map { Int64($0 / 3) }
        let set = try await fixture.registry.addEvaluationSet(
            "marks", task: "labels", kind: kind, files: 1, description: "", actor: "a"
        ) { _ in
            LabelledFile(name: "x", bytes: [4], targets: targets, groups: groups, featureVersion: "f1", split: nil)
        }
        #expect(set.examples == 30 && set.files[0].examples == 30)
        func judge(_ version: Int, wrong: Int) async throws -> Evaluation {
            let predictions = (0..<60).map { index -> Float in
                (index / 2 % 2 == 1) != (index < wrong) ? 0.8 : 0.2
            }
            let examples = try ScoredExamples(
                kind: kind, predictions: predictions, targets: targets, groups: groups)
            return try await fixture.registry.record(
                EvaluationReport(examples), of: "m", version: version, on: set, actor: "a")
        }
        #expect(try await judge(1, wrong: 0).metrics["auroc:yes"]?.value == 1)
        _ = try await judge(2, wrong: 20)
        try await fixture.promote(1)
        _ = try await fixture.registry.setPolicy(
            of: "m", set: "marks", metric: "auroc", required: nil, margin: 0.05, actor: "a", reason: "r")
        let refused = await #expect(throws: PromotionRefused.self) { try await fixture.promote(2) }
        #expect(refused?.verdict.checks.first?.advantage?.high ?? 1 <= 0)
        _ = try await judge(2, wrong: 0)
        try await fixture.promote(2)
        await fixture.database.close()
    }

    private static let network = Architecture(
        input: [4, 2], layers: [.linear(outputs: 3), .tanh],
        heads: [
            Head(name: "profile", layers: [.linear(outputs: 1)]),
            Head(name: "marks", layers: [.flatten, .linear(outputs: 2)]),
        ])

    private func package(_ architecture: Architecture, _ labels: [String], _ change: (inout TrainingOptions) -> Void)
        throws -> ModelPackage
    {
        var options = TrainingOptions()
        change(&options)
        return ModelPackage(
            try Network(architecture, seed: 3), featureVersion: "f", labels: labels,
            lineage: Lineage(options: options))
    }

    @Test("A file's targets are read head by head, and outputs become what the losses say, calibrated")
    func files() async throws {
        var package = try package(Self.network, ["plus", "x", "y"]) {
            $0.losses = ["profile": .poisson, "marks": .binaryCrossEntropy()]
        }
        package.calibrations = ["marks": Calibration(temperature: 2)]
        let kind = try ScoredExamples.Kind(of: package)
        let parts: [ScoredExamples.Kind.Part] = [
            .init(name: "profile", kind: .counts(names: ["plus"]), places: 4, shape: [4, 1]),
            .init(name: "marks", kind: .labels(names: ["x", "y"]), places: 1, shape: [2]),
        ]
        #expect(kind == .heads(parts))
        let inputs = (0..<24).map { Float($0) / 10 - 1 }
        let bytes = Safetensors.encode(tensors: [
            .init(name: "inputs", shape: [3, 4, 2], floats: inputs),
            .init(name: "targets.profile", dtype: .u8, shape: [3, 4, 1], bytes: (0..<12).map { UInt8($0) }),
            .init(name: "targets.marks", shape: [3, 2], floats: [0, 1, 1, .nan, 0, 0]),
        ])
        let task = NetworkEvaluation(kind: kind, featureVersion: "f")
        let file = try task.read(bytes, name: "x")
        #expect(Array(file.targets[6..<11]) == [4, 5, 6, 7, 1] && file.targets[11].isNaN)
        let predicted = try await task.predict(bytes, package: package)
        let outputs = try InferenceModel(package).predict(inputs, count: 3)
        #expect(abs(predicted[0] - exp(outputs[0])) < 1e-5)
        #expect(abs(predicted[4] - 1 / (1 + exp(-outputs[4] / 2))) < 1e-5)
        let examples = try ScoredExamples(kind: kind, predictions: predicted, targets: file.targets)
        #expect(EvaluationReport(examples).metrics["profile.poisson-deviance"] != nil)

        let other = NetworkEvaluation(kind: .labels(names: ["x", "y"]), featureVersion: "f")
        let error = await #expect(throws: RegistryError.self) { try await other.predict(bytes, package: package) }
        #expect(error?.description.contains("profile of the counts plus at 4 places") == true)
    }

    @Test("A network of counts is judged on a set of counts, and not by the metrics of numbers")
    func poisson() async throws {
        let package = try package(Architecture(input: [2], layers: [.linear(outputs: 1)]), ["n"]) { $0.loss = .poisson }
        let bytes = Safetensors.encode(tensors: [
            .init(name: "inputs", shape: [2, 2], floats: [0, 1, 1, 0]),
            .init(name: "targets", shape: [2], floats: [3, 0]),
        ])
        let counts = NetworkEvaluation(kind: .counts(names: ["n"]), featureVersion: "f")
        #expect(try await counts.predict(bytes, package: package).allSatisfy { $0 > 0 })
        for kind in [ScoredExamples.Kind.regression, .numbers(names: ["n", "m"]), .counts(names: ["other"])] {
            let task = NetworkEvaluation(kind: kind, featureVersion: "f")
            let error = await #expect(throws: RegistryError.self) { try await task.predict(bytes, package: package) }
            #expect(error?.description.contains("the counts n") == true)
        }
    }
}
