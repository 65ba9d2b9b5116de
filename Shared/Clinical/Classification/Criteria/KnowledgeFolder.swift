import Foundation
import Genomics
import Hashing

/// Reads the tables of a folder, each plain or compressed.
struct KnowledgeFolder {
    /// A record of a table, its fields by column.
    struct Row {
        let fields: [String]
        let columns: [String: Int]
        let path: String
        let line: Int

        /// The text of a column; throws where the table lacks it.
        func text(_ column: String) throws(GenomicsError) -> String {
            guard let place = columns[column] else {
                throw GenomicsError(.malformed, "has no column \"\(column)\"", file: path)
            }
            return fields[place]
        }

        /// The number of a column, nil where it is empty or `na`; throws for what is none.
        func number(_ column: String) throws(GenomicsError) -> Double? {
            let text = try text(column)
            if text.isEmpty || text.lowercased() == "na" || text.lowercased() == "nan" { return nil }
            guard let value = Double(text), value.isFinite else { throw refused(column, "\"\(text)\" is no number") }
            return value
        }

        /// The whole number of a column, nil where it is empty.
        func integer(_ column: String) throws(GenomicsError) -> Int? {
            guard let value = try number(column) else { return nil }
            guard let whole = Int(exactly: value) else { throw refused(column, "\(value) is no whole number") }
            return whole
        }

        func refused(_ column: String, _ message: String) -> GenomicsError {
            GenomicsError(.malformed, "line \(line): \(message)", file: path, field: column)
        }
    }

    private let folder: String
    private var versions: [String: (name: String, version: String, licence: String)] = [:]
    private(set) var sources: [ClinicalReport.Source] = []

    init(_ folder: String) throws(GenomicsError) {
        self.folder = folder
        guard FileManager.default.fileExists(atPath: "\(folder)/versions.tsv") else { return }
        let table = try TableFile(path: "\(folder)/versions.tsv")
        let places = try ["file", "name", "version", "licence"].map { (column) throws(GenomicsError) in
            try table.place(of: column)
        }
        while let record = try table.nextWhole() {
            let fields = places.map { record.fields[$0] }
            versions[fields[0]] = (fields[1], fields[2], fields[3])
        }
    }

    /// Gives each record of a file to `take`, and its label to `label`; does nothing where there is no such file.
    mutating func read(
        _ name: String, as label: inout String, _ take: (Row) throws(GenomicsError) -> Void
    ) throws(GenomicsError) {
        guard
            let path = ["\(folder)/\(name)", "\(folder)/\(name).gz"].first(
                where: FileManager.default.fileExists(atPath:))
        else { return }
        let table = try TableFile(path: path)
        let columns = Dictionary(
            table.columns.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        while let record = try table.nextWhole() {
            try take(Row(fields: record.fields, columns: columns, path: path, line: record.line))
        }
        let digest: String
        do { digest = try SHA256Digest.hexadecimal(ofFile: path) } catch {
            throw GenomicsError(.cannotRead, "cannot be read", file: path)
        }
        let known = versions[name]
        let source = ClinicalReport.Source(
            name: known?.name ?? name, version: known?.version ?? String(digest.prefix(8)), digest: digest,
            licence: known?.licence)
        sources.append(source)
        label = source.label
    }
}
