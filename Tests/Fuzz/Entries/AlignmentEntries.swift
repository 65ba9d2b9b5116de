import Events
import Genomics

extension FuzzEntry {
    /// FASTQ, plain or compressed: the first byte says how it is paired, `1`, `2` (a byte 0x1e begins the mates) or `i`.
    static let fastq = FuzzEntry("fastq", longest: 1024) { input in
        let (first, second) = (InputFile.forThisThread, InputFile.secondOfThisThread)
        let body = Array(input.dropFirst())
        let source: ReadSource
        switch input.first {
        case UInt8(ascii: "2"):
            let end = body.firstIndex(of: 0x1e) ?? body.endIndex
            first.hold([UInt8](body[..<end]))
            second.hold([UInt8](body[end...].dropFirst()))
            source = .pairedFASTQ(first.path, second.path)
        case UInt8(ascii: "i"):
            first.hold(body)
            source = .interleavedFASTQ(first.path)
        default:
            first.hold(body)
            source = .fastq(path: first.path)
        }
        let records = try readAll(
            try ReadFile(source, readGroup: "rg", reference: nil), of: input.count, isCompressed: true)
        for record in records {
            try FuzzFinding.unless(record.qualities.count == record.sequenceLength, "not one quality a base")
            try FuzzFinding.unless(record.flags.contains(.unmapped), "a read of FASTQ that is mapped")
        }
        try checkBatch(records, AlignmentHeader(contigs: [], readGroups: [ReadGroup(id: "rg", sample: "s")]))
    }

    /// SAM text.
    static let sam = FuzzEntry("sam", longest: 2048) { input in try checkAlignments(input) }

    /// BAM: what begins with BAM's own magic is put into BGZF first, so that inputs need no checksums.
    static let bam = FuzzEntry("bam", longest: 2048) { input in
        let magic: [UInt8] = [0x42, 0x41, 0x4d, 1]
        let file = input.starts(with: magic) ? Checksums.blocked(input) : input
        let isRead = Result { try checkAlignments(file) }
        if case .failure(let finding as FuzzFinding) = isRead { throw finding }
        // As a batch of a topic.
        let (header, records) = try BAMBatch.decode(file)
        let written = try mustNotThrow("writing a batch") { try BAMBatch.encode(header: header, records: records) }
        let again = try mustNotThrow("a batch that was written") { try BAMBatch.decode(written) }
        try FuzzFinding.unless(again.records == records, "other records after writing them")
    }

    /// CRAM, against the reference of these tests; checksums are made right, so that what lies behind them is reached.
    static let cram = FuzzEntry("cram", longest: 2048) { input in try checkAlignments(Checksums.corrected(input)) }

    private static func checkAlignments(_ input: [UInt8]) throws {
        let file = InputFile.forThisThread
        file.hold(input)
        let reference = FuzzReference.shared
        let opened = try open(.alignments(file.path), reference.genome)
        guard let header = opened.header else { throw FuzzFinding("alignments without a header") }
        let records = try readAll(opened, of: input.count, isCompressed: input.starts(with: [0x1f, 0x8b]))
        for record in records {
            let isListed = record.referenceID >= -1 && Int(record.referenceID) < header.contigs.count
            try FuzzFinding.unless(isListed, "contig \(record.referenceID)")
            _ = (record.name, record.cigar, record.sequence, record.qualities.count, record.referenceRange)
            let tags = BAMTags(record.tags)
            _ = (tags.string("MC"), tags.int("NM"))
        }
        try checkBatch(records, header)
        reference.call(records)
    }

    /// Alignments to another reference are read without one.
    private static func open(_ source: ReadSource, _ reference: ReferenceGenome) throws(GenomicsError) -> ReadFile {
        do throws(GenomicsError) {
            return try ReadFile(source, readGroup: "rg", reference: reference)
        } catch {
            guard error.code == .referenceMismatch else { throw error }
            return try ReadFile(source, readGroup: "rg", reference: nil)
        }
    }

    /// Reads to the end, in as many steps as the input has bytes; problems say where they are.
    private static func readAll(_ file: ReadFile, of size: Int, isCompressed: Bool) throws -> [BAMRecord] {
        // More records than a small file holds may come out of one that is compressed: enough of them is enough.
        let enough = 2 * size + 64
        var records: [BAMRecord] = []
        var problems = 0
        while records.count + (isCompressed ? problems : 0) < enough, let item = try next(file) {
            switch item {
            case .fragment(let fragment): records += fragment
            case .problem(let problem):
                problems += 1
                let isSaid = !problem.file.isEmpty && !problem.field.isEmpty && !problem.message.isEmpty
                try FuzzFinding.unless(isSaid && !problem.kind.isEmpty, "a problem without a place: \(problem)")
                try FuzzFinding.unless(problem.record >= 0, "record \(problem.record)")
            }
            try FuzzFinding.unless(problems <= enough, "\(problems) problems in \(size) bytes")
        }
        return records
    }

    /// A read that lies where the reference has no bases ends the file; what came before it counts.
    private static func next(_ file: ReadFile) throws(GenomicsError) -> ReadFile.Item? {
        do throws(GenomicsError) {
            return try file.next()
        } catch {
            if error.code == .referenceMismatch { return nil }
            throw error
        }
    }

    /// Records that were read travel through the topics and are the same afterwards.
    private static func checkBatch(_ records: [BAMRecord], _ header: AlignmentHeader) throws(FuzzFinding) {
        var index: [String: Int] = [:]
        for (number, contig) in header.contigs.enumerated() { index[contig.name] = number }
        // A name that is there twice is refused where reads are held against a reference.
        guard index.count == header.contigs.count else { return }
        let written = try mustNotThrow("writing a batch") { try AlignmentBatch.encode(records, header: header) }
        let again = try mustNotThrow("a batch that was written") { try AlignmentBatch.decode(written, contigs: index) }
        try FuzzFinding.unless(again.records == records, "other records after writing them")
    }
}
