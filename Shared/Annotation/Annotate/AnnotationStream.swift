import Genomics

/// The records between a reader and a writer: they wait for the neighbours that a haplotype's consequences need.
struct AnnotationStream {
    private let reference: ReferenceGenome
    private let sources: [AnnotationSource]
    private let options: VariantAnnotator.Options
    private let hasSamples: Bool
    private let writer: VCFTextWriter
    private let caller: ConsequenceCaller?
    private var field: ConsequenceField?
    private let table: TranscriptTable?
    private var waiting: [WaitingRecord] = []
    /// What is added to a record, and the record with it.
    private var info: [UInt8] = []
    private var text: [UInt8] = []
    private var head = 0
    private var contig: (name: [UInt8], known: String?) = ([], nil)
    private var seen: Set<[UInt8]> = []
    private var last = -1
    private var window = ReferenceWindow(start: 0, bases: [])
    private static let windowLength = 1 << 17
    private(set) var summary = VariantAnnotator.Summary()
    private var firstMismatch: String?
    private var firstForeign: String?
    private var renamed: String?

    init(
        reference: ReferenceGenome, transcripts: TranscriptSet?, sources: [AnnotationSource],
        options: VariantAnnotator.Options, hasSamples: Bool, writer: VCFTextWriter
    ) {
        self.reference = reference
        self.sources = sources
        self.options = options
        self.hasSamples = hasSamples
        self.writer = writer
        let isLocal = options.isLocal || !hasSamples && !options.isOneHaplotype
        let table = transcripts.map { TranscriptTable($0, reference: reference.window) }
        self.table = table
        caller = table.map { ConsequenceCaller($0, isLocal: isLocal) }
        field = table.map { ConsequenceField($0, options: options, reference: reference.window) }
        summary.known = sources.map { _ in 0 }
    }

    /// What is worth a word.
    var remarks: [String] {
        var remarks: [String] = []
        if let renamed { remarks.append("contigs have other names in \(reference.path): \(renamed), …") }
        if let firstForeign {
            remarks.append(
                "\(summary.foreign) records are on contigs that \(reference.path) lacks, first \(firstForeign)")
        }
        if let firstMismatch {
            remarks.append(
                "REF of \(summary.mismatched) records is not what \(reference.path) has there, first \(firstMismatch); they have the "
                    + "flag REF_MISMATCH and are not annotated")
        }
        if summary.symbolic > 0 {
            remarks.append("\(summary.symbolic) records have symbolic alleles of which no consequence is told")
        }
        if summary.overlapping > 0 {
            remarks.append(
                "\(summary.overlapping) alleles overlap another one of their haplotype; what they do is told of each alone"
            )
        }
        return remarks
    }

    mutating func add(_ line: VCFLine) throws(GenomicsError) {
        if !line.isOn(contig.name) {
            try move(to: Array(line.contig))
        } else if line.position < last {
            throw GenomicsError(
                .malformed,
                "\(String(decoding: line.contig, as: UTF8.self)):\(line.position + 1) comes behind a later position; sort the file "
                    + "(bcftools sort)", field: "POS")
        }
        last = line.position
        summary.records += 1
        let bases = line.reference
        var isMismatched = false
        if let name = contig.known {
            isMismatched = try !agrees(name, line.position, bases)
            if isMismatched {
                summary.mismatched += 1
                firstMismatch = firstMismatch ?? "\(name):\(line.position + 1)"
            }
        } else {
            summary.foreign += 1
            firstForeign = firstForeign ?? String(decoding: line.contig, as: UTF8.self)
        }
        let record = WaitingRecord(line, reference: bases, contig: contig.known, isMismatched: isMismatched)
        waiting.append(record)
        guard let caller else { return try flush(1, nil) }
        let hasSamples = hasSamples
        try caller.add(
            record, isUsed: record.contig != nil && !record.isMismatched,
            carriers: {
                hasSamples
                    ? line.carriers() : [.init(sample: 0, allele: 1, placement: .phased(set: 0, copy: 0))]
            })
        let done = caller.finished()
        if !done.isEmpty { try flush(done.count, done) }
    }

    mutating func finish() throws(GenomicsError) {
        if let caller {
            let done = caller.finished(all: true)
            try flush(done.count, done)
            summary.overlapping = caller.overlapping
            summary.symbolic = caller.untold
        }
    }

    private mutating func move(to name: [UInt8]) throws(GenomicsError) {
        let text = String(decoding: name, as: UTF8.self)
        guard seen.insert(name).inserted else {
            throw GenomicsError(
                .malformed, "records of \(text) are in two places; sort the file (bcftools sort)", field: "#CHROM")
        }
        var known: String? = reference.index(of: text) != nil ? text : nil
        if known == nil, let other = ContigNaming.alias(text, isKnown: { reference.index(of: $0) != nil }) {
            known = other
            renamed = renamed ?? "\(text) = \(other)"
        }
        contig = (name, known)
        window = ReferenceWindow(start: 0, bases: [])
        last = -1
    }

    private mutating func agrees(_ name: String, _ position: Int, _ bases: [UInt8]) throws(GenomicsError) -> Bool {
        let range = position..<(position + bases.count)
        if range.lowerBound < window.range.lowerBound || range.upperBound > window.range.upperBound {
            window = try reference.window(
                name, max(0, position)..<(max(0, position) + max(bases.count, Self.windowLength)))
        }
        guard position >= window.range.lowerBound, range.upperBound <= window.range.upperBound else { return false }
        for (offset, base) in bases.enumerated() {
            let expected = window[position + offset]
            if base != expected, base != UInt8(ascii: "N"), Nucleotide.isBase(expected) || expected == UInt8(ascii: "N")
            {
                // An unknown base of the reference agrees with all.
                if expected == UInt8(ascii: "N") { continue }
                return false
            }
        }
        return true
    }

    private mutating func flush(_ count: Int, _ consequences: [RecordConsequences]?) throws(GenomicsError) {
        for number in 0..<count {
            info.removeAll(keepingCapacity: true)
            try gather(waiting[head], consequences?[number])
            text.removeAll(keepingCapacity: true)
            waiting[head].line.append(adding: info, to: &text)
            try writer.write(line: text)
            head += 1
        }
        if head > 1_024 || head == waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
    }

    /// Puts what is added to a record into ``info``.
    private mutating func gather(_ record: WaitingRecord, _ consequences: RecordConsequences?) throws(GenomicsError) {
        if record.isMismatched {
            info += "REF_MISMATCH".utf8
            return
        }
        guard let contig = record.contig else { return }
        if let consequences, !consequences.entries.isEmpty {
            summary.withConsequence += 1
            info += "CSQ=".utf8
            try field?.append(consequences, of: record, to: &info)
            if options.hasBCSQ, let table {
                let text = ConsequenceText(consequences, table.transcripts).text
                if text != "." { info += ";BCSQ=\(text)".utf8 }
            }
        }
        for (place, source) in sources.enumerated() {
            let end = info.count
            try source.appendInfo(contig: contig, sites: record.sites, position: record.position, to: &info)
            if info.count > end { summary.known[place] += 1 }
        }
    }
}
