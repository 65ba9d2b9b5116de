/// Reads the fields of one message in the wire format of Protocol Buffers, and trusts no number in it.
///
/// It never descends by itself: whoever asks for a nested message opens a reader on its bytes, so no file makes it
/// recurse. Bytes are slices of the file, not copies.
struct ProtobufReader {
    /// A field as it stands in the file.
    struct Field {
        enum Value {
            case varint(UInt64)
            case fixed32(UInt32)
            case fixed64(UInt64)
            case bytes(ArraySlice<UInt8>)
        }

        let message: String
        let number: Int
        let value: Value
    }

    /// Many more than any graph of ours has, and few enough that a file of empty fields does not fill the memory.
    private static let greatestFieldCount = 1 << 16

    private let message: String
    private var rest: ArraySlice<UInt8>
    private var fieldCount = 0

    /// Reads `bytes`; errors name the message.
    init(_ message: String, _ bytes: ArraySlice<UInt8>) {
        self.message = message
        rest = bytes
    }

    /// The next field, or nil at the end.
    mutating func next() throws(NeuralNetworkError) -> Field? {
        guard !rest.isEmpty else { return nil }
        fieldCount += 1
        guard fieldCount <= Self.greatestFieldCount else {
            throw malformed("there are more than \(Self.greatestFieldCount) fields")
        }
        let key = try varint()
        guard let number = Int32(exactly: key >> 3), number > 0,
            let type = ProtobufWireType(rawValue: UInt8(key & 7))
        else {
            throw malformed("\(key) is no key of a field: the file is damaged, or not ONNX")
        }
        let value: Field.Value =
            switch type {
            case .varint: .varint(try varint())
            case .fixed32: .fixed32(UInt32(try littleEndian(4)))
            case .fixed64: .fixed64(try littleEndian(8))
            case .lengthDelimited: .bytes(try take(try varint()))
            }
        return Field(message: message, number: Int(number), value: value)
    }

    private mutating func varint() throws(NeuralNetworkError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst() {
            let bits = UInt64(byte & 0x7f)
            guard shift < 63 || bits <= 1 else { break }
            value |= bits << shift
            if byte < 0x80 { return value }
            shift += 7
            guard shift < 70 else { break }
        }
        throw malformed("a number is cut off or has more than 64 bits")
    }

    private mutating func littleEndian(_ size: Int) throws(NeuralNetworkError) -> UInt64 {
        try take(UInt64(size)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func take(_ count: UInt64) throws(NeuralNetworkError) -> ArraySlice<UInt8> {
        guard count <= UInt64(rest.count) else {
            throw malformed("a field claims \(count) bytes and \(rest.count) follow: the file is truncated")
        }
        let taken = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        return taken
    }

    private func malformed(_ problem: String) -> NeuralNetworkError {
        NeuralNetworkError(.malformed, problem, place: message)
    }
}

extension ProtobufReader.Field {
    /// An integer, also an enum's.
    func integer() throws(NeuralNetworkError) -> Int {
        guard case .varint(let value) = value else { throw unexpected("an integer") }
        return Int(Int64(bitPattern: value))
    }

    /// The value or, if packed, values of a field of integers.
    func integers() throws(NeuralNetworkError) -> [Int] {
        guard case .bytes(let bytes) = value else { return [try integer()] }
        var integers: [Int] = []
        var packed = ProtobufReader(message, bytes)
        while let value = try packed.packedInteger() { integers.append(value) }
        return integers
    }

    /// A single-precision number.
    func float() throws(NeuralNetworkError) -> Float {
        guard case .fixed32(let value) = value else { throw unexpected("a float") }
        return Float(bitPattern: value)
    }

    /// Bytes, or a nested message.
    func bytes() throws(NeuralNetworkError) -> ArraySlice<UInt8> {
        guard case .bytes(let value) = value else { throw unexpected("bytes") }
        return value
    }

    /// Text, which must be UTF-8.
    func string() throws(NeuralNetworkError) -> String {
        guard let text = String(validating: try bytes(), as: UTF8.self) else { throw unexpected("UTF-8") }
        return text
    }

    private func unexpected(_ what: String) -> NeuralNetworkError {
        NeuralNetworkError(.malformed, "field \(number) must be \(what)", place: message)
    }
}

extension ProtobufReader {
    /// The next of packed integers, or nil at the end.
    fileprivate mutating func packedInteger() throws(NeuralNetworkError) -> Int? {
        rest.isEmpty ? nil : Int(Int64(bitPattern: try varint()))
    }
}
