import Genomics
import Tasks

/// Windows at start sites, 150 bases each.
final class WindowSequences: ItemSource {
    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let name: Int?
    private let place: Int

    init(path: String, changes: String? = nil) throws {
        guard changes == nil else {
            throw TaskError(
                "windows have no marks, words or conditions to change; their bases are changed by --variants")
        }
        table = try TableFile(path: path)
        name = table.columns.firstIndex(of: "name")
        place = try table.place(of: table.columns.contains("seq") ? "seq" : "sequence")
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }

    func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        let name = name.flatMap { $0 < record.fields.count ? record.fields[$0] : nil } ?? ""
        let problem =
            table.flaw(of: record)
            ?? ExpressionTask.flaw(record.fields[place], length: ExpressionKind.ecoliMPRA.bases)
        if let problem { return Item(record: record.number, name: name, problem: problem) }
        return ExpressionRecord.item(record.number, name: name, letters: record.fields[place])
    }
}
