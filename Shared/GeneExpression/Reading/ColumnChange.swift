import Genomics
import Tasks

/// A column that is read as if it said something else: `Supplement=NaCl (0.3M)`, `H3K4me3=2.1` or, of numbers, by how much more: `H3K4me3=+1`.
struct ColumnChange: Sendable, Hashable {
    let column: String
    let value: String

    /// Between changes that travel as one option.
    static let separator: Character = "\u{1e}"

    /// Reads `COLUMN=VALUE`; throws `TaskError` for what is none.
    init(_ text: some StringProtocol) throws(TaskError) {
        guard let equal = text.firstIndex(of: "="), equal > text.startIndex else {
            throw TaskError("\"\(text)\" is no change: write COLUMN=VALUE, or COLUMN=+VALUE for so much more")
        }
        column = String(text[..<equal])
        value = String(text[text.index(after: equal)...])
    }

    /// Reads the changes of an option; throws `TaskError` where one is none, names a column that is not read, or one twice.
    static func all(_ option: String?, readable: [String]) throws(TaskError) -> [ColumnChange] {
        var changes: [ColumnChange] = []
        for text in (option ?? "").split(separator: separator) {
            let change = try ColumnChange(text)
            guard readable.contains(change.column) else {
                throw TaskError(
                    "the model does not read \"\(change.column)\", so a change of it changes nothing; it reads "
                        + readable.joined(separator: ", "))
            }
            guard !changes.contains(where: { $0.column == change.column }) else {
                throw TaskError("\"\(change.column)\" is changed twice")
            }
            changes.append(change)
        }
        return changes
    }

    /// The number that comes of another one: the value, or with a sign so much more or less.
    ///
    /// Nil where the value is no number, or more is asked of nothing.
    func number(from old: Double?) -> Double? {
        guard let number = Double(value), number.isFinite else { return nil }
        guard value.hasPrefix("+") || value.hasPrefix("-") else { return number }
        return old.map { $0 + number }
    }
}

/// The changes of a table's columns, ready to be made in its records.
struct ChangedColumns: Sendable {
    private let changes: [(change: ColumnChange, place: Int, isNumber: Bool)]

    /// Finds the changed columns in a table; those in `numbers` hold numbers.
    init(_ changes: [ColumnChange], table: TableFile, numbers: [String]) throws {
        self.changes = try changes.map { change in
            (change, try table.place(of: change.column), numbers.contains(change.column))
        }
    }

    /// Changes the fields of a record; says why they cannot be, nil where they are.
    func change(_ fields: inout [String]) -> String? {
        for (change, place, isNumber) in changes where place < fields.count {
            guard isNumber else {
                fields[place] = change.value
                continue
            }
            guard let number = change.number(from: Double(fields[place])) else {
                return "\(change.column) is \"\(fields[place])\" and cannot become \"\(change.value)\""
            }
            fields[place] = "\(number)"
        }
        return nil
    }
}
