import Foundation
import Testing

@testable import NeuralNetwork

/// What inputs, targets and shapes must be, in training, validation and scoring alike.
@Suite("Inputs as they are meant")
struct InputCheckTests {
    private let bench: BaseExamples

    init() throws { bench = try BaseExamples() }

    @Test(
        "A base that is no code is refused where it stands: ASCII, a fraction, a negative number, one above 15",
        arguments: [(65, "65"), (1.5, "1.5"), (-1, "-1"), (16, "16")] as [(Float, String)])
    func bases(value: Float, shown: String) throws {
        let good = try bench.file("good.st")
        let bad = try bench.file("bad.st", seed: 2) { inputs, _ in inputs[3 * BaseExamples.length + 7] = value }
        let expected =
            "example 3 of \(bad.path): \(shown) at position 7 is no base code; A 1, C 2, G 4, T 8, N 15, several letters the "
            + "sum of theirs, padding 0"
        for (training, validation) in [([bad], [good]), ([good], [bad])] {
            let error = #expect(throws: NeuralNetworkError.self) {
                try bench.training(training, validation: validation).fit(TrainingSession())
            }
            #expect(error?.description == expected)
        }
    }

    @Test("A whole file of ASCII letters is refused at its first example")
    func ascii() throws {
        let letters: [Float: Float] = [1: 65, 2: 67, 4: 71, 8: 84]
        let file = try bench.file("asc.st") { inputs, _ in inputs = inputs.map { letters[$0] ?? 0 } }
        let error = #expect(throws: NeuralNetworkError.self) { try bench.training([file]).fit(TrainingSession()) }
        #expect(error?.place == "example 0 of \(file.path)")
        #expect(error?.message.contains("at position 0 is no base code; A 1, C 2, G 4, T 8, N 15") == true)
    }

    @Test("All sixteen codes of bases are taken")
    func everyCode() throws {
        let file = try bench.file("all.st") { inputs, _ in for code in 0..<16 { inputs[code] = Float(code) } }
        _ = try bench.training([file]).fit(TrainingSession())
    }

    @Test(
        "A token that the embedding has no row for is refused, with padding or without",
        arguments: [(25, nil), (-1, nil), (4, nil), (2.5, nil), (25, 0)] as [(Float, Int?)])
    func tokens(value: Float, padding: Int?) throws {
        let architecture = Architecture(
            inputs: [InputSpecification(kind: .tokens, shape: [BaseExamples.length])],
            layers: [.embedding(vocabulary: 4, width: 8, padding: padding), .maxPool(), .linear(outputs: 2)])
        let tokens: [Float: Float] = [1: 0, 2: 1, 4: 2, 8: 3]
        let good = try bench.file("good.st") { inputs, _ in inputs = inputs.map { tokens[$0] ?? 0 } }
        _ = try bench.training([good], architecture: architecture).fit(TrainingSession())
        let bad = try bench.file("tok.st") { inputs, _ in
            inputs = inputs.map { tokens[$0] ?? 0 }
            inputs[0] = value
        }
        let error = #expect(throws: NeuralNetworkError.self) {
            try bench.training([bad], architecture: architecture).fit(TrainingSession())
        }
        #expect(error?.description.contains("at position 0 is no token in 0..<4 of the embedding") == true)
    }

    @Test("Of several inputs the one that is wrong is named")
    func severalInputs() throws {
        let architecture = Architecture(
            inputs: [
                InputSpecification(name: "dna", kind: .bases, shape: [3]), InputSpecification(name: "age", shape: [1]),
            ],
            layers: [
                .parallel([.init([.oneHot, .flatten]), .init([.linear(outputs: 1)], input: "age")]),
                .linear(outputs: 1),
            ])
        let check = try InputCheck(architecture)
        func problem(_ values: [Float]) -> String? { values.withUnsafeBufferPointer { check.problem($0) } }
        #expect(problem([1, 15, 0, 71.5]) == nil)
        #expect(problem([1, 16, 0, 1])?.hasPrefix("16 at position 1 of input dna") == true)
        #expect(problem([1, 2, 4, .nan]) == "nan at position 0 of input age is no finite number")
        #expect(problem([1, 2, 4]) == "there are 3 inputs, and the network has 4")
    }

    @Test("A byte a base gives the network that four bytes give; numbers as bytes are refused")
    func bytes() throws {
        let packages = try [false, true].map { asBytes in
            try bench.training([try bench.file("\(asBytes).st", asBytes: asBytes)]).fit(TrainingSession())
        }
        #expect(packages[0].weights == packages[1].weights)
        let numbers = BaseExamples.architecture(inputs: InputSpecification(shape: [10, 2]))
        let error = #expect(throws: NeuralNetworkError.self) {
            try bench.training([bench.file("n.st", asBytes: true)], architecture: numbers)
        }
        #expect(error?.description.contains("must be F32, and it is U8") == true)
    }

    @Test("A tensor of as many numbers in another shape is refused: its axes may be in another order")
    func shapes() throws {
        func file(_ shape: [Int]) throws -> SafetensorsFile {
            try SafetensorsFile(
                bytes: Safetensors.encode(tensors: [
                    .init(name: "inputs", shape: [6] + shape, floats: noise(6 * 24)),
                    .init(name: "targets", dtype: .u8, shape: [6], bytes: [0, 1, 2, 0, 1, 2]),
                ]), name: "x.st")
        }
        let network = [InputSpecification(shape: [12, 2])]
        #expect(try FileExamples(files: [file([12, 2])], network: network).count == 6)
        for shape in [[2, 12], [24], [12, 2, 1], [4, 6]] {
            let error = #expect(throws: NeuralNetworkError.self) {
                try FileExamples(files: [file(shape)], network: network)
            }
            #expect(error?.description.contains("\(shape), and the network reads [12, 2]") == true)
        }
    }

    @Test("Several inputs may have a tensor each, of types of their own")
    func tensorAnInput() throws {
        let specifications = [
            InputSpecification(name: "dna", kind: .bases, shape: [3]),
            InputSpecification(name: "marks", shape: [3, 2]),
        ]
        let bytes = Safetensors.encode(tensors: [
            .init(name: "inputs.dna", dtype: .u8, shape: [2, 3], bytes: [1, 2, 4, 8, 15, 0]),
            .init(name: "inputs.marks", shape: [2, 3, 2], floats: (0..<12).map(Float.init)),
            .init(name: "targets", shape: [2], floats: [0, 1]),
        ])
        let examples = try FileExamples(
            files: [SafetensorsFile(bytes: bytes, name: "x.st")], network: specifications)
        var (example, target) = ([Float](repeating: .nan, count: 9), [Float](repeating: .nan, count: 1))
        try example.withUnsafeMutableBufferPointer { example in
            try target.withUnsafeMutableBufferPointer { try examples.fill(1, into: example, target: $0) }
        }
        #expect(example == [8, 15, 0, 6, 7, 8, 9, 10, 11] && target == [1])
        let missing = #expect(throws: NeuralNetworkError.self) {
            try FileExamples(
                files: [SafetensorsFile(bytes: bytes, name: "x.st")],
                network: specifications + [InputSpecification(name: "age", shape: [1])])
        }
        #expect(missing?.place == "x.st, inputs.age")
    }
}
