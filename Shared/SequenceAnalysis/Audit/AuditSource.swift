import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// A file of sequences as an audit reads it: which records are of which split or fold, class and group.
public struct AuditSource: Sendable {
    /// A record of the data.
    struct Record {
        /// Its place in the file, counted from 0.
        var number: Int
        var letters: [UInt8]
        var label: String
        var split: String
        /// What it shares with others that are not independent of it, such as a gene; nil where nobody says.
        var group: String?
    }

    /// The path.
    public let path: String
    /// How messages call it.
    public let name: String
    private var sequence: String?
    private var label: String?
    private var labelColumn: String?
    private var labelField: Int?
    private var labelNames: [String: String]?
    private var only: [String: String] = [:]
    private var split: String?
    private var splitColumn: String?
    private var validation: String?
    private var groupColumn: String?
    private var windows: (source: SequenceRecipe.Source, folder: String)?
    private var folds: [String: (fold: String, group: String?)]?

    /// Files with the columns that say what a record is; files without a column of splits are a split each.
    ///
    /// `folds` is a table with the columns `record`, `fold`, perhaps `file` and `group`.
    public static func files(
        _ paths: [String], label: String? = nil, split: String? = nil, group: String? = nil, folds: String? = nil
    ) throws -> [AuditSource] {
        let table = try folds.map(Self.table)
        return paths.map { path in
            var source = AuditSource(path: path)
            source.labelColumn = label
            source.splitColumn = split
            source.groupColumn = group
            source.folds = table
            source.split = paths.count > 1 ? source.name : "all"
            return source
        }
    }

    /// The files of a recipe, below the folder of its data.
    ///
    /// Throws where its examples are no records of files, such as splice sites of transcripts.
    public static func of(_ recipe: SequenceRecipe, folder: String) throws -> [AuditSource] {
        let table = try recipe.folds.map { try Self.table("\(folder)/\($0)") }
        return try recipe.sources.map { source in
            guard source.transcripts == nil, source.variants == nil else {
                throw TaskError("\(source.file): what is audited are records of sequences, not variants or transcripts")
            }
            var audited = AuditSource(path: "\(folder)/\(source.file)")
            audited.sequence = source.sequence
            audited.windows = source.reference == nil ? nil : (source, folder)
            audited.label = source.label
            audited.labelColumn = source.column
            audited.labelField = source.field
            audited.labelNames = source.names
            audited.only = source.only ?? [:]
            audited.splitColumn = source.split?.column
            audited.validation = source.split?.validation
            audited.folds = source.split == nil && source.fold == nil ? table : nil
            audited.split = source.fold.map { "fold \($0)" } ?? "all"
            // Numbers to predict are no classes.
            if recipe.options.loss.task == .regression { (audited.labelColumn, audited.label) = (nil, "number") }
            return audited
        }
    }

    private init(path: String) {
        self.path = path
        name = URL(fileURLWithPath: path).lastPathComponent
    }

    /// The letters of the table of folds for a file, which names files as they were before they were compressed.
    private var plainName: String { name.hasSuffix(".gz") ? String(name.dropLast(3)) : name }

    /// Reads all records, one after the other.
    func forEach(_ body: (Record) throws -> Void) throws {
        let next: () throws -> SequenceFile.Record?
        let columns: [String]
        if let windows {
            let records = try WindowRecords(
                path: path, reference: "\(windows.folder)/\(windows.source.reference ?? "")")
            (next, columns) = (records.next, records.columns)
        } else {
            let file = try SequenceFile(path: path, column: sequence)
            (next, columns) = (file.next, file.columns)
        }
        func place(_ column: String?) throws -> Int? {
            guard let column else { return nil }
            guard let place = columns.firstIndex(of: column) else {
                throw TaskError("\(path) has no column \"\(column)\"")
            }
            return place
        }
        let (labels, splits, groups) = (
            try place(labelColumn) ?? labelField, try place(splitColumn), try place(groupColumn)
        )
        let filters = try only.map { (try place($0.key), $0.value) }
        while let record = try next() {
            func field(_ place: Int?) -> String? {
                place.flatMap { record.fields.indices.contains($0) ? record.fields[$0] : nil }
            }
            guard filters.allSatisfy({ field($0.0) == $0.1 }) else { continue }
            var (own, group) = (split ?? "all", field(groups))
            if let value = field(splits) {
                own = validation.map { $0 == value ? "validation" : "training" } ?? value
            } else if let folds {
                guard let known = folds["\(plainName)\t\(record.number)"] ?? folds["\t\(record.number)"] else {
                    throw TaskError("\(path): record \(record.number) has no fold")
                }
                own = "fold \(known.fold)"
                group = group ?? known.group
            }
            let text = field(labels)
            try body(
                Record(
                    number: record.number, letters: record.letters,
                    label: label ?? text.map { labelNames?[$0] ?? $0 } ?? "unlabelled", split: own, group: group))
        }
    }

    /// The fold and group of each record, by `file\trecord`.
    private static func table(_ path: String) throws -> [String: (fold: String, group: String?)] {
        let table = try TableFile(path: path)
        let (record, fold) = (try table.place(of: "record"), try table.place(of: "fold"))
        func place(_ name: String) throws -> Int? { try table.columns.contains(name) ? table.place(of: name) : nil }
        let (file, group) = (try place("file"), try place("group"))
        var folds: [String: (String, String?)] = [:]
        while let line = try table.nextWhole() {
            let fields = line.fields
            folds["\(file.map { fields[$0] } ?? "")\t\(fields[record])"] = (fields[fold], group.map { fields[$0] })
        }
        return folds
    }
}
