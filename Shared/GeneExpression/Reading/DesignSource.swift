import Genomics
import Tasks

/// Designed promoters, by the names of their five elements.
final class DesignSource: ItemSource {
    static let elements = ["up", "minus35", "spacer", "minus10", "background"]

    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let name: Int?
    private let places: [Int]
    private let changes: ChangedColumns
    private var words: WordCheck

    init(path: String, known: String?, changes: String? = nil) throws {
        table = try TableFile(path: path)
        let table = table
        name = table.columns.firstIndex(of: "name")
        places = try Self.elements.map { try table.place(of: $0) }
        self.changes = try ChangedColumns(
            ColumnChange.all(changes, readable: Self.elements), table: table, numbers: [])
        words = WordCheck(known: known)
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }
    var remarks: [String] { words.remarks }

    func next() throws -> Item? {
        guard var record = try table.next() else { return nil }
        let name = name.flatMap { $0 < record.fields.count ? record.fields[$0] : nil } ?? ""
        if let flaw = table.flaw(of: record) { return Item(record: record.number, name: name, problem: flaw) }
        if let problem = changes.change(&record.fields) {
            return Item(record: record.number, name: name, problem: problem)
        }
        // A design without an element has the word of none; controls have none at all.
        let own = zip(Self.elements, places).map { element, place in
            let text = record.fields[place]
            return "\(element)=\(text.isEmpty || text == "NA" ? "none" : text)"
        }
        words.check(own, record: record.number)
        return ExpressionRecord.item(record.number, name: name, words: own)
    }
}

/// Words of an input that a model never met, which are said: of a design they count for nothing, of a condition they make it less like all
/// that is known.
struct WordCheck {
    private let known: Set<String>?
    private var unknown: [String: (first: Int, count: Int)] = [:]

    /// Takes the words that a model knows, one behind the other; nothing is checked where they are not given.
    init(known: String?) {
        self.known = known.map { Set($0.split(separator: ExpressionRecord.separator).map(String.init)) }
    }

    mutating func check(_ words: [String], record: Int) {
        guard let known else { return }
        for word in words where !known.contains(word) {
            unknown[word, default: (record, 0)].count += 1
        }
    }

    /// A sentence a word, in the order of their first records.
    var remarks: [String] {
        unknown.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }.map { word, found in
            "\(word) was never met in training, so nothing is known of what it does: record \(found.first)"
                + (found.count > 1 ? " and \(found.count - 1) more" : "")
        }
    }
}
