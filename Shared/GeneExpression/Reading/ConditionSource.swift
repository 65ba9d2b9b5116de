import Foundation
import Genomics
import Tasks

/// Growth conditions of samples: words of the metadata, each with its column, and temperature and pH as numbers.
///
/// Columns of study, project, publication, archive, machine and alignment are not read, for they say who measured and not what grew;
/// neither is the sample's name beyond being one, nor the growth rate, a result of the condition that often was not measured and with which
/// unseen conditions were predicted worse.
final class ConditionSource: ItemSource {
    /// Columns of which each word counts.
    static let described = [
        "condition", "Strain Description", "Strain", "Base Media", "Carbon Source (g/L)", "Nitrogen Source (g/L)",
        "Electron Acceptor", "Trace Element Mixture", "Supplement", "Antibiotic", "Culture Type", "Evolved Sample",
        "Isolate Type", "ALEdb sample", "Additional Details",
    ]
    /// Columns of numbers; an empty field is one that was not measured, which is written as -1.
    static let measured = ["Temperature (C)", "pH"]

    let columns = ExpressionRecord.columns
    private let table: TableFile
    private let sample: Int
    private let places: [Int]
    private let numbers: [Int]
    private var seen: [String: Int] = [:]
    private var words: WordCheck

    init(path: String, known: String?) throws {
        table = try TableFile(path: path)
        let table = table
        sample = try table.place(of: "Sample ID")
        places = try Self.described.map { try table.place(of: $0) }
        numbers = try Self.measured.map { try table.place(of: $0) }
        words = WordCheck(known: known)
    }

    var bytesRead: Int64 { table.bytesRead }
    var totalBytes: Int64? { table.totalBytes }
    var remarks: [String] { words.remarks }

    func next() throws -> Item? {
        guard let record = try table.next() else { return nil }
        let name = sample < record.fields.count ? record.fields[sample] : ""
        func refused(_ problem: String) -> Item { Item(record: record.number, name: name, problem: problem) }
        if let flaw = table.flaw(of: record) { return refused(flaw) }
        guard !name.isEmpty else { return refused("the sample has no name") }
        if let first = seen[name] { return refused("the sample is there twice, first as record \(first)") }
        seen[name] = record.number
        var values: [Float] = []
        for (column, place) in zip(Self.measured, numbers) {
            let text = record.fields[place]
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
        return ExpressionRecord.item(record.number, name: name, values: values, words: unique)
    }

    /// The words of a field in small letters; of an empty one the word of none.
    ///
    /// An amount in parentheses is a word of its own, so that another amount of the same still shares the substance; a deletion
    /// (`delfur`) is two words, so that deletions share one and a gene the other.
    static func words(_ field: String) -> [String] {
        let words = field.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
        return words.isEmpty
            ? ["(none)"]
            : words.flatMap { word in
                word.hasPrefix("del") && word.count > 3 ? ["del", String(word.dropFirst(3))] : [String(word)]
            }
    }
}
