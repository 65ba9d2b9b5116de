import Genomics

/// The records between a reader and a writer: they wait for the neighbours that a haplotype's consequences need.
struct AnnotationStream {
    private let reference: ReferenceGenome
    private let sources: [AnnotationSource]
    private let options: VariantAnnotator.Options
    private let hasSamples: Bool
    private let writer: VCFTextWriter
    private var caller: ConsequenceCaller?
    private var field: ConsequenceField?
    private let table: TranscriptTable?
    private var queue = RecordQueue()
    /// What is added to a record, and the record with it.
    private var info: [UInt8] = []
    private var text: [UInt8] = []
    private var contig: (name: [UInt8], known: String?) = ([], nil)
    private var seen: Set<[UInt8]> = []
    private var last = -1
    private var cursor: ReferenceCursor
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
        cursor = ReferenceCursor(reference)
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

    /// Takes the next line, and gives its room for another one in return.
    mutating func add(_ bytes: inout [UInt8]) throws(GenomicsError) {
        let record = queue.empty()
        try record.take(&bytes, number: summary.records)
        let line = record.line
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
        record.isOn(contig.known)
        if let name = contig.known {
            if try !cursor.agrees(line.position, record.reference) {
                record.isMismatched = true
                summary.mismatched += 1
                firstMismatch = firstMismatch ?? "\(name):\(line.position + 1)"
            }
        } else {
            summary.foreign += 1
            firstForeign = firstForeign ?? String(decoding: line.contig, as: UTF8.self)
        }
        guard caller != nil else {
            queue.add(record)
            return try flush(1)
        }
        try caller?.add(
            record, queue, isUsed: contig.known != nil && !record.isMismatched, hasSamples: hasSamples)
        queue.add(record)
        try flush(caller?.finished(queue) ?? 1)
    }

    mutating func finish() throws(GenomicsError) {
        try flush(caller?.finished(queue, all: true) ?? 0)
        if let caller {
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
        cursor.move(to: known ?? text)
        caller?.begin(known ?? text, queue)
        last = -1
    }

    private mutating func flush(_ count: Int) throws(GenomicsError) {
        for _ in 0..<count {
            let record = queue[0]
            info.removeAll(keepingCapacity: true)
            try gather(record)
            text.removeAll(keepingCapacity: true)
            record.line.append(adding: info, to: &text)
            try writer.write(line: text)
            queue.removeFirst()
        }
    }

    /// Puts what is added to a record into ``info``.
    private mutating func gather(_ record: WaitingRecord) throws(GenomicsError) {
        if record.isMismatched {
            info += "REF_MISMATCH".utf8
            return
        }
        guard let contig = record.contig else { return }
        if !record.consequences.entries.isEmpty {
            summary.withConsequence += 1
            info += "CSQ=".utf8
            try field?.append(record, to: &info)
            if options.hasBCSQ, let table {
                let text = ConsequenceText(record.consequences, table.transcripts).text
                if text != "." { info += ";BCSQ=\(text)".utf8 }
            }
        }
        for (place, source) in sources.enumerated() {
            let end = info.count
            try source.appendInfo(record, on: contig, to: &info)
            if info.count > end { summary.known[place] += 1 }
        }
    }
}
