import Foundation
import Testing

@testable import NeuralNetwork

/// Trainings on folds, and of several members.
@Suite("Repeated trainings")
struct RepeatedTrainingTests {
    private let bench: BaseExamples

    init() throws { bench = try BaseExamples() }

    private func numbers(_ name: String, _ values: [Int64]) -> Safetensors.Tensor {
        let bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) } }
        return .init(name: name, dtype: .i64, shape: [values.count], bytes: bytes)
    }

    /// Sequences with their folds.
    private func file(_ folds: [Int64]?, groups: [Int64]? = nil, noise: Bool = false) throws -> SafetensorsFile {
        let count = 120
        var targets = (0..<count).map { Float($0 % 2) }
        if noise {
            var random = SplitMix64(seed: 4)
            targets = targets.map { _ in Float(random.index(below: 2)) }
        }
        var tensors: [Safetensors.Tensor] = [
            .init(
                name: "inputs", dtype: .u8, shape: [count, BaseExamples.length], bytes: BaseExamples.codes(count)),
            .init(name: "targets", shape: [count], floats: targets),
        ]
        if let folds { tensors.append(numbers("folds", folds)) }
        if let groups { tensors.append(numbers("groups", groups)) }
        let path = bench.folder.appending(path: UUID().uuidString).path
        try Data(Safetensors.encode(tensors: tensors)).write(to: URL(filePath: path))
        return try SafetensorsFile(path: path)
    }

    private static let three = (0..<120).map { Int64($0 / 2 % 3) + 7 }

    private func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch { return "\(error)" }
    }

    @Test("Each fold is judged by a network that has not seen it, and the model is the one of all examples")
    func folds() throws {
        let training = try bench.training([file(Self.three)], BaseExamples.options(20))
        let package = try RepeatedTraining(training, folds: true).fit(TrainingSession(workers: 2))
        #expect(try package.weights == training.fit(TrainingSession()).weights)
        let table = try #require(FoldTable(package.lineage.metrics))
        #expect(table.folds == [7, 8, 9])
        #expect(table.rows.first { $0.name == "examples" }?.values == [40, 40, 40])
        let accuracy = try #require(table.rows.first { $0.name == "accuracy" })
        #expect(accuracy.mean > 0.8 && accuracy.mean == package.lineage.metrics["validation.accuracy.mean-of-folds"])
        #expect(accuracy.deviation == package.lineage.metrics["validation.accuracy.deviation-of-folds"])
        #expect(package.lineage.split.contains("3 folds"))

        // The network of one fold, made by hand: the same figures.
        let indices = (0..<120).filter { Self.three[$0] != 8 }
        let network = try training.train(indices, seed: training.options.seed, in: TrainingSession()).network
        let own = try InferenceModel(network).metrics(
            training.training, indices: (0..<120).filter { Self.three[$0] == 8 })
        #expect(own.classification?.accuracy == accuracy.values[1])
    }

    @Test("Where nothing can be learned the folds say so")
    func noise() throws {
        let options = BaseExamples.options(40) { $0.learningRate = 0.05 }
        let training = try bench.training([file(Self.three, noise: true)], options)
        let metrics = try RepeatedTraining(training, folds: true).fit(TrainingSession()).lineage.metrics
        #expect(try #require(metrics["validation.accuracy.mean-of-folds"]) < 0.7)
    }

    @Test("Folds that leak, are missing or are one, and examples that are held out besides, are refused")
    func refused() throws {
        func words(_ file: SafetensorsFile, _ options: TrainingOptions = BaseExamples.options()) -> String {
            refusal { _ = try RepeatedTraining(bench.training([file], options), folds: true) }
        }
        #expect(try words(file(nil)).contains("a tensor `folds`"))
        #expect(try words(file(Array(repeating: 2, count: 120))).contains("two values"))
        #expect(
            try words(file(Self.three, groups: (0..<120).map { Int64($0 / 40) })).contains(
                "group 0 are in several folds"))
        #expect(try words(file(Self.three, groups: Self.three)).isEmpty)
        let held = BaseExamples.options { $0.validationShare = 0.2 }
        #expect(try words(file(Self.three), held).contains("nothing else is held out"))
    }

    @Test("An ensemble is one network whose outputs are the means of its members', from seeds one after the other")
    func ensemble() throws {
        let options = BaseExamples.options { $0.validationShare = 0.3 }
        let training = try bench.training([file(nil)], options)
        let package = try RepeatedTraining(training, folds: false, members: 3).fit(TrainingSession())
        let inputs = BaseExamples.codes(5, seed: 9).map(Float.init)
        var mean = [Float](repeating: 0, count: 10)
        for member in 0..<3 {
            let network = try training.train(
                training.fitted, seed: options.seed + UInt64(member), in: TrainingSession()
            ).network
            for (place, value) in try InferenceModel(network).predict(inputs, count: 5).enumerated() {
                mean[place] += value / 3
            }
        }
        let joined = try InferenceModel(package).predict(inputs, count: 5)
        #expect(difference(joined, mean.map(Double.init)) < 1e-5)
        #expect(package.lineage.split.contains("the mean of 3 networks"))
        #expect(try ModelPackage(decoding: package.encode()) == package)

        var headed = BaseExamples.architecture()
        headed.heads = [Head(name: "only", layers: [.linear(outputs: 2)])]
        let network = try Network(headed, seed: 1)
        #expect(throws: NeuralNetworkError.self) { try Network.mean(of: [network, network]) }
    }
}
