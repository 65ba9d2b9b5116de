import Foundation
import Testing

@testable import NeuralNetwork

/// What examples that do not train are for, and what they can carry.
@Suite("Examples that are held out")
struct HeldExamplesTests {
    private let bench: BaseExamples

    init() throws { bench = try BaseExamples() }

    private func division(
        _ count: Int, groups: [Int64]? = nil, change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> HeldExamples {
        let file = try bench.file("\(UUID()).st", count, groups: groups)
        return try HeldExamples(
            Array(0..<count), of: FileExamples(files: [file]), groups: groups,
            options: BaseExamples.options(change: change), network: Graph(BaseExamples.architecture()))
    }

    @Test("Half choose the epoch, a quarter calibrates and a quarter judges, each example for one thing, by the seed")
    func parts() throws {
        let held = try division(400)
        #expect((held.choosing.count, held.calibrating.count, held.judging.count) == (200, 100, 100))
        #expect(Set(held.choosing + held.calibrating + held.judging) == Set(0..<400) && held.reason == nil)
        #expect(try division(400).calibrating == held.calibrating)
        #expect(try division(400) { $0.seed = 2 }.calibrating != held.calibrating)
    }

    @Test("What is too small for a calibration, or has no probabilities, chooses the epoch alone, and says why")
    func shortage() throws {
        let few = try division(80)
        #expect(few.choosing == Array(0..<80) && few.calibrating.isEmpty && few.judging.isEmpty)
        #expect(few.reason?.contains("temperature calibration needs 20 of each") == true)
        let numbers = try division(400) { $0.loss = .meanSquaredError }
        #expect(numbers.choosing.count == 400 && numbers.reason == "numbers have no probabilities")
        let isotonic = try division(400) { $0.calibration = .isotonic }
        #expect(isotonic.calibrating.isEmpty)
    }

    @Test("A calibration that is asked for and cannot be made is refused before the training")
    func askedFor() throws {
        let (file, held) = (try bench.file("tr.st"), try bench.file("va.st", 80, seed: 2))
        for (method, validation) in [(.temperature, [held]), (.isotonic, [held]), (.temperature, [])]
            as [(Calibration.Method, [SafetensorsFile])]
        {
            let error = #expect(throws: NeuralNetworkError.self) {
                try bench.training(
                    [file], validation: validation, BaseExamples.options { $0.calibration = method })
            }
            #expect(error?.place == "calibration")
        }
    }

    @Test("Calibration and its published error are of different examples, neither of which chose the epoch")
    func published() throws {
        // One label in ten is wrong, so that no temperature is without limit.
        func noisy(_ name: String, _ count: Int, seed: UInt64) throws -> SafetensorsFile {
            try bench.file(name, count, seed: seed) { _, targets in
                for i in stride(from: 0, to: count, by: 10) { targets[i] = 1 - targets[i] }
            }
        }
        let (file, held) = (try noisy("tr.st", 300, seed: 1), try noisy("va.st", 400, seed: 2))
        let training = try bench.training([file], validation: [held], BaseExamples.options(8))
        let package = try training.fit(TrainingSession())
        #expect(package.calibration.temperature != 1)
        #expect(
            package.lineage.split
                == "300 examples train; of 400 others, 200 choose the epoch, 100 calibrate, and 100 give the validation "
                + "figures, divided by the seed")
        let metrics = package.lineage.metrics
        #expect(metrics["validation.examples"] == 100 && metrics["calibration.examples"] == 100)
        let division = try HeldExamples(
            Array(0..<400), of: FileExamples(files: [held]), groups: nil, options: BaseExamples.options(8),
            network: Graph(BaseExamples.architecture()))
        let model = try InferenceModel(package)
        let examples = try FileExamples(files: [held])
        let (logits, targets) = try model.evaluate(examples, indices: division.calibrating)
        #expect(package.calibration == Calibration(fitting: logits, labels: targets.map { Int($0) }, classes: 2))
        let judged = try model.metrics(examples, indices: division.judging, calibration: package.calibration)
        #expect(metrics["validation.calibration-error"] == judged.figures["calibration-error"])
        #expect(metrics["validation.loss"] == judged.loss)
        let chosen = try model.metrics(examples, indices: division.choosing)
        let best = try #require(package.lineage.curve?.compactMap(\.validationLoss).min())
        #expect(abs(chosen.loss - best) < 1e-9)
    }

    @Test(
        "Without a calibration no calibration error is published: the examples chose the epoch by their probabilities")
    func uncalibrated() throws {
        let (file, held) = (try bench.file("tr.st"), try bench.file("va.st", 80, seed: 2))
        let package = try bench.training([file], validation: [held]).fit(TrainingSession())
        #expect(package.calibration == Calibration())
        #expect(package.lineage.metrics["validation.calibration-error"] == nil)
        #expect(package.lineage.metrics["validation.accuracy"] != nil)
        #expect(package.lineage.split.contains("nothing is calibrated: a quarter of those held out has"))
    }

    @Test("Examples that all are told apart set no temperature, and get none")
    func open() {
        let logits: [Float] = [2, -2, 1, -3]
        #expect(Calibration(fitting: logits, labels: [1, 0, 1, 0], classes: 1).isOpen)
        #expect(!Calibration(fitting: logits, labels: [1, 1, 1, 0], classes: 1).isOpen)
        #expect(!Calibration().isOpen)
    }

    @Test("A group is on one side: held out whole, divided whole, and never both trained and validated on")
    func groups() throws {
        let groups = (0..<400).map { Int64($0 / 4) }
        let file = try bench.file("tr.st", 400, groups: groups)
        let options = BaseExamples.options { $0.validationShare = 0.25 }
        let (training, held) = try options.split(400, groups: groups)
        #expect(training.count == 300 && held.count == 100)
        #expect(Set(training.map { groups[$0] }).isDisjoint(with: held.map { groups[$0] }))
        let package = try bench.training([file], options).fit(TrainingSession())
        #expect(package.lineage.split.contains("100 others, drawn by the seed in whole groups,"))

        let parts = try division(400, groups: groups)
        let members = [parts.choosing, parts.calibrating, parts.judging].map { Set($0.map { groups[$0] }) }
        #expect(members.map(\.count) == [50, 25, 25] && members[0].union(members[1]).union(members[2]).count == 100)

        let shared = try bench.file("va.st", 40, seed: 2, groups: (0..<40).map { 99 + Int64($0) })
        let error = #expect(throws: NeuralNetworkError.self) { try bench.training([file], validation: [shared]) }
        #expect(error?.description.hasPrefix("groups: 1 groups, such as 99,") == true)
        let plain = try bench.file("plain.st", 40, seed: 3)
        let mixed = #expect(throws: NeuralNetworkError.self) { try bench.training([file, plain]) }
        #expect(mixed?.place == plain.path)
    }
}
