/// A set of reads that were sequenced together: one `@RG` line.
public struct ReadGroup: Sendable, Hashable, Codable {
    /// `ID`, which the `RG` tag of each read names.
    public var id: String
    /// `SM`; the id where the header names no sample.
    public var sample: String
    /// `LB`, whose reads can be duplicates of one another.
    public var library: String?
    /// `PL`, such as `ILLUMINA` or `ONT`.
    public var platform: String?
    /// `PU`, such as a flow cell and lane.
    public var unit: String?

    /// Makes a read group.
    public init(
        id: String, sample: String, library: String? = nil, platform: String? = nil, unit: String? = nil
    ) {
        self.id = id
        self.sample = sample
        self.library = library
        self.platform = platform
        self.unit = unit
    }
}

/// The header of alignments: contigs in the order that records number them, read groups, and SAM's text of it all.
public struct AlignmentHeader: Sendable, Hashable, Codable {
    /// The `@SQ` lines; a record's `referenceID` is an index here.
    public let contigs: [Contig]
    /// The `@RG` lines.
    public let readGroups: [ReadGroup]
    /// The SAM header text, each line ended by a line feed.
    public let text: String

    /// Makes a header of its own: `@HD`, `@SQ`, `@RG` and one `@PG` line.
    public init(contigs: [Contig], readGroups: [ReadGroup]) {
        var lines = ["@HD\tVN:1.6\tSO:unknown"]
        lines += Self.sequenceLines(contigs)
        for group in readGroups {
            let fields = [
                ("ID", group.id), ("SM", group.sample), ("LB", group.library), ("PL", group.platform),
                ("PU", group.unit),
            ]
            lines.append(
                "@RG" + fields.compactMap { key, value in value.map { "\t\(key):\(Self.clean($0))" } }.joined())
        }
        lines.append("@PG\tID:helicase\tPN:helicase")
        self.contigs = contigs
        self.readGroups = readGroups
        text = lines.map { $0 + "\n" }.joined()
    }

    /// Reads SAM's header text.
    ///
    /// Throws `GenomicsError.Code.malformed` with the line's number for a line that is no header line, an `@SQ` without
    /// a name or a positive length, an `@RG` without an id, or a name that comes twice.
    public init(text: String) throws(GenomicsError) { try self.init(text: text, contigs: nil) }

    /// Reads the text of a BAM file, whose binary list of contigs is the one that counts when the text has none.
    init(text given: String, contigs listed: [Contig]?) throws(GenomicsError) {
        var text = Self.withoutReturns(given)
        var contigs: [Contig] = []
        var groups: [ReadGroup] = []
        var names: Set<String> = []
        var ids: Set<String> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard let kind = parts.first, !line.isEmpty else { continue }
            func malformed(_ message: String, _ field: String) -> GenomicsError {
                GenomicsError(.malformed, message, record: index + 1, field: field)
            }
            // A control character in a name would make it another one when it is written.
            func value(_ key: String) throws(GenomicsError) -> String? {
                guard let part = parts.first(where: { $0.hasPrefix(key + ":") }) else { return nil }
                guard part.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
                    throw malformed("\(kind) holds a control character", key)
                }
                return String(part.dropFirst(3))
            }
            guard kind.utf8.count == 3, kind.hasPrefix("@") else {
                throw malformed("a header line starts with '@' and two letters", "header")
            }
            switch kind {
            case "@SQ":
                guard let name = try value("SN"), !name.isEmpty else { throw malformed("@SQ without a name", "SN") }
                guard let length = try value("LN").flatMap({ Int($0) }), length > 0 else {
                    throw malformed("@SQ \(name) without a positive length", "LN")
                }
                guard length <= Self.longestContig else {
                    throw malformed("@SQ \(name) of \(length) bases; BAM holds at most \(Self.longestContig)", "LN")
                }
                guard names.insert(name).inserted else { throw malformed("the contig \(name) comes twice", "SN") }
                contigs.append(Contig(name: name, length: length))
            case "@RG":
                guard let id = try value("ID"), !id.isEmpty else { throw malformed("@RG without an id", "ID") }
                guard ids.insert(id).inserted else { throw malformed("the read group \(id) comes twice", "ID") }
                groups.append(
                    ReadGroup(
                        id: id, sample: try value("SM") ?? id, library: try value("LB"), platform: try value("PL"),
                        unit: try value("PU")))
            default: break
            }
        }
        let isEnded = text.isEmpty || text.hasSuffix("\n")
        if !isEnded { text += "\n" }
        if let listed, listed != contigs {
            guard contigs.isEmpty else {
                throw GenomicsError(.malformed, "the text and the binary list of contigs disagree", field: "SQ")
            }
            for contig in listed {
                // A name that cannot stand in a line of the text would be another one when it is read there.
                let isName = contig.name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
                guard isName, !contig.name.isEmpty, (1...Self.longestContig).contains(contig.length),
                    names.insert(contig.name).inserted
                else {
                    throw GenomicsError(
                        .malformed,
                        "the list of contigs has \(contig.name.prefix(40).debugDescription) of \(contig.length) bases, "
                            + "which is no contig or comes twice", field: "SQ")
                }
            }
            contigs = listed
            text += Self.sequenceLines(listed).map { $0 + "\n" }.joined()
        }
        self.contigs = contigs
        self.text = text
        readGroups = groups
    }

    /// SAM and BAM count bases in 31 bits (SAM specification, § 1.3).
    private static let longestContig = Int(Int32.max)

    /// The text with line feeds alone at the ends of its lines: to Swift, CR and LF are one character, which is no LF.
    private static func withoutReturns(_ text: String) -> String {
        guard text.utf8.contains(0x0d) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x0a { while bytes.last == 0x0d { bytes.removeLast() } }
            bytes.append(byte)
        }
        while bytes.last == 0x0d { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func sequenceLines(_ contigs: [Contig]) -> [String] {
        contigs.map { "@SQ\tSN:\(clean($0.name))\tLN:\($0.length)" }
    }

    /// A value that cannot break the line it stands in.
    private static func clean(_ value: String) -> String {
        String(String.UnicodeScalarView(value.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}
