/// Named tensors and string metadata in one file, in the safetensors format of Hugging Face: a little-endian 64-bit
/// header length, a JSON header, then the tensors' bytes without gaps.
public struct Safetensors: Sendable, Hashable {
    /// The type of a tensor's elements; the raw value is the format's word.
    public enum DType: String, Sendable, Hashable, CaseIterable {
        // The words are the documentation.
        case bool = "BOOL"
        case u8 = "U8"
        case i8 = "I8"
        case f8e5m2 = "F8_E5M2"
        case f8e4m3 = "F8_E4M3"
        case i16 = "I16"
        case u16 = "U16"
        case f16 = "F16"
        case bf16 = "BF16"
        case i32 = "I32"
        case u32 = "U32"
        case f32 = "F32"
        case f64 = "F64"
        case i64 = "I64"
        case u64 = "U64"

        /// Bytes of one element.
        public var size: Int {
            switch self {
            case .bool, .u8, .i8, .f8e5m2, .f8e4m3: 1
            case .i16, .u16, .f16, .bf16: 2
            case .i32, .u32, .f32: 4
            case .f64, .i64, .u64: 8
            }
        }
    }

    /// One tensor: row-major, little-endian.
    public struct Tensor: Sendable, Hashable {
        /// Unique in its file.
        public var name: String
        /// The type of an element.
        public var dtype: DType
        /// The size of each dimension; empty for a single number.
        public var shape: [Int]
        /// The elements.
        public var bytes: [UInt8]

        /// A tensor of bytes whose number fits type and shape.
        public init(name: String, dtype: DType, shape: [Int], bytes: [UInt8]) {
            self.name = name
            self.dtype = dtype
            self.shape = shape
            self.bytes = bytes
        }

        /// An `F32` tensor.
        public init(name: String, shape: [Int], floats: [Float]) {
            let bytes = floats.withUnsafeBytes(Array.init)
            self.init(name: name, dtype: .f32, shape: shape, bytes: bytes)
        }

        /// The elements of an `F32` tensor, or nil if it is of another type.
        public var floats: [Float]? {
            guard dtype == .f32 else { return nil }
            return Array(unsafeUninitializedCapacity: bytes.count / 4) { buffer, filled in
                UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes.prefix(bytes.count / 4 * 4))
                filled = bytes.count / 4
            }
        }
    }

    /// The tensors, in the order of their bytes.
    public var tensors: [Tensor]
    /// The free text of the header's `__metadata__`.
    public var metadata: [String: String]

    /// Tensors and metadata.
    public init(tensors: [Tensor], metadata: [String: String] = [:]) {
        self.tensors = tensors
        self.metadata = metadata
    }

    /// The tensor of this name.
    public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

    /// The file; see `encode(tensors:metadata:)`.
    public func encode() -> [UInt8] { Self.encode(tensors: tensors, metadata: metadata) }

    /// Writes a file: the same bytes for the same content, whatever the order of tensors.
    ///
    /// As in Hugging Face's own writer, wider types come first and then names decide, and spaces end the header on a
    /// multiple of 8, so that all elements are aligned.
    public static func encode(tensors: [Tensor], metadata: [String: String] = [:]) -> [UInt8] {
        let tensors = tensors.sorted { ($1.dtype.size, $0.name) < ($0.dtype.size, $1.name) }
        precondition(Set(tensors.map(\.name)).count == tensors.count && !tensors.contains { $0.name == metadataKey })
        var entries: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            entries.append("\"\(metadataKey)\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in tensors {
            precondition(tensor.bytes.count == tensor.shape.reduce(tensor.dtype.size, *))
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let end = offset + tensor.bytes.count
            entries.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.dtype.rawValue)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { file += $0 }
        file += header
        for tensor in tensors { file += tensor.bytes }
        return file
    }

    static let metadataKey = "__metadata__"

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{00}"..<"\u{20}":
                let hex = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
