import Genomics
import Tasks

/// A window at a start site with its place on the genome.
struct StartSiteWindow: Sendable {
    let record: Int
    let name: String
    /// 0-based.
    let start: Int
    let isReverse: Bool
    /// Upper-case letters along the genome's forward strand.
    let bases: [UInt8]

    /// The columns that are read.
    struct Places: Sendable {
        let sequence: Int
        let start: Int
        let strand: Int?
        let name: Int?

        init(_ table: TableFile) throws {
            sequence = try table.place(of: table.columns.contains("seq") ? "seq" : "sequence")
            start = try table.place(of: "start")
            (strand, name) = (table.columns.firstIndex(of: "strand"), table.columns.firstIndex(of: "name"))
            guard strand != nil || name != nil else {
                throw TaskError("\(table.path) has neither a column strand nor a name that ends in \",+\" or \",-\"")
            }
        }
    }

    /// Reads a record; throws ``TaskError`` where it is no such window.
    init(_ record: TableFile.Record, _ places: Places, flaw: String?) throws(TaskError) {
        if let flaw { throw TaskError(flaw) }
        let letters = record.fields[places.sequence]
        if let flaw = ExpressionTask.flaw(letters, length: ExpressionKind.ecoliMPRA.bases) { throw TaskError(flaw) }
        guard let start = Int(record.fields[places.start]), start >= 0, start < 1 << 40 else {
            throw TaskError("start is \"\(record.fields[places.start])\", which is no place on a genome")
        }
        let name = places.name.map { record.fields[$0] } ?? ""
        let strand = places.strand.map { record.fields[$0] } ?? String(name.split(separator: ",").last ?? "")
        guard ["+", "-"].contains(strand) else { throw TaskError("its strand is \"\(strand)\", neither + nor -") }
        (self.record, self.name, self.start, isReverse) = (record.number, name, start, strand == "-")
        let own = Array(letters.uppercased().utf8)
        bases = isReverse ? Self.reversed(own) : own
    }

    private static func reversed(_ letters: [UInt8]) -> [UInt8] {
        letters.reversed().map { BaseCode.complement(ofASCII: $0) }
    }

    /// Bases along the genome as an item that the model reads, along the window's own strand.
    func item(_ bases: [UInt8]) -> Item {
        let own = isReverse ? Self.reversed(bases) : bases
        return ExpressionRecord.item(record, name: name, letters: String(decoding: own, as: UTF8.self))
    }
}
