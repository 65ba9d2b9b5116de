import Foundation
import Testing

@testable import NeuralNetwork

/// Examples that stay in their files.
@Suite("Examples in files")
struct FileExamplesTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "examples-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func write(
        _ name: String, _ tensors: [Safetensors.Tensor], _ metadata: [String: String] = [:]
    ) throws -> String {
        let file = folder.appending(path: name)
        try Data(Safetensors.encode(tensors: tensors, metadata: metadata)).write(to: file)
        return file.path
    }

    /// `count` examples of two inputs, whose numbers say which they are.
    private func inputs(_ range: Range<Int>) -> Safetensors.Tensor {
        .init(name: "inputs", shape: [range.count, 2], floats: range.flatMap { [Float($0), -Float($0)] })
    }

    private func read(_ source: FileExamples, _ index: Int, targets: Int = 1) throws -> [Float] {
        var values = [Float](repeating: .nan, count: 2 + targets)
        try values.withUnsafeMutableBufferPointer { values in
            try source.fill(
                index, into: UnsafeMutableBufferPointer(rebasing: values[..<2]),
                target: UnsafeMutableBufferPointer(rebasing: values[2...]))
        }
        return values
    }

    @Test("Files follow each other, whatever the type of their targets, and those without examples do not count")
    func types() throws {
        let signed = [3, -1].flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) }
        let paths = try [
            write("a", [inputs(0..<3), .init(name: "targets", dtype: .u8, shape: [3], bytes: [0, 255, 1])]),
            write("b", [inputs(0..<0), .init(name: "targets", shape: [0], floats: [])]),
            write("c", [inputs(3..<5), .init(name: "targets", dtype: .i64, shape: [2], bytes: signed)]),
            write("d", [inputs(5..<6), .init(name: "targets", shape: [1, 1], floats: [0.5])]),
        ]
        let source = try FileExamples(files: SafetensorsFile.open(paths))
        #expect(source.count == 6)
        source.prefetch([0, 5, 3])
        let targets: [Float] = [0, 255, 1, 3, -1, 0.5]
        for index in 0..<6 {
            let values = try read(source, index)
            #expect(values == [Float(index), -Float(index), targets[index]])
        }
    }

    @Test("Several targets an example are read together; missing ones stay no numbers")
    func severalTargets() throws {
        let path = try write(
            "a", [inputs(0..<2), .init(name: "targets", shape: [2, 3], floats: [1, 2, 3, 4, .nan, 6])])
        let values = try read(FileExamples(files: SafetensorsFile.open([path])), 1, targets: 3)
        #expect(values[..<3] == [1, -1, 4] && values[3].isNaN && values[4] == 6)
    }

    @Test("More files than are kept open are read all the same")
    func manyFiles() throws {
        let paths = try (0..<200 + 20).map {
            try write("\($0)", [inputs($0..<$0 + 1), .init(name: "targets", shape: [1], floats: [Float($0)])])
        }
        let source = try FileExamples(files: SafetensorsFile.open(paths))
        for index in [0, 200 - 1, 200, paths.count - 1] {
            #expect(try read(source, index)[2] == Float(index))
        }
    }

    @Test("What is no set of examples is refused by name: no file, no tensor, another type, other counts, a cut file")
    func malformed() throws {
        let targets = Safetensors.Tensor(name: "targets", shape: [2], floats: [0, 1])
        let whole = try write("whole", [inputs(0..<2), targets])
        let cut = folder.appending(path: "cut").path
        try Data(contentsOf: URL(filePath: whole)).dropLast(4).write(to: URL(filePath: cut))
        let cases = try [
            ("absent", folder.appending(path: "absent").path), ("targets", write("inputs-only", [inputs(0..<2)])),
            ("I64", write("wide", [.init(name: "inputs", dtype: .i64, shape: [2, 0], bytes: []), targets])),
            ("groups", write("groups", [inputs(0..<2), targets, .init(name: "groups", shape: [2], floats: [0, 1])])),
            ("[3, 2]", write("counts", [inputs(0..<3), targets])), ("cut", cut),
        ]
        for (text, path) in cases {
            let error = #expect(throws: NeuralNetworkError.self) {
                try FileExamples(files: SafetensorsFile.open([path]))
            }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
    }

    @Test("Numbers that are not finite, a network of another size and a file that is cut off later end in an error")
    func laterTrouble() throws {
        let targets = Safetensors.Tensor(name: "targets", shape: [2], floats: [0, 1])
        let bad = try write("bad", [.init(name: "inputs", shape: [2, 2], floats: [1, 2, 3, -.infinity]), targets])
        let source = try FileExamples(files: SafetensorsFile.open([bad]))
        #expect(try read(source, 0) == [1, 2, 0])
        let infinite = #expect(throws: NeuralNetworkError.self) { try source.checkFinite() }
        #expect(infinite?.place == "example 1 of \(bad)")
        #expect(throws: NeuralNetworkError.self) { try read(source, 0, targets: 2) }
        let shrinking = try write("shrinking", [inputs(0..<2), targets])
        let open = try FileExamples(files: SafetensorsFile.open([shrinking]))
        truncate(shrinking, 20)
        let error = #expect(throws: NeuralNetworkError.self) { try read(open, 1) }
        #expect(error?.description.contains("shorter") == true)
    }

    @Test("A network is fitted from files to the bytes that memory gives, and a file may be set aside to validate")
    func training() throws {
        let examples = TrainingTests.peaks(170)
        let path = try write(
            "all",
            [
                .init(name: "inputs", shape: [170, 12, 2], floats: examples.inputs),
                .init(name: "targets", dtype: .u8, shape: [170], bytes: examples.targets.map { UInt8($0) }),
            ])
        let training = try NetworkTraining(
            architecture: TrainingTests.architecture, options: TrainingTests.options(),
            files: [SafetensorsFile(path: path)])
        let package = try training.fit(TrainingSession(workers: 2))
        let network = try Network(TrainingTests.architecture, seed: TrainingTests.options().seed)
        _ = try Trainer(network, options: TrainingTests.options()).fit(examples)
        #expect(package.weights == network.weights)
        #expect(package.lineage.metrics["validation.examples"] == 34)
        #expect(package.lineage.options?.workers == 1)

        let held = try write(
            "held",
            [
                .init(name: "inputs", shape: [170, 12, 2], floats: examples.inputs),
                .init(name: "targets", dtype: .u8, shape: [170], bytes: examples.targets.map { UInt8($0) }),
            ], ["split": "validation"])
        let divided = try NetworkTraining(
            architecture: TrainingTests.architecture, options: TrainingTests.options(epochs: 1),
            files: [path, held].map { try SafetensorsFile(path: $0) })
        #expect((divided.training.count, divided.validation?.count) == (170, 170))
        let judged = try divided.fit(TrainingSession())
        #expect(judged.labels == ["0", "1", "2"] && judged.lineage.curve?.count == 1)
        #expect(judged.calibration == Calibration(), "fifty of a class are too few to divide")
        #expect(judged.lineage.metrics["best-epoch"] == 1)

        let wrong = #expect(throws: NeuralNetworkError.self) {
            try NetworkTraining(
                architecture: TrainingTests.architecture, options: TrainingTests.options(),
                files: [SafetensorsFile(path: path)], labels: ["a", "b"])
        }
        #expect(wrong?.place == "labels")
    }
}
