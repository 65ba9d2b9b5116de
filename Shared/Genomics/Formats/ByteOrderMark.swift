/// The bytes with which some editors begin a text file; none of the field's formats allows them.
public enum ByteOrderMark {
    /// The mark of UTF-8, which can be passed over: what follows it is plain text.
    public static let utf8: [UInt8] = [0xef, 0xbb, 0xbf]

    /// What to do about a file whose first bytes are these; nil for a file without a mark.
    public static func remedy(_ start: some Collection<UInt8>) -> String? {
        if start.starts(with: utf8) {
            return "the file begins with a byte order mark (EF BB BF); remove it: sed -i '1s/^\\xEF\\xBB\\xBF//'"
        }
        return isUTF16(start) ? "the file is UTF-16 text; save it as plain ASCII: iconv -f UTF-16 -t ASCII" : nil
    }

    /// Whether the text is of two bytes a character, which cannot be passed over.
    public static func isUTF16(_ start: some Collection<UInt8>) -> Bool {
        start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff])
    }
}
