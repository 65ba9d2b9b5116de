import Foundation
import Testing

@testable import NeuralNetwork

/// Trainings of networks with heads from files to packages.
@Suite("Files and packages of heads")
struct HeadFilesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "heads-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    /// A file of the examples of `HeadsTests`, whose counts are a byte each.
    private func file(
        _ count: Int, missing: Bool = true, change: (inout [Safetensors.Tensor]) -> Void = { _ in }
    ) throws -> SafetensorsFile {
        let examples = HeadsTests.examples(count, missing: missing)
        func part(_ range: Range<Int>) -> [Float] {
            (0..<count).flatMap { examples.targets[$0 * 23 + range.lowerBound..<$0 * 23 + range.upperBound] }
        }
        var tensors: [Safetensors.Tensor] = [
            .init(name: "inputs", shape: [count, 10, 4], floats: examples.inputs),
            .init(name: "targets.profile", shape: [count, 10, 2], floats: part(0..<20)),
            .init(name: "targets.kind", shape: [count], floats: part(20..<21)),
            .init(name: "targets.marks", shape: [count, 2], floats: part(21..<23)),
        ]
        change(&tensors)
        let path = folder.appending(path: UUID().uuidString).path
        try Data(Safetensors.encode(tensors: tensors)).write(to: URL(filePath: path))
        return try SafetensorsFile(path: path)
    }

    private func training(_ file: SafetensorsFile, labels: [String]? = nil) throws -> NetworkTraining {
        let options = HeadsTests.options {
            $0.validationShare = 0.5
            $0.learningRate = 0.05
            $0.epochs = 6
        }
        return try NetworkTraining(
            architecture: HeadsTests.architecture, options: options, files: [file], labels: labels, command: "a test")
    }

    @Test("A package of heads has names, a calibration a head and figures by head, and comes back from both formats")
    func package() throws {
        let package = try training(file(2000)).fit(TrainingSession(workers: 2))
        #expect(package.labels == ["profile.0", "profile.1", "kind.0", "kind.1", "kind.2", "marks.0", "marks.1"])
        #expect(Set(package.calibrations.keys) == ["kind", "marks"], "\(package.lineage.split)")
        #expect(package.calibration == Calibration())
        let metrics = package.lineage.metrics
        #expect(metrics["validation.kind.accuracy"] != nil && metrics["validation.profile.poisson-deviance"] != nil)
        #expect(metrics["validation.marks.calibration-error"] != nil)
        #expect(try ModelPackage(decoding: package.encode()) == package)
        let onnx = try package.encodeONNX()
        #expect(try ModelPackage(onnx: onnx) == package)
        let graph = try ONNXModel(decoding: onnx).graph
        #expect(graph.outputs.map(\.name) == ["profile", "kind", "marks"])
        let made = Set(graph.inputs.map(\.name) + graph.initializers.map(\.name) + graph.nodes.flatMap(\.outputs))
        #expect(graph.outputs.allSatisfy { made.contains($0.name) })

        var strange = package
        strange.calibrations["other"] = Calibration(temperature: 2)
        #expect(throws: NeuralNetworkError.self) { try strange.encode() }
        strange = package
        strange.labels.removeLast()
        #expect(throws: NeuralNetworkError.self) { try strange.encode() }
    }

    @Test("Files give the bytes that memory gives; a target of another shape, or a head without one, is refused")
    func files() throws {
        let file = try file(120)
        let options = HeadsTests.options()
        let package = try NetworkTraining(architecture: HeadsTests.architecture, options: options, files: [file])
            .fit(TrainingSession())
        let network = try Network(HeadsTests.architecture, seed: options.seed)
        _ = try Trainer(network, options: options).fit(HeadsTests.examples(120))
        #expect(package.weights == network.weights)

        let flat = try self.file(30) {
            $0[1] = .init(name: "targets.profile", dtype: .f32, shape: [30, 20], bytes: $0[1].bytes)
        }
        let transposed = try self.file(30) {
            $0[1] = .init(name: "targets.profile", dtype: .f32, shape: [30, 2, 10], bytes: $0[1].bytes)
        }
        let silent = try self.file(30) { $0.remove(at: 2) }
        for (file, name) in [(flat, "targets.profile"), (transposed, "[2, 10]"), (silent, "targets.kind")] {
            let error = #expect(throws: NeuralNetworkError.self) { try training(file) }
            #expect(error?.description.contains(name) == true)
        }
        let empty = try self.file(30) { tensors in
            tensors[3] = .init(name: "targets.marks", shape: [30, 2], floats: [Float](repeating: .nan, count: 60))
        }
        let nothing = #expect(throws: NeuralNetworkError.self) { try training(empty) }
        #expect(nothing?.message.contains("no example has a target of the head marks") == true)
        let wrong = try self.file(30, missing: false) { tensors in
            tensors[2] = .init(name: "targets.kind", shape: [30], floats: (0..<30).map { $0 == 9 ? 3 : 0 })
        }
        let error = #expect(throws: NeuralNetworkError.self) { try training(wrong) }
        #expect(error?.message == "targets.kind: the label 3 is not in 0..<3")
        #expect(error?.place?.hasPrefix("example 9 of") == true)
        let missing = try self.file(30) { tensors in
            for index in 1..<4 {
                let shape = tensors[index].shape
                let values = [Float](repeating: .nan, count: shape.reduce(1, *))
                tensors[index] = .init(name: tensors[index].name, shape: shape, floats: values)
            }
        }
        let none = #expect(throws: NeuralNetworkError.self) { try training(missing) }
        #expect(none?.place == "targets")
        #expect(throws: NeuralNetworkError.self) { try training(file, labels: ["a"]) }
    }
}
