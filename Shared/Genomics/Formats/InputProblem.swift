/// Something wrong with one record of an input, after which reading goes on where it can.
public struct InputProblem: Sendable, Hashable, Codable {
    /// The file as it was named by the caller.
    public var file: String
    /// The number of the record in the file, counted from 1; 0 when the trouble is the whole file.
    public var record: Int
    /// The field in the format's own words, such as `QUAL`.
    public var field: String
    /// What is wrong and what became of the record.
    public var message: String
    /// What kind of trouble it is, the same word for every record that has it; problems of one file and kind are counted
    /// together.
    public var kind: String
    /// Whether reads are missing or torn apart because of it; otherwise all reads are used, and it is worth a word only.
    public var isLoss: Bool
    /// The first 200 bytes of the offending record, other than printable ASCII as `\xNN`.
    public var sample: String

    /// Makes a problem; `sample` takes the offending bytes and keeps at most 200 of them.
    ///
    /// Without a `kind`, the field is the kind.
    public init(
        file: String, record: Int, field: String, message: String, kind: String? = nil, isLoss: Bool = true,
        sample: some Sequence<UInt8> = []
    ) {
        self.file = file
        self.record = record
        self.field = field
        self.message = message
        self.kind = kind ?? field
        self.isLoss = isLoss
        self.sample = Self.escaped(sample.prefix(200))
    }

    private static func escaped(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += "\\\\"
            case UInt8(ascii: "\n"): text += "\\n"
            case UInt8(ascii: "\t"): text += "\\t"
            case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }
        return text
    }
}
