import Genomics

/// Takes the records of an annotated file apart into alleles.
final class AnnotatedRecord {
    private(set) var counts = AnnotatedVCF.Counts()

    private let sampleColumn: Int?
    private let relativeColumns: [Int]
    private let columnCount: Int?
    private let consequencePlace: Int
    private let frequencies: FrequencyFields
    private var fields: InfoFields
    private var rows: ConsequenceRows
    private var clinVar: ClinVarFields
    private var calls = CallColumn()
    private var columns: [LineBytes] = []
    private var sampleText: LineBytes?
    private var relativeTexts: [LineBytes]
    private var relativeCalls = CallColumn()
    /// Those of the alleles that wait.
    private var waitingRelatives: [[Int?]] = []
    private var contig = (bytes: [UInt8](), name: "", isMitochondrial: false)
    private var filters = TextPool(count: 256) { text -> [String] in
        let list = text.parts(UInt8(ascii: ";")).map(\.text)
        return text.isMissing || list == ["PASS"] ? [] : list
    }
    private var bases = TextPool(count: 1_024) { $0.text.uppercased() }
    private var waiting: [AnnotatedAllele] = []
    private var head = 0

    init(
        sampleColumn: Int?, relativeColumns: [Int], columnCount: Int?, fields: InfoFields, consequencePlace: Int,
        rows: ConsequenceRows,
        frequencies: FrequencyFields, clinVar: ClinVarFields
    ) {
        self.sampleColumn = sampleColumn
        self.relativeColumns = relativeColumns
        relativeTexts = relativeColumns.map { _ in LineBytes(start: nil, count: 0) }
        self.columnCount = columnCount
        self.fields = fields
        self.consequencePlace = consequencePlace
        self.rows = rows
        self.frequencies = frequencies
        self.clinVar = clinVar
    }

    /// An allele that was read and not yet given away.
    func nextWaiting() -> AnnotatedAllele? {
        guard head < waiting.count else { return nil }
        head += 1
        return waiting[head - 1]
    }

    /// The relatives' copies of the last allele that was given away.
    var relatives: [Int?] { waitingRelatives.indices.contains(head - 1) ? waitingRelatives[head - 1] : [] }

    /// Reads a record; its alleles wait.
    func read(_ line: LineBytes) throws(GenomicsError) {
        counts.records += 1
        waiting.removeAll(keepingCapacity: true)
        waitingRelatives.removeAll(keepingCapacity: true)
        head = 0
        try split(line)
        let position = try place()
        guard !columns[3].isEmpty, columns[3].allSatisfy({ (0x41...0x5a).contains($0 & 0xdf) }) else {
            throw GenomicsError(.malformed, "\(columns[3].quoted) is no sequence of bases", field: "REF")
        }
        if columns[4].isMissing { return }
        let alternates = Array(columns[4].parts(UInt8(ascii: ",")))
        let call = try call(alternates: alternates.count)
        if let call, call.alleles.allSatisfy({ $0 == nil }) {
            counts.uncalled += alternates.count
            return
        }
        let filters = filters.value(columns[6])
        var wanted: [(allele: Int, call: AnnotatedAllele.Call?)] = []
        for (place, alternate) in alternates.enumerated() {
            guard !alternate.isEmpty else { throw GenomicsError(.malformed, "an allele is empty", field: "ALT") }
            if Self.placeholders.contains(where: { alternate.equals($0) }) {
                counts.placeholders += 1
                continue
            }
            let own = call?.call(of: place + 1, filters: filters, contig: contig.name)
            if call != nil, own == nil {
                counts.absent += 1
                continue
            }
            wanted.append((place, own))
        }
        if wanted.isEmpty { return }
        fields.read(columns[7])
        let consequences =
            try fields.value(consequencePlace).map { (text) throws(GenomicsError) in
                try rows.read(text, labels: ConsequenceRows.labels(reference: columns[3], alternates: alternates))
            }
        var known = clinVar.record(fields, id: columns[2])
        if known != nil, alternates.count > 1 {
            counts.sharedClinVar += 1
            known = nil
        }
        let reference = bases.value(columns[3])
        var alleles: [AnnotatedAllele] = []
        for (allele, call) in wanted {
            let alternate = alternates[allele]
            alleles.append(
                AnnotatedAllele(
                    contig: contig.name, position: position, reference: reference,
                    alternate: alternate.first == UInt8(ascii: "<") ? alternate.text : bases.value(alternate),
                    call: call, consequences: consequences?[allele] ?? [],
                    frequencies: try frequencies.frequencies(fields, allele: allele, of: alternates.count),
                    clinVar: known))
        }
        if !relativeColumns.isEmpty { waitingRelatives = try copies(wanted.map(\.allele), of: alternates.count) }
        waiting = alleles
        counts.alleles += alleles.count
    }

    /// Alleles of other records, and of records that say that there is no other allele.
    private static let placeholders = ["*", "<*>", "<X>", "<NON_REF>"].map { Array($0.utf8) }

    private func split(_ line: LineBytes) throws(GenomicsError) {
        columns.removeAll(keepingCapacity: true)
        sampleText = nil
        var count = 0
        for column in line.parts(0x09) {
            if count < 9 { columns.append(column) }
            if count == sampleColumn { sampleText = column }
            if !relativeColumns.isEmpty, let place = relativeColumns.firstIndex(of: count) {
                relativeTexts[place] = column
            }
            count += 1
        }
        guard count == columnCount ?? count, count >= 8 else {
            throw GenomicsError(
                .malformed, "a line of \(count) tab-separated columns instead of \(columnCount ?? 8)", field: "#CHROM")
        }
    }

    private func place() throws(GenomicsError) -> Int {
        if !columns[0].equals(contig.bytes) {
            guard !columns[0].isEmpty else {
                throw GenomicsError(.malformed, "the contig has no name", field: "#CHROM")
            }
            let name = columns[0].text
            contig = (Array(columns[0]), name, MitochondrialContig.isNamed(name))
        }
        guard let position = columns[1].integer, position <= Int(Int32.max) else {
            throw GenomicsError(.malformed, "\(columns[1].quoted) is no position", field: "POS")
        }
        return position
    }

    /// The sample's call, nil where nobody's genotypes are read; a record without GT is an uncalled one.
    private func call(alternates: Int) throws(GenomicsError) -> CallColumn.Call? {
        guard sampleColumn != nil else { return nil }
        guard columns.count > 8, let sampleText else {
            throw GenomicsError(.malformed, "the record has no column of the sample", field: "FORMAT")
        }
        return try calls.read(
            sampleText, format: columns[8], alternates: alternates, isMitochondrial: contig.isMitochondrial)
    }

    /// The relatives' copies of some alleles, counted from 0.
    private func copies(_ alleles: [Int], of alternates: Int) throws(GenomicsError) -> [[Int?]] {
        var copies = alleles.map { _ in [Int?]() }
        for text in relativeTexts {
            let call = try relativeCalls.read(
                text, format: columns[8], alternates: alternates, isMitochondrial: contig.isMitochondrial)
            let isTelling =
                !call.alleles.isEmpty && call.alleles.allSatisfy { $0 != nil } && (call.depth ?? 10) >= 10
                && (call.quality ?? 20) >= 20
            for (place, allele) in alleles.enumerated() {
                let count = call.alleles.count { $0 == allele + 1 }
                copies[place].append(isTelling && (count > 0 || !call.shows(allele + 1)) ? count : nil)
            }
        }
        return copies
    }
}
