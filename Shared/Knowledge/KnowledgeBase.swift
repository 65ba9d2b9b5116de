import Foundation
import Storage

/// A file that others publish and reports rest on, as it was when it was added.
public struct KnowledgeBase: Sendable, Codable, Hashable {
    /// What a file is.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Genes and their transcripts: GFF3.
        case transcripts
        /// Variants with what is known of them: VCF of ClinVar, of frequencies.
        case variants
        /// Terms and how they are related: OBO.
        case ontology
        /// A table with a header: genes, diseases, thresholds.
        case table
        /// Weights of variants: a scoring file of the PGS Catalog.
        case scores
    }

    /// The name by which reports and commands call it, such as `clinvar`.
    public var name: String
    /// The version, as its publisher calls it.
    public var version: String
    /// What it is.
    public var kind: Kind
    /// Where it lies, on the machine of the services.
    public var path: String
    /// Its size.
    public var bytes: Int64
    /// Its SHA-256, in hexadecimal.
    public var digest: String
    /// On what terms it may be used; nil where nobody said.
    public var licence: String?
    /// How many records were read when it was added.
    public var records: Int64
    /// The lengths of its contigs, where it says them: what build it is of.
    public var contigs: [String: Int]
    /// Who added it.
    public var actor: String
    /// When.
    public var addedAt: Date

    /// `name@version`.
    public var label: String { "\(name)@\(version)" }

    /// Describes a file that was read.
    public init(
        name: String, version: String, kind: Kind, path: String, bytes: Int64, digest: String, licence: String?,
        records: Int64, contigs: [String: Int], actor: String, addedAt: Date = Date()
    ) {
        self.name = name
        self.version = version
        self.kind = kind
        self.path = path
        self.bytes = bytes
        self.digest = digest
        self.licence = licence
        self.records = records
        self.contigs = contigs
        self.actor = actor
        self.addedAt = addedAt
    }

    init(_ row: Row) throws {
        let word = try row.decode("kind", as: String.self)
        guard let kind = Kind(rawValue: word) else {
            throw KnowledgeError("\"\(word)\" is a kind of knowledge that this program does not know: use a newer one")
        }
        self.init(
            name: try row.decode("name"), version: try row.decode("version"), kind: kind, path: try row.decode("path"),
            bytes: try row.decode("bytes"), digest: try row.decode("digest"), licence: try row.decode("licence"),
            records: try row.decode("records"), contigs: try row.decode("contigs", as: JSON.self).decode(),
            actor: try row.decode("actor"), addedAt: try row.decode("added_at"))
    }

    /// What is wrong with a name or version; nil where nothing is.
    ///
    /// They stand in reports, in commands and between `@`.
    public static func flaw(inWord word: String) -> String? {
        let isFine =
            !word.isEmpty && word.utf8.count <= 64
            && word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "/") }
        return isFine ? nil : "\"\(word.prefix(64))\" is not 1 to 64 ASCII characters without blanks, @ and /"
    }
}

/// What cannot be done with a knowledge base.
public struct KnowledgeError: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do.
    public var description: String

    init(_ description: String) { self.description = description }
}
