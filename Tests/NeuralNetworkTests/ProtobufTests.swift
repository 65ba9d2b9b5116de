import Testing

@testable import NeuralNetwork

@Suite("Protobuf")
struct ProtobufTests {
    @Test("Fields are written as in the format's documentation")
    func writing() throws {
        let bytes = try ProtobufWriter.bytes { message in
            message.integer(1, 150)
            message.integer(1, -1)
            message.string(2, "testing")
            message.message(3) {
                $0.integer(1, 150)
                $0.message(16) { _ in }
            }
            message.float(4, 1)
        }
        #expect(
            bytes == [
                0x08, 0x96, 0x01,
                0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01,
                0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
                0x1a, 0x06, 0x08, 0x96, 0x01, 0x82, 0x01, 0x00,
                0x25, 0x00, 0x00, 0x80, 0x3f,
            ])
    }

    @Test("What has 2 GiB or more is refused before it is written")
    func greatestMessage() {
        #expect(throws: NeuralNetworkError.self) {
            try ProtobufWriter.bytes { $0.raw(1, count: 1 << 31) { _ in Issue.record("it was written") } }
        }
    }

    @Test("Packed and single integers are read alike, and unknown fields of any kind can be skipped")
    func reading() throws {
        let bytes: [UInt8] = [
            0x08, 0x05, 0x0a, 0x03, 0x96, 0x01, 0x07, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1d, 0, 0, 0x80, 0x3f,
        ]
        var reader = ProtobufReader("Message", bytes[...])
        var integers: [Int] = []
        var float: Float?
        while let field = try reader.next() {
            switch field.number {
            case 1: integers += try field.integers()
            case 3: float = try field.float()
            default: break
            }
        }
        #expect(integers == [5, 150, 7])
        #expect(float == 1)
    }

    @Test(
        "Damaged messages are refused",
        arguments: [
            [0x08], [0x08, 0x80], [0x00, 0x00], [0x0b], [0x0c], [0x0e, 0x01], [0x12, 0x05, 0x41],
            [0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x0d, 0, 0, 0], [0x09, 0, 0],
            [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],
            [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00],
            [0xf8, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x01],
        ] as [[UInt8]])
    func damage(bytes: [UInt8]) {
        #expect(throws: NeuralNetworkError.self) {
            var reader = ProtobufReader("Message", bytes[...])
            while try reader.next() != nil {}
        }
    }

    @Test("A message of very many fields is refused before it fills the memory")
    func manyFields() {
        let bytes = [UInt8](repeating: 0x0a, count: 1 << 18).enumerated().map { $0.offset % 2 == 0 ? $0.element : 0 }
        #expect(throws: NeuralNetworkError.self) {
            var reader = ProtobufReader("Message", bytes[...])
            while try reader.next() != nil {}
        }
    }
}
