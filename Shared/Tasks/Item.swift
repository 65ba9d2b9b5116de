/// One input record of a task that reads no reads.
public struct Item: Sendable, Hashable {
    /// The record's place in the input, counted from 0.
    public var record: Int
    /// What the input calls it, without tabs and line ends; may be empty.
    public var name: String
    /// The fields, as many as its source has columns; none where there is a problem.
    public var fields: [[UInt8]]
    /// Why the record cannot be used.
    public var problem: String?

    /// A record.
    public init(record: Int, name: String, fields: [[UInt8]]) {
        self.record = record
        self.name = Self.plain(name)
        self.fields = fields
    }

    /// A record that cannot be used.
    public init(record: Int, name: String, problem: String) {
        self.record = record
        self.name = Self.plain(name)
        fields = []
        self.problem = Self.plain(problem)
    }

    /// Text without control characters, as tables and rows can hold it.
    public static func plain(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        return String(text.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) })
    }
}

/// The records of an input, one after the other.
public protocol ItemSource: AnyObject {
    /// The names of the fields of its items.
    var columns: [String] { get }
    /// The next record, nil behind the last.
    ///
    /// A record that cannot be used is an item with its problem; throws where the rest of the file cannot be read.
    func next() throws -> Item?
    /// Bytes of the file that were read.
    var bytesRead: Int64 { get }
    /// The file's size; nil for a pipe.
    var totalBytes: Int64? { get }
    /// What is to be said of all that was read, though every record can be used: a sentence each.
    var remarks: [String] { get }
    /// As many of the next records as make about so many bytes, at least one; nil behind the last.
    func nextBatch(bytes limit: Int) throws -> ItemBatch?
}

extension ItemSource {
    /// Nothing.
    public var remarks: [String] { [] }

    /// Gathers records.
    public func nextBatch(bytes limit: Int) throws -> ItemBatch? {
        var batch = ItemBatch(columns: columns)
        var bytes = 0
        while bytes < limit, let item = try next() {
            bytes += item.name.utf8.count + item.fields.reduce(16) { $0 + $1.count }
            batch.items.append(item)
        }
        return batch.items.isEmpty ? nil : batch
    }
}
