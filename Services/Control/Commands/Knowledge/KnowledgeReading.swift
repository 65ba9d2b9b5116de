import Commands
import Foundation
import Genomics
import Knowledge

/// A file that is to be a knowledge base: what it is, and what is in it.
struct KnowledgeReading {
    let kind: KnowledgeBase.Kind
    /// The records that were read, all of them.
    private(set) var records: Int64 = 0
    /// The lengths of contigs that it says.
    private(set) var contigs: [String: Int] = [:]

    /// Reads a whole file; throws for the first thing that is wrong with it.
    init(path: String, kind: KnowledgeBase.Kind?) throws {
        self.kind = try kind ?? Self.kind(of: path)
        switch self.kind {
        case .transcripts: try readTranscripts(path)
        case .variants: try readVariants(path)
        case .ontology: try readOntology(path)
        case .table: try readTable(path, needed: [])
        case .scores: try readTable(path, needed: ["effect_allele", "effect_weight"])
        }
        guard records > 0 else { throw ControlError("\(path) holds no \(Self.noun[self.kind] ?? "record")") }
    }

    private static let noun: [KnowledgeBase.Kind: String] = [
        .transcripts: "exon", .variants: "variant", .ontology: "term", .table: "record", .scores: "weight",
    ]

    /// How many there are, in words.
    var words: String { Count.of(Int(records), Self.noun[kind] ?? "record") }

    /// What a file is, by its first line.
    private static func kind(of path: String) throws -> KnowledgeBase.Kind {
        var lines = try BGZFLines(path: path)
        let first = String(decoding: try lines.next()?.prefix(64) ?? [], as: UTF8.self)
        if first.hasPrefix("##gff-version") || first.hasPrefix("##description:") { return .transcripts }
        if first.hasPrefix("##fileformat=VCF") || first.hasPrefix("BCF") { return .variants }
        if first.hasPrefix("format-version:") { return .ontology }
        return first.hasPrefix("###PGS CATALOG SCORING FILE") ? .scores : .table
    }

    private mutating func readTranscripts(_ path: String) throws {
        var lines = try BGZFLines(path: path)
        while let line = try lines.next() {
            if line.starts(with: Array("##sequence-region".utf8)) {
                let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: true)
                if words.count == 4, let end = Int(words[3]), end > 0 { contigs[String(words[1])] = end }
            }
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            if line.first == UInt8(ascii: ">") { break }
            do {
                let record = try GFF3Record(line)
                if record.type == "exon" || record.type == "CDS" { records += 1 }
            } catch {
                throw GenomicsError(.malformed, error.message, file: path, record: lines.number, field: error.field)
            }
        }
    }

    private mutating func readVariants(_ path: String) throws {
        var reader = try VCFReader(path: path)
        for contig in reader.contigs where contig.length > 0 { contigs[contig.name] = contig.length }
        while try reader.next() != nil { records += 1 }
    }

    private mutating func readOntology(_ path: String) throws {
        var lines = try BGZFLines(path: path)
        var isOpen = false
        while let line = try lines.next() {
            if line.elementsEqual(Array("[Term]".utf8)) {
                if isOpen { throw ControlError("\(path), line \(lines.number): the term before has no id") }
                isOpen = true
            } else if isOpen, line.starts(with: Array("id: ".utf8)) {
                (isOpen, records) = (false, records + 1)
            }
        }
        if isOpen { throw ControlError("\(path): its last term has no id: the file is cut off") }
    }

    /// A table behind its comments; the last of them is its header where it has as many tabs as the line behind it, as NCBI writes tables.
    private static func table(_ path: String, records: inout Int64) throws -> TableFile {
        var lines = try BGZFLines(path: path)
        var comment: [UInt8]?
        while let line = try lines.next() {
            if line.first == UInt8(ascii: "#") {
                comment = Array(line)
                continue
            }
            let tabs = line.count { $0 == 0x09 }
            guard let header = comment, tabs > 0, header.count(where: { $0 == 0x09 }) == tabs else { break }
            records = 1
            return try TableFile(path: path, lines: lines, first: header[...])
        }
        return try TableFile(path: path, comment: UInt8(ascii: "#"))
    }

    private mutating func readTable(_ path: String, needed: [String]) throws {
        let table = try Self.table(path, records: &records)
        for column in needed { _ = try table.place(of: column) }
        while try table.nextWhole() != nil { records += 1 }
    }
}
