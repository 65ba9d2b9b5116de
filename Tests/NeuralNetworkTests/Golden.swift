import Foundation
import Testing

@testable import NeuralNetwork

/// Reference values that `Tools/make_golden.py` took from PyTorch in double precision.
struct Golden: CustomStringConvertible {
    static let names = [
        "linear", "conv1d", "gru", "lstm", "stacked", "packed", "image", "pools", "tokens", "variant", "attention",
        "crossAttention", "branches", "batchNorm",
    ]

    let name: String
    let content: Safetensors
    let architecture: Architecture

    init(_ name: String) throws {
        self.name = name
        content = try Self.content(name)
        architecture = try JSONDecoder().decode(
            Architecture.self, from: Data((content.metadata["architecture"] ?? "").utf8))
    }

    static func content(_ name: String) throws -> Safetensors {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        return try Safetensors.decode(Array(Data(contentsOf: folder.appending(path: "\(name).safetensors"))))
    }

    var description: String { name }

    func network() throws -> Network {
        let network = try Network(architecture, seed: 0)
        try network.load(flat("weights"))
        return network
    }

    func floats(_ name: String) throws -> [Float] {
        try #require(content[name]?.floats, "\(self.name) has no \(name)")
    }

    func doubles(_ name: String) throws -> [Double] {
        try #require(content[name], "\(self.name) has no \(name)").doubles
    }

    func integers(_ name: String) throws -> [Int] {
        let tensor = try #require(content[name], "\(self.name) has no \(name)")
        return tensor.bytes.withUnsafeBytes { Array($0.bindMemory(to: Int.self)) }
    }

    /// All parameters of a kind, in the order of the network's buffer.
    func flat(_ kind: String) throws -> [Float] {
        try Network(architecture, seed: 0).slices.flatMap { slice in
            let name = "\(kind).\(slice.name)"
            return try content[name]?.floats ?? doubles(name).map(Float.init)
        }
    }
}

extension Safetensors.Tensor {
    var doubles: [Double] { bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) } }
}

/// The greatest difference of two arrays, over the greatest magnitude in the second or 1.
func difference(_ a: [Float], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let scale = b.reduce(1) { max($0, abs($1)) }
    return zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
}

/// Numbers that are neither round nor equal, in ±1.
func noise(_ count: Int, seed: UInt64 = 7) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in 2 * random.uniform() - 1 }
}
