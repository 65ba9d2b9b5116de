/// Writes the wire format of Protocol Buffers into one array that never moves.
///
/// A message's length stands before it, so each is measured first by the very code that then writes it; weights are
/// not looked at while measuring, and are copied only once.
struct ProtobufWriter {
    /// The bytes so far; empty while measuring.
    private(set) var bytes: [UInt8] = []
    /// The number of bytes so far.
    private(set) var count = 0
    private let measures: Bool

    private init(measuring: Bool) { measures = measuring }

    /// The bytes of what `body` writes; throws if they are more than protobuf allows.
    static func bytes(_ body: (inout ProtobufWriter) -> Void) throws(NeuralNetworkError) -> [UInt8] {
        let count = measure(body)
        guard count <= greatestMessage else {
            throw NeuralNetworkError(
                .unsupported,
                "it would have \(count) bytes and a protobuf message has at most \(greatestMessage): export as safetensors",
                place: "onnx")
        }
        var writer = ProtobufWriter(measuring: false)
        writer.bytes.reserveCapacity(count)
        body(&writer)
        return writer.bytes
    }

    /// 2 GiB less a byte: readers keep sizes in 32 bits.
    static let greatestMessage = Int(Int32.max)

    private static func measure(_ body: (inout ProtobufWriter) -> Void) -> Int {
        var writer = ProtobufWriter(measuring: true)
        body(&writer)
        return writer.count
    }

    /// An integer, also an enum's; a negative one as ten bytes of two's complement.
    mutating func integer(_ field: Int, _ value: Int) {
        key(field, .varint)
        varint(UInt64(bitPattern: Int64(value)))
    }

    /// A single-precision number.
    mutating func float(_ field: Int, _ value: Float) {
        key(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { append($0) }
    }

    /// Text as UTF-8.
    mutating func string(_ field: Int, _ value: String) {
        var value = value
        value.withUTF8 { text in
            raw(field, count: text.count) { $0(UnsafeRawBufferPointer(text)) }
        }
    }

    /// `count` bytes, which `body` hands on in pieces; it isn't called while measuring.
    mutating func raw(_ field: Int, count: Int, _ body: ((UnsafeRawBufferPointer) -> Void) -> Void) {
        key(field, .lengthDelimited)
        varint(UInt64(count))
        if measures {
            self.count += count
        } else {
            let end = self.count + count
            body { append($0) }
            precondition(self.count == end)
        }
    }

    /// A nested message.
    mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
        key(field, .lengthDelimited)
        varint(UInt64(Self.measure(body)))
        body(&self)
    }

    private mutating func key(_ field: Int, _ type: ProtobufWireType) {
        varint(UInt64(field) << 3 | UInt64(type.rawValue))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    private mutating func append(_ byte: UInt8) {
        count += 1
        if !measures { bytes.append(byte) }
    }

    private mutating func append(_ more: UnsafeRawBufferPointer) {
        count += more.count
        if !measures { bytes.append(contentsOf: more) }
    }
}

/// How a field's value is laid out; the groups of old (3 and 4) are not supported.
enum ProtobufWireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
}
