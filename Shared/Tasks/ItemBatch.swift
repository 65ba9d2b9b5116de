/// Items on their way: a value of `items`, as a table with tabs.
///
/// The first line names the columns: `record`, `name`, `problem`, and those of the input. A field of an input may hold any byte but tabs
/// and line ends.
public struct ItemBatch: Sendable, Hashable {
    /// The input's columns.
    public var columns: [String]
    /// The records, in the order of the input.
    public var items: [Item]

    private static let own = ["record", "name", "problem"]

    /// A batch.
    public init(columns: [String], items: [Item] = []) {
        self.columns = columns
        self.items = items
    }

    /// The table.
    public func encode() -> [UInt8] {
        var bytes = Array((Self.own + columns).joined(separator: "\t").utf8) + [0x0a]
        bytes.reserveCapacity(
            items.reduce(bytes.count) { $0 + $1.name.utf8.count + $1.fields.reduce(16) { $0 + $1.count } })
        for item in items {
            bytes += "\(item.record)\t\(item.name)\t\(item.problem ?? "")".utf8
            for place in columns.indices {
                bytes.append(0x09)
                if place < item.fields.count { bytes += item.fields[place] }
            }
            bytes.append(0x0a)
        }
        return bytes
    }

    /// Reads the table; throws ``TaskError`` where a line has other columns than the first.
    public init(decoding bytes: [UInt8]) throws(TaskError) {
        var lines = bytes[...].split(separator: 0x0a, omittingEmptySubsequences: true)[...]
        let header = (lines.popFirst() ?? []).split(separator: 0x09, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard header.starts(with: Self.own) else {
            throw TaskError("the first columns are not \(Self.own.joined(separator: ", "))")
        }
        columns = Array(header.dropFirst(Self.own.count))
        items = []
        items.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
            guard fields.count == Self.own.count + columns.count,
                let record = Int(String(decoding: fields[0], as: UTF8.self)), record >= 0
            else { throw TaskError("line \(index + 2) is not a record of \(Self.own.count + columns.count) columns") }
            let name = String(decoding: fields[1], as: UTF8.self)
            if fields[2].isEmpty {
                items.append(Item(record: record, name: name, fields: fields[3...].map(Array.init)))
            } else {
                items.append(
                    Item(record: record, name: name, problem: String(decoding: fields[2], as: UTF8.self)))
            }
        }
    }
}
