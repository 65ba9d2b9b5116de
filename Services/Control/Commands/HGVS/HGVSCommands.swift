import Annotation
import Commands
import Foundation
import Genomics

/// `helicase hgvs`.
enum HGVSCommands {
    static func run(_ action: String, _ command: ParsedCommand) throws {
        switch action {
        case "parse": try parse(command)
        case "map": try map(command)
        case "name": try VariantNames(command).run()
        default: preconditionFailure("hgvs \(action) is declared and not handled")
        }
    }

    private struct ParsedName: Encodable {
        static let columns = ["name", "valid", "canonical", "column", "message"]
        var name: String
        var isValid: Bool
        var canonical: String?
        var column: Int?
        var messages: [String]

        var fields: [String?] {
            [
                name, isValid ? "yes" : "no", canonical, column.map(String.init),
                messages.isEmpty ? nil : messages.joined(separator: "; "),
            ]
        }
    }

    private static func parse(_ command: ParsedCommand) throws {
        var style = HGVSStyle.canonical
        style.keepsStated = command.flag("stated-bases")
        var output = HGVSTable(ParsedName.columns, isJSON: command.flag("json"))
        var (count, refused) = (0, 0)
        try forEachName(command) { name in
            count += 1
            do throws(HGVSError) {
                let (variant, remarks) = try HGVSVariant.read(name)
                output.add(
                    ParsedName(
                        name: name, isValid: true, canonical: variant.text(style),
                        messages: remarks.map(\.description) + variant.contradictions), \.fields)
            } catch {
                if command.flag("places"), let place = try? HGVSVariant.canonicalPlace(name) {
                    output.add(
                        ParsedName(name: name, isValid: true, canonical: place, messages: ["a place without an edit"]),
                        \.fields)
                    return
                }
                refused += 1
                output.add(
                    ParsedName(name: name, isValid: false, column: error.column, messages: [error.message]), \.fields)
            }
        }
        output.end()
        if refused > 0 { throw ControlError("\(Count.of(refused, "name")) of \(count) cannot be read as HGVS") }
    }

    private struct MappedName: Encodable {
        static let columns = ["name", "CHROM", "POS", "REF", "ALT", "g", "c", "p", "vrs", "message"]
        var name: String
        var contig: String?
        var position: Int?
        var reference: String?
        var alternate: String?
        var genomic: String?
        var transcript: String?
        var protein: String?
        var vrs: String?
        var message: String?

        var fields: [String?] {
            [
                name, contig, position.map(String.init), reference, alternate, genomic, transcript, protein, vrs,
                message,
            ]
        }
    }

    private static func map(_ command: ParsedCommand) throws {
        let reference = try ReferenceGenome(path: command.value("reference") ?? "")
        var transcripts = TranscriptSet([])
        if let path = command.value("transcripts") {
            transcripts = try TranscriptSet(path: path).matched(to: reference)
            for remark in transcripts.remarks { Remark.say(remark) }
        }
        let mapper = VariantMapper(reference: reference, transcripts: transcripts)
        var namer = VariantNamer(reference: reference.window)
        namer.marksPredictions = !command.flag("no-parentheses")
        var accessions = RefgetAccessions(reference)
        var output = HGVSTable(MappedName.columns, isJSON: command.flag("json"))
        var (count, refused) = (0, 0)
        try forEachName(command) { name in
            count += 1
            do {
                let (variant, remarks) = try HGVSVariant.read(name)
                for placement in try mapper.placements(of: variant) {
                    var row = MappedName(name: name)
                    let columns = try placement.columns(reference.window)
                    row.contig = columns.contig
                    row.position = columns.position
                    row.reference = columns.reference
                    row.alternate = columns.alternate
                    if let index = reference.index(of: columns.contig) {
                        row.genomic = try namer.genomicName(placement.edit, contig: reference.contigs[index])?
                            .description
                    }
                    if let transcript = placement.transcript {
                        row.transcript = try namer.transcriptName(placement.edit, transcript)?.description
                        row.protein = try namer.proteinName(placement.edit, transcript)?.description
                    }
                    if command.flag("vrs"), let accession = try accessions.accession(of: columns.contig) {
                        row.vrs = try VRSAllele(
                            normalizing: placement.edit, covered: placement.covered, refgetAccession: accession,
                            reference.window
                        ).identifier
                    }
                    let told = remarks.map(\.description)
                    row.message = told.isEmpty ? nil : told.joined(separator: "; ")
                    output.add(row, \.fields)
                }
            } catch let error as HGVSError {
                refused += 1
                output.add(MappedName(name: name, message: error.description), \.fields)
            }
        }
        output.end()
        if refused > 0 { throw ControlError("\(Count.of(refused, "name")) of \(count) cannot be mapped") }
    }

    /// Every name of the command line, and of a file.
    private static func forEachName(_ command: ParsedCommand, _ body: (String) throws -> Void) throws {
        guard !command.positional.isEmpty || command.value("names") != nil else {
            throw StartError(.usage, "a name is missing: give names, or a file of them with --names")
        }
        for name in command.positional { try body(name) }
        guard let path = command.value("names") else { return }
        var lines = try BGZFLines(path: path)
        while let line = try lines.next() {
            let name = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            if name.isEmpty || name.hasPrefix("#") { continue }
            try body(name)
        }
    }
}

/// Rows on standard output, as a table or as JSON, one after the other.
struct HGVSTable {
    private let isJSON: Bool
    private var isFirst = true
    private let encoder = JSONEncoder()

    init(_ columns: [String], isJSON: Bool) {
        self.isJSON = isJSON
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(isJSON ? "[" : columns.joined(separator: "\t"))
    }

    mutating func add<Row: Encodable>(_ row: Row, _ fields: (Row) -> [String?]) {
        guard isJSON else {
            print(Self.line(fields(row)))
            return
        }
        guard let data = try? encoder.encode(row) else { return }
        print((isFirst ? "" : ",") + String(decoding: data, as: UTF8.self))
        isFirst = false
    }

    func end() { if isJSON { print("]") } }

    /// A line of a table; `.` where there is nothing.
    static func line(_ fields: [String?]) -> String {
        fields.map { field in
            guard let field, !field.isEmpty else { return "." }
            return String(decoding: field.utf8.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
        }.joined(separator: "\t")
    }
}
