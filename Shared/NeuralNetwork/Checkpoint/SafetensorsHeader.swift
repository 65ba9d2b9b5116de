/// A parser of just the JSON that a safetensors header may hold: Foundation's takes the last of two equal keys.
struct SafetensorsHeader {
    struct Entry {
        var name: String
        var dtype: Safetensors.DType
        var shape: [Int]
        var begin: Int
        var end: Int

        /// Bytes by type and shape, and whether they are too many to count.
        var byteCount: (Int, overflow: Bool) {
            var count = dtype.size
            var overflow = false
            // A dimension of 0 makes the product 0 only after the others were checked.
            for dimension in shape where dimension != 0 {
                let product = count.multipliedReportingOverflow(by: dimension)
                (count, overflow) = (product.partialValue, overflow || product.overflow)
            }
            return (shape.contains(0) ? 0 : count, overflow)
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private(set) var entries: [Entry] = []
    private(set) var metadata: [String: String] = [:]

    init(bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    mutating func parse() throws(NeuralNetworkError) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw error("the header is not UTF-8") }
        guard bytes.first == UInt8(ascii: "{") else { throw error("the header does not begin with {") }
        var names: Set<String> = []
        try object { parser, name throws(NeuralNetworkError) in
            guard names.insert(name).inserted else { throw parser.error("the name '\(name)' occurs twice") }
            if name == Safetensors.metadataKey {
                try parser.object { parser, key throws(NeuralNetworkError) in
                    let value = try parser.string()
                    guard parser.metadata.updateValue(value, forKey: key) == nil else {
                        throw parser.error("the metadata key '\(key)' occurs twice")
                    }
                }
            } else {
                try parser.entries.append(parser.entry(name))
            }
        }
        skipSpace()
        guard position == bytes.endIndex else { throw error("the header goes on after its closing }") }
    }

    private mutating func entry(_ name: String) throws(NeuralNetworkError) -> Entry {
        var dtype: Safetensors.DType?
        var shape: [Int]?
        var offsets: [Int]?
        try object { parser, field throws(NeuralNetworkError) in
            switch field {
            case "dtype" where dtype == nil:
                let word = try parser.string()
                dtype = Safetensors.DType(rawValue: word)
                if dtype == nil { throw parser.error("tensor '\(name)' has the unknown dtype '\(word)'") }
            case "shape" where shape == nil: shape = try parser.integers()
            case "data_offsets" where offsets == nil: offsets = try parser.integers()
            default: throw parser.error("tensor '\(name)' has an unknown or second field '\(field)'")
            }
        }
        guard let dtype, let shape, let offsets, offsets.count == 2 else {
            throw error("tensor '\(name)' needs a dtype, a shape and two data_offsets")
        }
        return Entry(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1])
    }

    // MARK: JSON

    private mutating func object(
        _ member: (inout SafetensorsHeader, String) throws(NeuralNetworkError) -> Void
    ) throws(NeuralNetworkError) {
        try expect("{")
        if accept("}") { return }
        repeat {
            let name = try string()
            try expect(":")
            try member(&self, name)
        } while accept(",")
        try expect("}")
    }

    private mutating func integers() throws(NeuralNetworkError) -> [Int] {
        try expect("[")
        if accept("]") { return [] }
        var values: [Int] = []
        repeat { values.append(try integer()) } while accept(",")
        try expect("]")
        return values
    }

    private mutating func integer() throws(NeuralNetworkError) -> Int {
        skipSpace()
        let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        position = digits.endIndex
        guard let value = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30 else {
            throw error("a whole number of at most \(Int.max) was expected")
        }
        return value
    }

    private mutating func string() throws(NeuralNetworkError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try text.append(contentsOf: escape())
            case ..<0x20: throw error("a string holds a control character")
            default: text.append(byte)
            }
        }
    }

    private mutating func escape() throws(NeuralNetworkError) -> [UInt8] {
        let byte = try next()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0c]
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var units = [try codeUnit()]
            if UTF16.isLeadSurrogate(units[0]) {
                guard try next() == UInt8(ascii: "\\"), try next() == UInt8(ascii: "u") else {
                    throw error("a string holds half of a surrogate pair")
                }
                units.append(try codeUnit())
            }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw error("a string holds half of a surrogate pair")
            }
            return Array(text.utf8)
        default: throw error("a string holds an unknown escape")
        }
    }

    private mutating func codeUnit() throws(NeuralNetworkError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(try next())).hexDigitValue else {
                throw error("a \\u escape needs four hexadecimal digits")
            }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private mutating func next() throws(NeuralNetworkError) -> UInt8 {
        guard position < bytes.endIndex else { throw error("the header ends in the middle of a value") }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.endIndex, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.endIndex, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(NeuralNetworkError) {
        guard accept(character) else { throw error("'\(character)' was expected") }
    }

    private func error(_ message: String) -> NeuralNetworkError {
        NeuralNetworkError(.malformed, "byte \(position): \(message)", place: "safetensors header")
    }
}
