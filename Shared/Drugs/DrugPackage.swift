import Foundation
import NeuralNetwork

/// What a model or a training of molecules could not do, in a sentence.
public struct DrugError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What happened and what to do about it.
    public let description: String

    /// Makes an error of a sentence.
    public init(_ description: String) { self.description = description }
}

/// The tensors and documents of a package of a kernel model: one safetensors file, as those of networks.
struct PackageTensors {
    private let file: Safetensors

    static let format = "helicase.kernel-model"

    /// Reads a file; throws where it is no model of this kind.
    init(_ bytes: [UInt8], kind: String) throws {
        do { file = try Safetensors.decode(bytes) } catch {
            throw DrugError("this is no package: \(error)")
        }
        guard file.metadata[Self.format] == kind else {
            throw DrugError("this is no model of the kind \(kind), which `helicase train` writes")
        }
    }

    /// The same bytes for the same content.
    static func encode<Head: Encodable>(
        kind: String, head: Head, lineage: Lineage, tensors: [Safetensors.Tensor]
    ) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Safetensors.encode(
            tensors: tensors,
            metadata: [
                format: kind, "model": String(decoding: try encoder.encode(head), as: UTF8.self),
                "lineage": String(decoding: try encoder.encode(lineage), as: UTF8.self),
            ])
    }

    func document<Value: Decodable>(_ name: String) throws(DrugError) -> Value {
        guard let text = file.metadata[name], let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
        else { throw DrugError("the package has no document \"\(name)\" that can be read") }
        return value
    }

    /// The numbers of a tensor.
    func numbers<Number: FixedWidthInteger>(
        _ name: String, _ dtype: Safetensors.DType
    ) throws(DrugError) -> [Number] {
        guard let tensor = file[name], tensor.dtype == dtype, dtype.size == Number.bitWidth / 8 else {
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
