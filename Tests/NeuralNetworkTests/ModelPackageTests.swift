import Foundation
import Hashing
import Testing

@testable import NeuralNetwork

@Suite("Model packages")
struct ModelPackageTests {
    static func package() throws -> ModelPackage {
        let architecture = Architecture(
            input: [5, 4],
            layers: [
                .conv1d(filters: 3, kernel: 3), .gru(hidden: 2), .flatten, .dropout(rate: 0.5), .linear(outputs: 2),
            ])
        return ModelPackage(
            try Network(architecture, seed: 4), featureVersion: "pileup/2", labels: ["reference", "variant"],
            calibration: Calibration(temperature: 1.25),
            lineage: Lineage(
                data: ["truth": "ab12"], split: "chr20 held out", command: "helicase train", seed: .max,
                options: TrainingOptions(), metrics: ["validation.accuracy": 0.1]))
    }

    @Test("A package is read back as it was written, with the same digest")
    func roundTrip() throws {
        let package = try Self.package()
        let decoded = try ModelPackage(decoding: try package.encode())
        #expect(decoded == package)
        #expect(try decoded.digest() == package.digest())
        let input = noise(20)
        #expect(
            try InferenceModel(decoded).predict(input, count: 1) == InferenceModel(package).predict(input, count: 1))
    }

    @Test("Tables travel with the weights; a file that lacks one, or has one that nobody names, is refused")
    func tables() throws {
        var package = try Self.package()
        package.tables = [.init(name: "known", dtype: .u8, shape: [3], bytes: [1, 2, 3])]
        let bytes = try package.encode()
        #expect(try ModelPackage(decoding: bytes) == package)
        let file = try Safetensors.decode(bytes)
        #expect(throws: NeuralNetworkError.self) {
            try ModelPackage(
                decoding: Safetensors.encode(
                    tensors: file.tensors.filter { $0.name != "known" }, metadata: file.metadata))
        }
        var unnamed = file.metadata
        unnamed["tables"] = nil
        #expect(throws: NeuralNetworkError.self) {
            try ModelPackage(decoding: Safetensors.encode(tensors: file.tensors, metadata: unnamed))
        }
        #expect(throws: NeuralNetworkError.self) { try package.encodeONNX() }
    }

    @Test("Parameters have PyTorch's names")
    func names() throws {
        #expect(
            try Safetensors.decode(Self.package().encode()).tensors.map(\.name) == [
                "0.bias", "0.weight", "1.bias_hh_l0", "1.bias_ih_l0", "1.weight_hh_l0", "1.weight_ih_l0", "4.bias",
                "4.weight",
            ])
    }

    @Test("Weights that no layer can use are neither written nor read: not finite, or a variance below 0")
    func unusableWeights() throws {
        let architecture = Architecture(input: [2], layers: [.linear(outputs: 2), .batchNorm()])
        var package = ModelPackage(
            try Network(architecture, seed: 1), featureVersion: "1", labels: ["a", "b"])
        let written = try package.encode()
        var content = try Safetensors.decode(written)
        let index = try #require(content.tensors.firstIndex { $0.name == "1.running_var" })
        content.tensors[index] = .init(name: "1.running_var", shape: [2], floats: [1, -0.5])
        let error = #expect(throws: NeuralNetworkError.self) { try ModelPackage(decoding: content.encode()) }
        #expect(error?.place == "1.running_var" && error?.description.contains("none may be below 0") == true)
        for value in [Float.nan, .infinity] {
            package.weights[0] = value
            #expect(throws: NeuralNetworkError.self) { try package.encode() }
        }
    }

    @Test("A package whose parts do not fit is refused with the part's name")
    func mismatches() throws {
        let package = try Self.package()
        func refused(_ change: (inout Safetensors) -> Void) throws -> String? {
            var content = try Safetensors.decode(package.encode())
            change(&content)
            return #expect(throws: NeuralNetworkError.self) { try ModelPackage(decoding: content.encode()) }?.place
        }
        #expect(try refused { $0.metadata["helicase.model"] = "2" } == "helicase.model")
        #expect(try refused { $0.metadata["labels"] = #"["one"]"# } == "labels")
        #expect(try refused { $0.metadata["calibration"] = #"{"temperature": 0}"# } == "calibration")
        #expect(try refused { $0.metadata["featureVersion"] = nil } == "featureVersion")
        #expect(try refused { $0.metadata["architecture"] = #"{"input": [5, 4]}"# } == "architecture")
        #expect(try refused { $0.tensors.removeAll { $0.name == "4.bias" } } == "4.bias")
        #expect(try refused { $0.tensors[0].shape = [1, 3] } == "0.bias")
        #expect(try refused { $0.tensors[0] = .init(name: "0.bias", shape: [3], floats: [0, .nan, 0]) } == "0.bias")
        #expect(try refused { $0.tensors.append(.init(name: "extra", shape: [], floats: [0])) } == nil)
    }

    @Test("SHA-256 gives the standard's digests")
    func digests() {
        #expect(SHA256Digest.hexadecimal(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256Digest.hexadecimal(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256Digest.hexadecimal(of: Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8))
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
        #expect(
            SHA256Digest.hexadecimal(of: Array(repeating: UInt8(ascii: "a"), count: 1000))
                == "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3")
    }
}
