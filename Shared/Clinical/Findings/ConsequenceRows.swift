import Genomics

/// Reads INFO `CSQ` by the columns that a header's `Format:` names.
struct ConsequenceRows {
    /// The columns that are looked at.
    private enum Column: String, CaseIterable {
        case allele = "Allele"
        case terms = "Consequence"
        case impact = "IMPACT"
        case gene = "SYMBOL"
        case geneID = "Gene"
        case kind = "Feature_type"
        case transcript = "Feature"
        case biotype = "BIOTYPE"
        case exon = "EXON"
        case intron = "INTRON"
        case coding = "HGVSc"
        case protein = "HGVSp"
        case residue = "Protein_position"
        case aminoAcids = "Amino_acids"
        case pick = "PICK"
        case canonical = "CANONICAL"
        case mane = "MANE_SELECT"
        case decay = "NMD"
        case number = "ALLELE_NUM"
    }

    /// What each place of a row is; nil for columns that are not looked at.
    private let columns: [Column?]
    private let isChosenOnly: Bool
    private let hasPicks: Bool
    private var names = TextPool { $0.decoded }
    private var terms = TextPool(count: 1_024) { $0.parts(UInt8(ascii: "&")).map(\.text) }
    /// What the values of a row are, by column; the room is used again.
    private var values: [LineBytes]

    /// Takes the header's definition of CSQ; throws for one without the columns that a row needs.
    init(definition: String, isChosenOnly: Bool, path: String) throws(GenomicsError) {
        let start = definition.firstRange(of: "Format: ")?.upperBound ?? definition.startIndex
        let names = definition[start...].prefix { $0 != "\"" && $0 != "'" && $0 != ">" }
            .split(separator: "|", omittingEmptySubsequences: false)
        columns = names.map { Column(rawValue: String($0)) }
        for needed in [Column.allele, .terms, .transcript] where !columns.contains(needed) {
            throw GenomicsError(
                .malformed,
                "INFO CSQ has no column \(needed.rawValue) in its Format (\(names.prefix(6).joined(separator: "|"))…); "
                    + "annotate the file again: helicase annotate", file: path, field: "CSQ")
        }
        self.isChosenOnly = isChosenOnly
        hasPicks = columns.contains(.pick)
        values = Array(repeating: LineBytes(start: nil, count: 0), count: Column.allCases.count)
    }

    private static let place = Dictionary(
        uniqueKeysWithValues: Column.allCases.enumerated().map { ($0.element, $0.offset) })
    private static let order = Column.allCases

    /// The consequences of each ALT, the chosen transcript first.
    ///
    /// `labels` are ALTs as VEP names them. Throws for a row of another number of columns, and for one of an allele that ALT lacks.
    mutating func read(_ field: LineBytes, labels: [[UInt8]]) throws(GenomicsError) -> [[TranscriptConsequence]] {
        var found: [[(rank: Int, row: TranscriptConsequence)]] = Array(repeating: [], count: labels.count)
        for row in field.parts(UInt8(ascii: ",")) {
            for place in values.indices { values[place] = LineBytes(start: nil, count: 0) }
            var count = 0
            for value in row.parts(UInt8(ascii: "|")) {
                if count < columns.count, let column = columns[count] { values[Self.place[column] ?? 0] = value }
                count += 1
            }
            guard count == columns.count else {
                throw GenomicsError(
                    .malformed,
                    "a row of \(count) values (\(row.quoted)) where the header's Format names \(columns.count)",
                    field: "CSQ")
            }
            let kind = value(.kind)
            if !kind.isEmpty, !kind.equals(Self.transcriptKind) { continue }
            if value(.transcript).isEmpty { continue }
            let isPicked = value(.pick).equals([0x31])
            if isChosenOnly, hasPicks, !isPicked { continue }
            let allele = try self.allele(labels)
            let isMane = !value(.mane).isEmpty
            let rank = isPicked ? 0 : isMane ? 1 : value(.canonical).equals(Self.yes) ? 2 : 3
            found[allele].append((rank, consequence(isMane: isMane)))
        }
        return found.map { rows in
            // Without a word on which is chosen, MANE Select and the canonical one come first.
            guard let best = rows.indices.min(by: { (rows[$0].rank, $0) < (rows[$1].rank, $1) }) else { return [] }
            let chosen = rows[best].row
            if isChosenOnly { return [chosen] }
            return [chosen] + rows.indices.filter { $0 != best }.map { rows[$0].row }
        }
    }

    private static let transcriptKind = Array("Transcript".utf8)
    private static let yes = Array("YES".utf8)

    private func value(_ column: Column) -> LineBytes { values[Self.place[column] ?? 0] }

    private func allele(_ labels: [[UInt8]]) throws(GenomicsError) -> Int {
        if labels.count == 1 { return 0 }
        let number = value(.number)
        if let number = number.integer, labels.indices.contains(number - 1) { return number - 1 }
        let label = value(.allele)
        if let place = labels.firstIndex(where: { label.equals($0) }) { return place }
        throw GenomicsError(
            .malformed, "a row of the allele \(label.quoted), which ALT does not have", field: "CSQ")
    }

    private mutating func consequence(isMane: Bool) -> TranscriptConsequence {
        let gene = value(.gene).isEmpty ? value(.geneID) : value(.gene)
        let decay = value(.decay)
        let residue = value(.residue)
        return TranscriptConsequence(
            gene: names.value(gene), transcript: names.value(value(.transcript)),
            biotype: names.value(value(.biotype)), terms: terms.value(value(.terms)),
            impact: names.value(value(.impact)), codingName: text(value(.coding)), proteinName: text(value(.protein)),
            exon: Self.ordinal(value(.exon)), intron: Self.ordinal(value(.intron)),
            residue: residue.isEmpty ? nil : Self.first(residue), aminoAcids: text(value(.aminoAcids)),
            isDecayed: decay.isEmpty ? nil : decay.equals(Self.sensitive), isManeSelect: isMane)
    }

    private static let sensitive = Array("sensitive".utf8)

    private func text(_ bytes: LineBytes) -> String? { bytes.isMissing ? nil : bytes.decoded }

    /// `2/11`, or the first of `2-3/11`; nil for what is none.
    private static func ordinal(_ bytes: LineBytes) -> TranscriptConsequence.Ordinal? {
        guard !bytes.isEmpty, let number = first(bytes), let count = bytes.part(1, UInt8(ascii: "/"))?.integer else {
            return nil
        }
        return TranscriptConsequence.Ordinal(number, of: count)
    }

    /// The first number of `12`, `12-14`, `12/340` and `?-14`.
    private static func first(_ bytes: LineBytes) -> Int? {
        var value: Int?
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else {
                if value != nil { break }
                continue
            }
            guard (value ?? 0) < 1 << 40 else { return nil }
            value = (value ?? 0) * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// ALTs as VEP names them: without the base that all alleles begin with where one is an insertion or deletion, `-` for none.
    static func labels(reference: LineBytes, alternates: [LineBytes]) -> [[UInt8]] {
        let sequences = alternates.filter {
            $0.first.map { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "*") } ?? false
        }
        let isIndel = sequences.contains { $0.count != reference.count }
        let isShared = isIndel && sequences.allSatisfy { $0.first == reference.first }
        return alternates.map { alternate in
            let isSequence = alternate.first.map { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "*") } ?? false
            let label = isSequence && isShared ? Array(alternate.dropFirst()) : Array(alternate)
            return label.isEmpty ? [UInt8(ascii: "-")] : label
        }
    }
}
