import Testing

@testable import NeuralNetwork

@Suite("Safetensors")
struct SafetensorsTests {
    static func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8) + data
    }

    @Test("A file is written byte for byte, tensors by width and name, on aligned offsets")
    func writing() {
        let file = Safetensors.encode(
            tensors: [
                .init(name: "b", dtype: .u8, shape: [3], bytes: [1, 2, 3]),
                .init(name: "z", dtype: .i64, shape: [1], bytes: [1, 0, 0, 0, 0, 0, 0, 0]),
                .init(name: "a", shape: [1, 1], floats: [1]),
            ], metadata: ["k": "v\"\n"])
        let header =
            #"{"__metadata__":{"k":"v\"\u000a"},"z":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"#
            + #""a":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]},"b":{"dtype":"U8","shape":[3],"#
            + #""data_offsets":[12,15]}}"#
        let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(file == Self.file(padded, data: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f, 1, 2, 3]))
    }

    @Test("What is written is read back")
    func roundTrip() throws {
        let content = Safetensors(
            tensors: [
                .init(name: "0.weight", shape: [2, 2], floats: [1, -2, .infinity, 0]),
                .init(name: "empty", shape: [0, 5], floats: []),
                .init(name: "größe 🧬\u{1}", dtype: .bool, shape: [], bytes: [1]),
            ], metadata: ["a": "{\"b\": [\"\\\"]}", "": "é"])
        let decoded = try Safetensors.decode(content.encode())
        #expect(decoded == content)
        #expect(decoded["0.weight"]?.floats == [1, -2, .infinity, 0])
        #expect(try Safetensors.decode(Self.file("{}")) == Safetensors(tensors: []))
    }

    @Test("Escapes, spaces and tensors in any order are read")
    func escapes() throws {
        let header = """
            { "b\\ud83e\\uddec\\u0041\\/" : {"data_offsets": [1, 2], "shape": [], "dtype": "U8"},
              "a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]} } \t
            """
        // The format begins with { at once.
        let content = try Safetensors.decode(Self.file(header, data: [1, 2]))
        #expect(content.tensors.map(\.name) == ["a", "b🧬A/"])
        #expect(content["b🧬A/"]?.bytes == [2])
    }

    static let hostile: [(String, [UInt8])] = [
        ("empty", []),
        ("shorter than the length", [1, 2, 3]),
        ("header longer than the file", [255, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]),
        ("header of 2^64 - 1 bytes", Array(repeating: 255, count: 8) + [0x7b, 0x7d]),
        ("no header", Array(repeating: 0, count: 8)),
        ("not an object", file("[]")),
        ("space first", file(" {}")),
        ("unfinished", file(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,"#, data: [1])),
        ("unfinished string", file(#"{"a"#)),
        ("rest after the object", file("{}x")),
        ("trailing comma", file(#"{"__metadata__":{},}"#)),
        ("not UTF-8", [4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x22]),
        (
            "overlong UTF-8 in a name",
            [8, 0, 0, 0, 0, 0, 0, 0] + Array(#"{""#.utf8) + [0xc0, 0xaf] + Array(#"":{}"#.utf8)
        ),
        ("half a surrogate pair", file(#"{"__metadata__":{"\ud83e":"x"}}"#)),
        ("control character", file("{\"__metadata__\":{\"a\nb\":\"x\"}}")),
        ("unknown escape", file(#"{"__metadata__":{"\x":"x"}}"#)),
        ("metadata that is not text", file(#"{"__metadata__":{"a":1}}"#)),
        ("metadata key twice", file(#"{"__metadata__":{"a":"1","a":"2"}}"#)),
        ("name twice", file(u8("a", 0, 1) + "," + u8("a", 1, 2), wrapped: true, data: [1, 2])),
        ("name twice, once escaped", file(u8("a", 0, 1) + "," + u8("\\u0061", 1, 2), wrapped: true, data: [1, 2])),
        ("overlap", file(u8("a", 0, 2) + "," + u8("b", 1, 3), wrapped: true, data: [1, 2, 3])),
        ("gap", file(u8("a", 0, 1) + "," + u8("b", 2, 3), wrapped: true, data: [1, 2, 3])),
        ("gap at the start", file(u8("a", 1, 2), wrapped: true, data: [1, 2])),
        ("rest of data", file(u8("a", 0, 1), wrapped: true, data: [1, 2])),
        ("data missing", file(u8("a", 0, 4), wrapped: true, data: [1, 2])),
        ("end before begin", file(u8("a", 2, 1), wrapped: true, data: [1, 2])),
        ("negative offset", file(#""a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}"#, wrapped: true)),
        (
            "offset of 2^64",
            file(#""a":{"dtype":"U8","shape":[1],"data_offsets":[0,18446744073709551616]}"#, wrapped: true)
        ),
        ("fraction", file(#""a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}"#, wrapped: true, data: [1])),
        ("leading zero", file(#""a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}"#, wrapped: true, data: [1])),
        ("three offsets", file(#""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}"#, wrapped: true, data: [1])),
        (
            "shape that overflows",
            file(
                #""a":{"dtype":"F64","shape":[4294967296,4294967296,8],"data_offsets":[0,0]}"#, wrapped: true)
        ),
        (
            "shape that overflows but for a zero",
            file(
                #""a":{"dtype":"F64","shape":[0,4294967296,4294967296],"data_offsets":[0,0]}"#, wrapped: true)
        ),
        (
            "size that does not fit the type",
            file(
                #""a":{"dtype":"F32","shape":[1],"data_offsets":[0,1]}"#, wrapped: true, data: [1])
        ),
        ("unknown type", file(#""a":{"dtype":"U7","shape":[1],"data_offsets":[0,1]}"#, wrapped: true, data: [1])),
        (
            "unknown field",
            file(#""a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":1}"#, wrapped: true, data: [1])
        ),
        ("missing field", file(#""a":{"dtype":"U8","data_offsets":[0,1]}"#, wrapped: true, data: [1])),
        ("deep nesting", file(#"{"a":"# + String(repeating: "[", count: 100_000))),
    ]

    private static func u8(_ name: String, _ begin: Int, _ end: Int) -> String {
        #""\#(name)":{"dtype":"U8","shape":[\#(abs(end - begin))],"data_offsets":[\#(begin),\#(end)]}"#
    }

    private static func file(_ entries: String, wrapped: Bool, data: [UInt8] = []) -> [UInt8] {
        file("{\(entries)}", data: data)
    }

    @Test("Hostile files are refused, and none traps", arguments: hostile)
    func refuses(name: String, file: [UInt8]) {
        let error = #expect(throws: NeuralNetworkError.self) { try Safetensors.decode(file) }
        #expect(error?.code == .malformed)
        #expect(error?.message.isEmpty == false)
    }

    @Test("Every truncation and every changed byte of a file is read or refused, and none traps")
    func mutations() throws {
        let file = Safetensors(
            tensors: [
                .init(name: "a", shape: [2], floats: [1, 2]), .init(name: "b", dtype: .u8, shape: [1], bytes: [3]),
            ],
            metadata: ["k": "v"]
        ).encode()
        for length in 0..<file.count {
            #expect(throws: NeuralNetworkError.self) { try Safetensors.decode(Array(file[..<length])) }
        }
        for position in file.indices {
            for byte in [0, 0x22, 0x2c, 0x30, 0x39, 0x5c, 0x7b, 0x7d, 0xff] as [UInt8] {
                var changed = file
                changed[position] = byte
                _ = try? Safetensors.decode(changed)
            }
        }
    }
}
