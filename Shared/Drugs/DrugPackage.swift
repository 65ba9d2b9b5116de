import Foundation
import NeuralNetwork

/// What a model or a training of molecules could not do, in a sentence.
public struct DrugError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened and what to do about it.
    public let description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}

/// What a kernel model keeps in its package beside the network on its kernels: tables and a document.
struct PackageTensors {
    private let package: ModelPackage
    /// What the names of its tensors begin with.
    private var prefix = ""

    /// The tensors whose names begin so, by what follows.
    func part(_ prefix: String) -> PackageTensors {
        var part = self
        part.prefix += prefix
        return part
    }

    /// Reads a package; throws where it is no model of this kind.
    init(_ package: ModelPackage, kind: String) throws(DrugError) {
        guard package.featureVersion == kind, package.taskOptions != nil else {
            throw DrugError(
                "it reads features of version \(package.featureVersion.isEmpty ? "(none)" : package.featureVersion), and a model of this kind "
                    + "those of \(kind)")
        }
        self.package = package
    }

    /// A package: the network with these weights, parameter by parameter in its order, and what is kept beside it.
    static func package<Head: Encodable>(
        kind: String, head: Head, architecture: Architecture, weights: [Float], labels: [String], lineage: Lineage,
        tables: [Safetensors.Tensor]
    ) throws -> ModelPackage {
        let network = try Network(architecture, seed: 0)
        precondition(weights.count == network.parameterCount, "a weight a parameter")
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var package = ModelPackage(network, featureVersion: kind, labels: labels, lineage: lineage)
        package.weights = weights
        package.taskOptions = String(decoding: try encoder.encode(head), as: UTF8.self)
        package.tables = tables
        return package
    }

    /// The document that is kept beside the network.
    func head<Value: Decodable>() throws(DrugError) -> Value {
        guard let text = package.taskOptions,
            let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
        else { throw DrugError("what the package says of its model cannot be read") }
        return value
    }

    /// The weights of a network whose parameters are so many.
    func weights(count: Int) throws(DrugError) -> [Double] {
        guard package.weights.count == count, package.weights.allSatisfy(\.isFinite) else {
            throw DrugError(
                "the network of the package has \(package.weights.count) weights, and its tables need \(count)")
        }
        return package.weights.map(Double.init)
    }

    /// The numbers of a tensor.
    func numbers<Number: FixedWidthInteger>(
        _ name: String, _ dtype: Safetensors.DType
    ) throws(DrugError) -> [Number] {
        let name = prefix + name
        guard let tensor = package.tables.first(where: { $0.name == name }), tensor.dtype == dtype,
            dtype.size == Number.bitWidth / 8
        else {
            throw DrugError("the package has no tensor \(name) of \(dtype.rawValue)")
        }
        return tensor.bytes.withUnsafeBytes { raw in
            (0..<raw.count / dtype.size).map {
                Number(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * dtype.size, as: Number.self))
            }
        }
    }

    /// Doubles, all of them finite, and as many as there have to be.
    func doubles(_ name: String, count: Int) throws(DrugError) -> [Double] {
        let bits: [UInt64] = try numbers(name, .f64)
        let values = bits.map { Double(bitPattern: $0) }
        guard values.count == count, values.allSatisfy(\.isFinite) else {
            throw DrugError("the tensor \(name) of the package is not \(count) finite numbers")
        }
        return values
    }

    /// Text, a line each.
    func lines(_ name: String) throws(DrugError) -> [String] {
        let bytes: [UInt8] = try numbers(name, .u8)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }
}

extension Safetensors.Tensor {
    /// A tensor of whole numbers.
    init<Number: FixedWidthInteger>(name: String, numbers: [Number], dtype: Safetensors.DType, shape: [Int]? = nil) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * dtype.size)
        for number in numbers { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
        self.init(name: name, dtype: dtype, shape: shape ?? [numbers.count], bytes: bytes)
    }

    /// A tensor of doubles.
    init(name: String, doubles: [Double]) { self.init(name: name, numbers: doubles.map(\.bitPattern), dtype: .f64) }

    /// Text, a line each.
    init(name: String, lines: [String]) {
        self.init(name: name, numbers: Array(lines.map { $0 + "\n" }.joined().utf8), dtype: .u8)
    }
}
