import Genomics

/// The INFO field `CSQ`, as Ensembl's VEP writes it: an entry an allele and transcript, values separated by bars.
struct ConsequenceField {
    /// The columns, in their order; the last four are this suite's.
    static let columns = [
        "Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature", "BIOTYPE", "EXON", "INTRON",
        "HGVSc",
        "HGVSp", "cDNA_position", "CDS_position", "Protein_position", "Amino_acids", "Codons", "STRAND", "FLAGS",
        "PICK",
        "CANONICAL", "MANE_SELECT", "ENSP", "NMD", "HAPLOTYPE",
    ]

    static func definition(isLocal: Bool) -> String {
        "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequence annotations from helicase annotate, "
            + (isLocal ? "each record alone" : "with what phased neighbours on a haplotype do together") + ". Format: "
            + columns.joined(separator: "|") + "\">"
    }

    private static let bar = UInt8(ascii: "|")

    private let table: TranscriptTable
    private let choice: TranscriptChoice
    private let isPickOnly: Bool
    private var names: AlleleNames?
    /// Consequence and IMPACT, by the terms.
    private var words: [Consequence: (text: [UInt8], severity: Int)] = [:]
    private var rows: [ConsequenceRow] = []
    /// By allele: the number of the row whose transcript is chosen.
    private var picks: [Int] = []

    init(_ table: TranscriptTable, options: VariantAnnotator.Options, reference: @escaping ReferenceLookup) {
        self.table = table
        choice = options.choice
        isPickOnly = options.isPickOnly
        names = options.naming.map { AlleleNames($0, reference: reference) }
    }

    /// Appends the field's value; nothing where no transcript is touched.
    mutating func append(_ record: WaitingRecord, to text: inout [UInt8]) throws(GenomicsError) {
        if record.consequences.entries.isEmpty { return }
        if record.consequences.isAmidIntrons, record.sites.count == 1, let site = record.sites[0] {
            return try appendIntrons(site, record, to: &text)
        }
        ConsequenceRow.rows(of: record.consequences, table, into: &rows)
        choose(alleles: record.sites.count)
        names?.begin(record.sites.count)
        let isShared = record.sharesFirstBase
        var isFirst = true
        for number in rows.indices {
            let allele = rows[number].allele
            let isPick = picks[allele - 1] == number
            if isPickOnly, !isPick { continue }
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            record.append(label: allele, isShared: isShared, to: &text)
            try append(rows[number], record, isPick: isPick, to: &text)
        }
    }

    /// Appends the rows of a record's only allele, which lies amid introns of all transcripts, as most do.
    private mutating func appendIntrons(
        _ site: AlleleSite, _ record: WaitingRecord, to text: inout [UInt8]
    ) throws(GenomicsError) {
        names?.begin(1)
        let entries = record.consequences.entries
        var pick = 0
        for number in entries.indices.dropFirst()
        where isChosen(table[entries[number].transcript], before: table[entries[pick].transcript]) {
            pick = number
        }
        let isShared = record.sharesFirstBase
        for number in entries.indices where !isPickOnly || number == pick {
            let entry = entries[number]
            let model = table[entry.transcript]
            if number > 0, !isPickOnly { text.append(UInt8(ascii: ",")) }
            record.append(label: 1, isShared: isShared, to: &text)
            try append(
                intron: entry.intron ?? 0, site, record, model, self.text(model), isPick: number == pick, to: &text)
            text.append(Self.bar)
        }
    }

    /// Whether the first of two transcripts comes before the other where an allele lies amid introns of both.
    private mutating func isChosen(_ one: TranscriptModel, before other: TranscriptModel) -> Bool {
        let (first, second) = (text(one), text(other))
        return TranscriptChoice.isBefore(
            first.standing, severity: 0, second.standing, severity: 0,
            isSmaller: one.transcript.id < other.transcript.id)
    }

    /// Appends a row of an allele amid an intron, from Consequence to the bar in front of HAPLOTYPE.
    private mutating func append(
        intron: Int, _ site: AlleleSite, _ record: WaitingRecord, _ model: TranscriptModel, _ same: TranscriptText,
        isPick: Bool, to text: inout [UInt8]
    ) throws(GenomicsError) {
        text.append(bytes: same.intronNames)
        text.append(number: model.intronNumber(before: intron))
        text.append(bytes: same.intronCount)
        if names != nil, same.isCounted {
            try names?.append(site, contig: record.contigName, on: model, same, intron: intron, to: &text)
        } else {
            text.append(Self.bar)
        }
        text.append(bytes: same.intronStrand)
        if isPick { text.append(UInt8(ascii: "1")) }
        text.append(bytes: same.tags)
    }

    /// Finds the row of each allele whose transcript is chosen.
    private mutating func choose(alleles: Int) {
        picks.removeAll(keepingCapacity: true)
        for _ in 0..<alleles { picks.append(-1) }
        for number in rows.indices {
            let allele = rows[number].allele - 1
            if picks[allele] < 0 || isBefore(number, picks[allele]) { picks[allele] = number }
        }
    }

    /// Whether the first of two rows comes before the other by the rule of choice.
    private mutating func isBefore(_ one: Int, _ other: Int) -> Bool {
        let (a, b) = (table[rows[one].transcript], table[rows[other].transcript])
        let (first, second) = (text(a).standing, text(b).standing)
        let isDecided = first.rank != second.rank || first.rank == 5 && first.codingLength != second.codingLength
        return TranscriptChoice.isBefore(
            first, severity: isDecided ? 0 : severity(rows[one].consequence), second,
            severity: isDecided ? 0 : severity(rows[other].consequence), isSmaller: a.transcript.id < b.transcript.id)
    }

    private mutating func severity(_ terms: Consequence) -> Int {
        words(terms).severity
    }

    private mutating func text(_ model: TranscriptModel) -> TranscriptText {
        if let known = model.text { return known }
        let new = TranscriptText(
            model.transcript, standing: choice.standing(model.transcript), intronWords: words(model.amidIntron).text)
        model.text = new
        return new
    }

    private mutating func words(_ terms: Consequence) -> (text: [UInt8], severity: Int) {
        if let known = words[terms] { return known }
        let new = (Array("|\(terms.names.joined(separator: "&"))|\(terms.impact.rawValue)".utf8), terms.severity)
        words[terms] = new
        return new
    }

    private mutating func append(
        _ row: ConsequenceRow, _ record: WaitingRecord, isPick: Bool, to text: inout [UInt8]
    ) throws(GenomicsError) {
        let model = table[row.transcript]
        let same = self.text(model)
        if let intron = row.intron, let site = record.sites[row.allele - 1] {
            try append(intron: intron, site, record, model, same, isPick: isPick, to: &text)
            text.append(Self.bar)
            return
        }
        let (first, last) = record.extent(of: row.allele)
        text.append(bytes: words(row.consequence).text)
        text.append(bytes: same.names)
        let exons = model.exons(from: first, to: max(first, last))
        let introns = model.introns(from: first, to: max(first, last))
        if let low = exons.first, let high = exons.last {
            Self.append(model.exonNumber(low), model.exonNumber(high), of: model.exons.count, to: &text)
        }
        text.append(Self.bar)
        if let low = introns.first, let high = introns.last {
            Self.append(
                model.intronNumber(before: low), model.intronNumber(before: high), of: model.exons.count - 1,
                to: &text)
        }
        text.append(Self.bar)
        if let site = record.sites[row.allele - 1], names != nil, same.isCounted {
            try names?.append(site, contig: record.contigName, on: model, same, intron: nil, to: &text)
        } else {
            text.append(Self.bar)
        }
        text.append(Self.bar)
        if same.isCounted, !exons.isEmpty || row.change != nil {
            Self.appendPositions(row, first, last, model, to: &text)
        } else {
            text += "||||".utf8
        }
        text.append(bytes: same.strand)
        if isPick { text.append(UInt8(ascii: "1")) }
        text.append(bytes: same.tags)
        if let change = row.change, let word = change.nonsenseMediatedDecay(model) { text += word.utf8 }
        text.append(Self.bar)
        if let change = row.change, change.isCompound { text += change.source.utf8 }
    }

    /// `7`, or `7-9` of two numbers, and `/12` where there are so many.
    private static func append(_ one: Int, _ other: Int, of count: Int? = nil, to text: inout [UInt8]) {
        text.append(number: min(one, other))
        if one != other {
            text.append(UInt8(ascii: "-"))
            text.append(number: max(one, other))
        }
        guard let count else { return }
        text.append(UInt8(ascii: "/"))
        text.append(number: count)
    }

    /// cDNA_position to Codons.
    private static func appendPositions(
        _ row: ConsequenceRow, _ first: Int, _ last: Int, _ model: TranscriptModel, to text: inout [UInt8]
    ) {
        let one = model.position(ofGenomic: last < first ? first - 1 : first)
        let other = model.position(ofGenomic: last < first ? first : last)
        let bases = 0..<model.length
        if one.offset == 0, other.offset == 0, bases.contains(one.base), bases.contains(other.base) {
            append(one.base + 1, other.base + 1, to: &text)
            text.append(bar)
            if let coding = model.codingPositions, coding.contains(one.base), coding.contains(other.base) {
                append(one.base - coding.lowerBound + 1, other.base - coding.lowerBound + 1, to: &text)
            }
        } else {
            text.append(bar)
        }
        text.append(bar)
        guard let change = row.change else {
            text += "||".utf8
            return
        }
        append(
            change.residue, change.isShift ? change.residue : change.residue + max(change.reference.count, 1) - 1,
            to: &text)
        text.append(bar)
        change.appendResidues(to: &text)
        text.append(bar)
        change.appendCodons(to: &text)
    }
}
