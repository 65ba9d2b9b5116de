/// What went wrong with genomic data: where it was, which field, and what to do.
public struct GenomicsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: String, Sendable, Hashable, Codable {
        /// A file is missing or cannot be opened or read.
        case cannotRead
        /// A file cannot be written.
        case cannotWrite
        /// A file ends before its format says it may.
        case truncated
        /// A record or a field breaks its format.
        case malformed
        /// Reads or variants do not fit the reference they are used with.
        case referenceMismatch
        /// Reads or genotypes are of another sample than the one asked for, or of several.
        case sampleMismatch
        /// The format or one of its versions is not supported.
        case unsupported
    }

    /// The kind of trouble.
    public var code: Code
    /// What happened and what to do about it, in one sentence.
    public var message: String
    /// The file, if the trouble is in one.
    public var file: String?
    /// The number of the record in the file, counted from 1.
    public var record: Int?
    /// The field of the record, in the format's own words.
    public var field: String?

    /// Makes an error; `file`, `record` and `field` say where the trouble is.
    public init(_ code: Code, _ message: String, file: String? = nil, record: Int? = nil, field: String? = nil) {
        self.code = code
        self.message = message
        self.file = file
        self.record = record
        self.field = field
    }

    /// `file, record 12, QUAL: message`.
    public var description: String {
        let place = [file, record.map { "record \($0)" }, field].compactMap { $0 }.joined(separator: ", ")
        return place.isEmpty ? message : "\(place): \(message)"
    }
}
