import Genomics

/// Names an allele on a transcript by HGVS: `c.` or `n.` with the transcript's accession, and `p.` with the protein's; nil where there is no name.
public typealias VariantNaming =
    @Sendable (_ allele: Allele, _ transcript: Transcript) throws(GenomicsError) -> (coding: String?, protein: String?)

/// The INFO field `CSQ`, as Ensembl's VEP writes it: an entry an allele and transcript, values separated by bars.
final class ConsequenceField {
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

    private struct Row {
        var allele: Int
        var transcript: Int
        var consequence: Consequence
        var change: CodingChange?
    }

    /// What is the same in every row of a transcript.
    private struct Fixed {
        var standing: TranscriptChoice.Standing
        /// From SYMBOL to BIOTYPE, with bars on both sides.
        var names: [UInt8]
        /// STRAND and FLAGS.
        var strand: [UInt8]
        /// CANONICAL, MANE_SELECT and ENSP.
        var tags: [UInt8]
    }

    let transcripts: TranscriptSet
    private let choice: TranscriptChoice
    private let naming: VariantNaming?
    private var fixed: [Int: Fixed] = [:]
    /// Consequence and IMPACT, by the terms.
    private var words: [Consequence: (text: [UInt8], severity: Int)] = [:]

    init(transcripts: TranscriptSet, choice: TranscriptChoice, naming: VariantNaming?) {
        self.transcripts = transcripts
        self.choice = choice
        self.naming = naming
    }

    private func fixed(_ index: Int) -> Fixed {
        if let known = fixed[index] { return known }
        if fixed.count > 4_096 { fixed.removeAll(keepingCapacity: true) }
        let transcript = transcripts.transcripts[index]
        func joined(_ values: [String?]) -> [UInt8] {
            Array(values.map { $0.map(Self.safe) ?? [] }.joined(separator: [UInt8(ascii: "|")]))
        }
        var flags: [String] = []
        if transcript.flags.contains(.incompleteStart) { flags.append("cds_start_NF") }
        if transcript.flags.contains(.incompleteEnd) { flags.append("cds_end_NF") }
        if transcript.flags.contains(.differsFromGenome) { flags.append("differs_from_genome") }
        let new = Fixed(
            standing: choice.standing(transcript),
            names: joined([
                "", transcript.geneName, transcript.geneID, "Transcript", transcript.id, transcript.biotype, "",
            ]),
            strand: joined(["", transcript.isReverse ? "-1" : "1", flags.joined(separator: "&"), ""]),
            tags: joined([
                "", transcript.flags.contains(.ensemblCanonical) ? "YES" : nil,
                transcript.flags.contains(.maneSelect) ? "YES" : nil, transcript.proteinID, "",
            ]))
        fixed[index] = new
        return new
    }

    private func words(_ terms: Consequence) -> (text: [UInt8], severity: Int) {
        if let known = words[terms] { return known }
        let new = (Array("|\(terms.names.joined(separator: "&"))|\(terms.impact.rawValue)".utf8), terms.severity)
        words[terms] = new
        return new
    }

    /// The field's value; empty where no transcript is touched.
    func text(
        _ record: RecordConsequences, contig: String, position: Int, reference: [UInt8], alternates: [[UInt8]?],
        symbols: [ArraySlice<UInt8>], isPickOnly: Bool
    ) throws(GenomicsError) -> [UInt8] {
        if record.entries.isEmpty { return [] }
        let rows = rows(record)
        var picks: [Int: Int] = [:]
        for (number, row) in rows.enumerated() {
            if let best = picks[row.allele],
                !TranscriptChoice.isBefore(
                    fixed(row.transcript).standing, severity: words(row.consequence).severity,
                    fixed(rows[best].transcript).standing, severity: words(rows[best].consequence).severity)
            {
                continue
            }
            picks[row.allele] = number
        }
        let labels = Self.labels(reference, alternates, symbols)
        var text: [UInt8] = []
        for (number, row) in rows.enumerated() where !isPickOnly || picks[row.allele] == number {
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            let bases = alternates[row.allele - 1]
            let site = AlleleSite(
                position: position, reference: reference, alternate: bases ?? reference, number: row.allele)
            var names: (coding: String?, protein: String?) = (nil, nil)
            if let naming, let bases,
                let allele = Allele(
                    contig: contig, position: position + 1, reference: String(decoding: reference, as: UTF8.self),
                    alternate: String(decoding: bases, as: UTF8.self))
            {
                names = try naming(allele, transcripts.transcripts[row.transcript])
            }
            append(row, site, label: labels[row.allele - 1], names, isPick: picks[row.allele] == number, to: &text)
        }
        return text
    }

    /// One row for each transcript, allele and change, in the order of alleles and transcripts.
    private func rows(_ record: RecordConsequences) -> [Row] {
        var rest: [(allele: Int, transcript: Int, consequence: Consequence)] = []
        var rows: [Row] = []
        for entry in record.entries {
            if let change = entry.change {
                if rows.contains(where: {
                    $0.transcript == entry.transcript && $0.allele == entry.allele && $0.change == change
                }) {
                    continue
                }
                rows.append(
                    Row(
                        allele: entry.allele, transcript: entry.transcript,
                        consequence: change.consequence, change: change))
            } else if let place = rest.firstIndex(where: {
                $0.allele == entry.allele && $0.transcript == entry.transcript
            }) {
                rest[place].consequence.formUnion(entry.consequence)
            } else {
                rest.append((entry.allele, entry.transcript, entry.consequence))
            }
        }
        for other in rest {
            var isShown = false
            for index in rows.indices
            where rows[index].allele == other.allele && rows[index].transcript == other.transcript {
                isShown = true
                // What sequence says about start and stop codons counts more than what borders say.
                let terms =
                    rows[index].consequence.isDisjoint(with: .startStop)
                        || rows[index].change?.codons.reference.isEmpty == true
                    ? other.consequence : other.consequence.subtracting(.startStop)
                rows[index].consequence.formUnion(terms.subtracting(.synonymous))
            }
            if !isShown {
                rows.append(
                    Row(allele: other.allele, transcript: other.transcript, consequence: other.consequence, change: nil)
                )
            }
        }
        for index in rows.indices {
            rows[index].consequence = shown(rows[index].consequence, transcripts.transcripts[rows[index].transcript])
        }
        return rows.enumerated().sorted {
            ($0.element.allele, $0.element.transcript, $0.offset) < (
                $1.element.allele, $1.element.transcript, $1.offset
            )
        }.map(\.element)
    }

    /// The terms as the Sequence Ontology and VEP put them together.
    private func shown(_ consequence: Consequence, _ transcript: Transcript) -> Consequence {
        var terms = consequence.simplified
        let exonic: Consequence = [
            .fivePrimeUTR, .threePrimeUTR, .nonCodingExon, .codingSequence, .missense, .synonymous,
        ]
        if terms.contains(.spliceRegion), terms.isDisjoint(with: exonic.union(.compound)) { terms.insert(.intron) }
        if !terms.isDisjoint(with: [.stopRetained, .startRetained]) { terms.remove(.synonymous) }
        if transcript.coding == nil { terms.insert(.nonCoding) }
        if terms.contains(.nonCodingExon) { terms.remove(.nonCoding) }
        return terms
    }

    private func append(
        _ row: Row, _ site: AlleleSite, label: [UInt8], _ names: (coding: String?, protein: String?), isPick: Bool,
        to text: inout [UInt8]
    ) {
        let transcript = transcripts.transcripts[row.transcript]
        let same = fixed(row.transcript)
        let bar = UInt8(ascii: "|")
        text += label
        text += words(row.consequence).text
        text += same.names
        let places = [site.first, max(site.first, site.last)].compactMap { transcript.exonOrIntron(ofGenomic: $0) }
        let exons = places.filter(\.isExon).map(\.number)
        let introns = places.filter { !$0.isExon }.map(\.number)
        Self.span(exons, of: transcript.exons.count, to: &text)
        text.append(bar)
        Self.span(introns, of: transcript.exons.count - 1, to: &text)
        text.append(bar)
        if let name = names.coding { text += Self.safe(name) }
        text.append(bar)
        if let name = names.protein { text += Self.safe(name) }
        text.append(bar)
        if exons.isEmpty, row.change == nil {
            text += "||||".utf8
        } else {
            appendPositions(row, site, transcript, to: &text)
        }
        text += same.strand
        if isPick { text.append(UInt8(ascii: "1")) }
        text += same.tags
        if let change = row.change { text += (change.nonsenseMediatedDecay(transcript) ?? "").utf8 }
        text.append(bar)
        if let change = row.change, change.source.contains("+") { text += change.source.utf8 }
    }

    /// cDNA_position to Codons.
    private func appendPositions(_ row: Row, _ site: AlleleSite, _ transcript: Transcript, to text: inout [UInt8]) {
        let bar = UInt8(ascii: "|")
        let ends = site.last < site.first ? [site.first - 1, site.first] : [site.first, site.last]
        let positions = ends.map { transcript.position(ofGenomic: $0) }
        let length = transcript.length
        if positions.allSatisfy({ $0.offset == 0 && $0.base >= 0 && $0.base < length }) {
            let bases = positions.map(\.base)
            Self.span([bases[0] + 1, bases[1] + 1], of: nil, to: &text)
            text.append(bar)
            if let coding = transcript.codingPositions, coding.contains(bases[0]), coding.contains(bases[1]) {
                Self.span(bases.map { $0 - coding.lowerBound + 1 }, of: nil, to: &text)
            }
        } else {
            text.append(bar)
        }
        text.append(bar)
        if let change = row.change {
            let last = change.isShift ? change.residue : change.residue + max(change.reference.count, 1) - 1
            Self.span([change.residue, last], of: nil, to: &text)
            text.append(bar)
            text += change.residuesText.utf8
            text.append(bar)
            text += change.codonsText.utf8
        } else {
            text += "||".utf8
        }
    }

    /// VEP's names of alleles: without the base that all begin with, `-` for none.
    private static func labels(
        _ reference: [UInt8], _ alternates: [[UInt8]?], _ symbols: [ArraySlice<UInt8>]
    ) -> [[UInt8]] {
        let sequences = alternates.compactMap { $0 }
        let isIndel = sequences.contains { $0.count != reference.count }
        let isShared = isIndel && sequences.allSatisfy { $0.first == reference.first }
        return zip(alternates, symbols).map { bases, symbol in
            guard let bases else { return Array(symbol) }
            let label = isShared ? Array(bases.dropFirst()) : bases
            return label.isEmpty ? [UInt8(ascii: "-")] : label
        }
    }

    /// `7` or `7-9`, of several numbers, and `/12` where there are so many; nothing without a number.
    private static func span(_ numbers: [Int], of count: Int?, to text: inout [UInt8]) {
        guard let first = numbers.min(), let last = numbers.max() else { return }
        text += String(first).utf8
        if first != last { text += "-\(last)".utf8 }
        if let count { text += "/\(count)".utf8 }
    }

    /// A value without the characters that separate values in INFO: percent-encoded as VCF 4.3 has it (§ 1.2), blanks as VEP has them.
    static func safe(_ value: String) -> [UInt8] {
        value.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "="): Array("%3D".utf8)
            case UInt8(ascii: ";"): Array("%3B".utf8)
            case UInt8(ascii: ","): Array("%2C".utf8)
            case UInt8(ascii: "|"): Array("%7C".utf8)
            case UInt8(ascii: "%"): Array("%25".utf8)
            case UInt8(ascii: " "), 0x09: [UInt8(ascii: "_")]
            default: [byte]
            }
        }
    }
}
