/// What can name a sample: names stand in file names, in columns of VCF files and in keys of topics.
public enum SampleName {
    /// The rule, as a message ends that refuses a name.
    public static let rule =
        "a name is 1 to 200 printable ASCII characters without spaces and slashes, the first no dot"

    /// Whether a text can name a sample.
    public static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && name.first != "."
            && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "/") }
    }
}
