import Tasks

/// The records of a recipe's source, be they those of a file of sequences or windows of a reference.
struct SourceRecords {
    private let path: String
    private let columns: [String]
    /// The next record, nil behind the last.
    let next: () throws -> SequenceFile.Record?

    init(_ source: SequenceRecipe.Source, folder: String) throws {
        path = "\(folder)/\(source.file)"
        if let reference = source.reference {
            let windows = try WindowRecords(
                path: path, reference: "\(folder)/\(reference)", track: source.track.map { "\(folder)/\($0.file)" },
                summary: source.track?.summary ?? .mean)
            columns = windows.columns
            next = windows.next
        } else {
            let file = try SequenceFile(path: path, column: source.sequence)
            columns = file.columns
            next = file.next
        }
    }

    /// The place of a column among a record's fields.
    func place(_ column: String) throws -> Int {
        guard let place = columns.firstIndex(of: column) else { throw TaskError("\(path) has no column \"\(column)\"") }
        return place
    }
}
