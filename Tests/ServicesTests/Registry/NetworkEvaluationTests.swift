import ModelRegistry
import NeuralNetwork
import Testing

@testable import helicase

/// Evaluations of networks that are not the suite's own.
@Suite("Evaluating any network")
struct NetworkEvaluationTests {
    private static let inputs: [Float] = [0.5, -1, 2, 0, 1, 1, -2, 0.25]

    private func file(_ targets: Safetensors.Tensor, inputs: [Float] = inputs) -> [UInt8] {
        Safetensors.encode(
            tensors: [.init(name: "inputs", shape: [inputs.count / 2, 2], floats: inputs), targets],
            metadata: ["split": "validation"])
    }

    private func package(_ outputs: [String], calibration: Calibration = Calibration()) throws -> ModelPackage {
        ModelPackage(
            try Network(Architecture(input: [2], layers: [.linear(outputs: outputs.count)]), seed: 5),
            featureVersion: "f", labels: outputs, calibration: calibration)
    }

    @Test("Classes are scored as the package's calibration says, whatever type the labels have")
    func classes() async throws {
        let task = NetworkEvaluation(kind: .classes(names: ["a", "b"], background: 0), featureVersion: "f")
        let labels: [Safetensors.Tensor] = [
            .init(name: "targets", dtype: .u8, shape: [4], bytes: [0, 1, 1, 0]),
            .init(name: "targets", shape: [4, 1], floats: [0, 1, 1, 0]),
            .init(
                name: "targets", dtype: .i64, shape: [4],
                bytes: [0, 1, 1, 0].flatMap { [$0] + [UInt8](repeating: 0, count: 7) }),
        ]
        let package = try package(["a", "b"], calibration: Calibration(temperature: 2))
        let logits = try InferenceModel(package).predict(Self.inputs, count: 4)
        for targets in labels {
            let read = try task.read(file(targets), name: "x")
            #expect(read.targets == [0, 1, 1, 0] && read.split == "validation" && read.featureVersion == "f")
            let predicted = try await task.predict(read.bytes, package: package)
            #expect(try predicted == package.calibration.probabilities(logits, classes: 2))
        }
    }

    @Test("One output is a probability of yes, or a number")
    func oneOutput() async throws {
        let bytes = file(.init(name: "targets", shape: [4], floats: [0, 1, 1, 0]))
        let package = try package(["y"])
        let outputs = try InferenceModel(package).predict(Self.inputs, count: 4)
        let numbers = NetworkEvaluation(kind: .regression, featureVersion: "f")
        #expect(try await numbers.predict(bytes, package: package) == outputs)
        let yes = try await NetworkEvaluation(kind: .binary, featureVersion: "f").predict(bytes, package: package)
        for (probability, logit) in zip(yes, outputs) { #expect((probability > 0.5) == (logit > 0)) }
    }

    @Test("A network of other outputs or inputs, and files of another form, are refused")
    func refused() async throws {
        let task = NetworkEvaluation(kind: .classes(names: ["a", "b"], background: nil), featureVersion: "f")
        let good = file(.init(name: "targets", shape: [4], floats: [0, 1, 1, 0]))
        await #expect(throws: RegistryError.self) { try await task.predict(good, package: package(["b", "a"])) }
        await #expect(throws: RegistryError.self) { try await task.predict(good, package: package(["a"])) }
        let narrow = Safetensors.encode(
            tensors: [
                .init(name: "inputs", shape: [4, 1], floats: [1, 2, 3, 4]),
                .init(name: "targets", shape: [4], floats: [0, 1, 1, 0]),
            ], metadata: [:])
        await #expect(throws: RegistryError.self) { try await task.predict(narrow, package: package(["a", "b"])) }
        let files = [
            file(.init(name: "targets", shape: [3], floats: [0, 1, 1])),
            file(.init(name: "targets", shape: [2, 2], floats: [0, 1, 1, 0])),
            file(.init(name: "labels", shape: [4], floats: [0, 1, 1, 0])),
            file(.init(name: "targets", shape: [4], floats: [0, 1, 1, 0]), inputs: [.nan, 0, 0, 0, 0, 0, 0, 0]), [],
        ]
        for bytes in files { #expect(throws: RegistryError.self) { try task.read(bytes, name: "x") } }
    }

    @Test("What a training refuses is refused here too: a base that is no code, another shape; groups are read")
    func checks() async throws {
        let task = NetworkEvaluation(kind: .binary, featureVersion: "f")
        let package = ModelPackage(
            try Network(Architecture(bases: 4, layers: [.oneHot, .flatten, .linear(outputs: 1)]), seed: 1),
            featureVersion: "f", labels: ["y"])
        func file(_ inputs: Safetensors.Tensor) -> [UInt8] {
            Safetensors.encode(tensors: [
                inputs, .init(name: "targets", dtype: .u8, shape: [2], bytes: [0, 1]),
                .init(name: "groups", dtype: .u8, shape: [2], bytes: [9, 4]),
            ])
        }
        let bytes = file(.init(name: "inputs", dtype: .u8, shape: [2, 4], bytes: [1, 2, 4, 8, 15, 0, 5, 10]))
        let floats = file(.init(name: "inputs", shape: [2, 4], floats: [1, 2, 4, 8, 15, 0, 5, 10]))
        #expect(try await task.predict(bytes, package: package) == task.predict(floats, package: package))
        #expect(try task.read(bytes, name: "x").groups == [9, 4])
        for (inputs, text) in [
            (
                Safetensors.Tensor(name: "inputs", shape: [2, 4], floats: [1, 2, 4, 8, 65, 67, 71, 84]),
                "65 at position 0"
            ),
            (.init(name: "inputs", shape: [2, 2, 2], floats: [1, 2, 4, 8, 1, 1, 1, 1]), "reads [4]"),
        ] {
            let error = await #expect(throws: RegistryError.self) {
                try await task.predict(file(inputs), package: package)
            }
            #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
        }
    }
}
