import Foundation
import NeuralNetwork

extension FuzzEntry {
    /// A model package as safetensors.
    static let package = FuzzEntry("package", longest: 4096) { input in
        let package = try ModelPackage(decoding: input)
        let written = try mustNotThrow("writing it") { try package.encode() }
        let again = try mustNotThrow("what was written") { try ModelPackage(decoding: written) }
        try FuzzFinding.unless(again == package, "another package after writing it")
        try check(package)
    }

    /// A model package as ONNX.
    static let onnx = FuzzEntry("onnx", longest: 4096) { input in
        let package = try ModelPackage(onnx: input)
        let written = try mustNotThrow("writing it") { try package.encodeONNX() }
        let again = try mustNotThrow("what was written") { try ModelPackage(onnx: written) }
        try FuzzFinding.unless(again == package, "another package after writing it")
        try check(package)
    }

    /// An architecture as people write it.
    static let architecture = FuzzEntry("architecture", longest: 1024) { input in
        guard let architecture = try? JSONDecoder().decode(Architecture.self, from: Data(input)) else { return }
        let written = try mustNotThrow("writing it") { try JSONEncoder().encode(architecture) }
        let again = try mustNotThrow("what was written") { try JSONDecoder().decode(Architecture.self, from: written) }
        try FuzzFinding.unless(again == architecture, "another architecture after writing it")
        let shape = try architecture.outputShape()
        try FuzzFinding.unless(!shape.isEmpty && shape.allSatisfy { $0 > 0 }, "an output of shape \(shape)")
    }

    /// The options of a training as people write them.
    static let options = FuzzEntry("options", longest: 1024) { input in
        guard let options = try? JSONDecoder().decode(TrainingOptions.self, from: Data(input)) else { return }
        let written = try mustNotThrow("writing them") { try JSONEncoder().encode(options) }
        let again = try mustNotThrow("what was written") {
            try JSONDecoder().decode(TrainingOptions.self, from: written)
        }
        try FuzzFinding.unless(again == options, "other options after writing them")
    }

    /// A package that was read can be used: its network says something of an example.
    private static func check(_ package: ModelPackage) throws {
        try FuzzFinding.unless(package.weights.allSatisfy(\.isFinite), "a weight that is no number")
        let network = try mustNotThrow("its network") { try Network(package) }
        try FuzzFinding.unless(network.weights == package.weights, "other weights in the network")
    }
}
