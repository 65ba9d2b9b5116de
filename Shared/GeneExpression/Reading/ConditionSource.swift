import Foundation
import Genomics
import Tasks

/// Growth conditions of samples: words of the metadata, each with its column, and temperature, pH and growth rate as numbers.
///
/// Columns of study, project, publication, archive, machine and alignment are not read, for they say who measured and not what grew;
/// neither is the sample's name beyond being one.
final class ConditionSource: ItemSource {
    /// Columns of which each word counts.
    static let described = [
        "condition", "Strain Description", "Strain", "Base Media", "Carbon Source (g/L)", "Nitrogen Source (g/L)",
        "Electron Acceptor", "Trace Element Mixture", "Supplement", "Antibiotic", "Culture Type", "Evolved Sample",
        "Isolate Type", "ALEdb sample", "Additional Details",
    ]
    /// The column that says which genes a strain lacks.
    static let strain = "Strain Description"
    /// Columns of numbers; an empty field is one that was not measured, which is written as -1.
    static let measured = ["Temperature (C)", "pH"]
    /// One that a table may lack as a whole: who plans an experiment does not know it yet.
    static let growthRate = "Growth Rate (1/hr)"

    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let sample: Int
    private let places: [Int]
    private let numbers: [(column: String, place: Int?)]
    private let strain: Int
    private let changes: ChangedColumns
    private var seen: [String: Int] = [:]
    private var words: WordCheck

    init(path: String, known: String?, changes: String? = nil) throws {
        table = try TableFile(path: path)
        let table = table
        sample = try table.place(of: "Sample ID")
        places = try Self.described.map { try table.place(of: $0) }
        strain = try table.place(of: Self.strain)
        numbers =
            try Self.measured.map { ($0, try table.place(of: $0)) }
            + [(Self.growthRate, table.columns.firstIndex(of: Self.growthRate))]
        let counted = Self.measured + [Self.growthRate]
        self.changes = try ChangedColumns(
            ColumnChange.all(changes, readable: Self.described + counted), table: table, numbers: counted)
        words = WordCheck(known: known)
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }
    var remarks: [String] { words.remarks }

    func next() throws -> Item? {
        guard var record = try table.next() else { return nil }
        let name = sample < record.fields.count ? record.fields[sample] : ""
        func refused(_ problem: String) -> Item { Item(record: record.number, name: name, problem: problem) }
        if let flaw = table.flaw(of: record) { return refused(flaw) }
        guard !name.isEmpty else { return refused("the sample has no name") }
        if let first = seen[name] { return refused("the sample is there twice, first as record \(first)") }
        seen[name] = record.number
        if let problem = changes.change(&record.fields) { return refused(problem) }
        var values: [Float] = []
        for (column, place) in numbers {
            let text = place.map { record.fields[$0] } ?? ""
            guard let value = text.isEmpty ? -1 : Float(text), value.isFinite else {
                return refused("\(column) is \"\(text)\", which is no number")
            }
            values.append(value)
        }
        let own = zip(Self.described, places).flatMap { column, place in
            Self.words(record.fields[place]).map { "\(column)=\($0)" }
        }
        let unique = Set(own).sorted()
        words.check(unique, record: record.number)
        let lacking = Self.deletedGenes(record.fields[strain]).map { Self.deleted + $0 }
        return ExpressionRecord.item(record.number, name: name, values: values, words: unique + lacking)
    }

    /// The words of a field in small letters: runs of letters, and numbers, so that another amount of a substance or another strain of a
    /// lineage (`ale4`, `ale6`) shares all but the number; of an empty field the word of none.
    ///
    /// A deletion (`delfur`, `del_fur`) is two words, `del` and the gene, so that deletions share one, and what else is of the gene the other.
    static func words(_ field: String) -> [String] {
        var (words, run, isNumber) = ([String](), "", false)
        func end() {
            if run.hasSuffix(".") { run.removeLast() }
            if run.hasPrefix("del"), run.count > 3 {
                words += ["del", String(run.dropFirst(3))]
            } else if !run.isEmpty {
                words.append(run)
            }
            run = ""
        }
        for character in field.lowercased() {
            let isDigit = character.isNumber || (isNumber && character == "." && !run.contains("."))
            if isDigit != isNumber || !(isDigit || character.isLetter) { end() }
            isNumber = isDigit
            if isDigit || character.isLetter { run.append(character) }
        }
        end()
        return words.isEmpty ? ["(none)"] : words
    }

    /// The genes that a strain's description says it lacks, in small letters.
    static func deletedGenes(_ field: String) -> [String] {
        let words = words(field)
        return zip(words, words.dropFirst()).filter { $0.0 == "del" }.map(\.1)
    }

    /// What stands before a gene that a strain lacks; such a word is of no column, and no likeness counts it.
    static let deleted = "-"
}
