import CHTSlib
import Foundation

/// The records of a SAM, BAM or CRAM file as they stand.
///
/// A malformed record of SAM or BAM is reported and the next one is read; damage of the compressed data, and any error in
/// CRAM, ends the file.
final class AlignmentReader: ItemReader {
    /// The header, in whose order the records number the contigs.
    let header: AlignmentHeader
    let totalBytes: Int64?
    let path: String
    /// The number of the record delivered last, counted from 1.
    private(set) var record = 0
    /// Whether a read is mapped, as far as the first ``lookAhead`` tell; true for a file without reads.
    private(set) var isMapped = true
    /// How many records, and bytes of them, are looked at to see whether any is mapped.
    private static let lookAhead = 10_000
    private static let lookAheadBytes = 16 << 20

    private let file: UnsafeMutablePointer<htsFile>
    private let samHeader: UnsafeMutablePointer<sam_hdr_t>
    private let scratch: UnsafeMutablePointer<bam1_t>
    private var placement: ReferencePlacement?
    private let lacksEnd: Bool
    private var order: CoordinateOrder?
    private var line = kstring_t()
    private var readCount = 0
    /// What was read ahead, the next at the end.
    private var early: [(outcome: Outcome, record: Int)] = []
    private var malformedInARow = 0
    private var isFinished = false

    /// After so many malformed BAM records in a row their lengths cannot be trusted either.
    private static let patience = 100
    /// htslib's `KS_SEP_LINE`, a macro of a header that Swift cannot read.
    private static let lineSeparator: Int32 = 2
    /// Far above the longest read there is.
    private static let longestRecord = 512 << 20

    /// Opens a file; CRAM needs a reference unless its reads are wanted `withoutBases`.
    init(path: String, reference: ReferenceGenome?, withoutBases: Bool = false) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        errno = 0
        guard let file = hts_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        var samHeader: UnsafeMutablePointer<sam_hdr_t>?
        do throws(GenomicsError) {
            try Self.prepare(file, path, reference, withoutBases: withoutBases)
            samHeader = sam_hdr_read(file)
            guard let samHeader else {
                throw GenomicsError(
                    .malformed, "the SAM, BAM or CRAM header cannot be read; the file is cut short or damaged",
                    file: path, field: "header")
            }
            let header = try Self.header(samHeader, isCRAM: file.pointee.is_cram != 0, path)
            guard let scratch = bam_init1() else { throw GenomicsError(.cannotRead, "out of memory", file: path) }
            self.header = header
            self.samHeader = samHeader
            self.scratch = scratch
        } catch {
            sam_hdr_destroy(samHeader)
            hts_close(file)
            throw error
        }
        self.path = path
        self.file = file
        // 0: there is none where the format asks for one.
        lacksEnd = file.pointee.is_cram != 0 && hts_check_EOF(file) == 0
        totalBytes = CompressedInput.size(of: path)
        if header.isCoordinateSorted { order = CoordinateOrder() }
        lookForMappedRead()
        // Where unmapped reads were to lie is nobody's business.
        if isMapped, let reference {
            placement = try ReferencePlacement(header: header, reference: reference, path: path)
        }
    }

    /// Reads ahead to the first mapped record.
    private func lookForMappedRead() {
        var (unmapped, bytes) = (0, 0)
        look: while early.count < Self.lookAhead, bytes < Self.lookAheadBytes {
            let outcome = read()
            early.append((outcome, readCount))
            switch outcome {
            case .record(let read):
                if !read.flags.contains(.unmapped) {
                    unmapped = 0
                    break look
                }
                unmapped += 1
                bytes += read.bytes.count
            case .problem: if isFinished { break look }
            case .end: break look
            }
        }
        isMapped = unmapped == 0
        early.reverse()
    }

    deinit {
        bam_destroy1(scratch)
        sam_hdr_destroy(samHeader)
        hts_close(file)
        free(line.s)
    }

    var bytesRead: Int64 { Int64(htell(hts_stream(file))) }

    /// BAM alone can be gone on with: its virtual offset says all.
    var position: ReadPosition? {
        guard file.pointee.format.format == bam, !isFinished, early.isEmpty, malformedInARow == 0,
            let bgzf = file.pointee.fp.bgzf
        else { return nil }
        let offset = bgzf.pointee.block_address << 16 | Int64(bgzf.pointee.block_offset & 0xffff)
        return ReadPosition(places: [.init(record: record, offset: offset)])
    }

    func resume(at position: ReadPosition) -> Bool {
        guard file.pointee.format.format == bam, totalBytes != nil, let place = position.places.first,
            let bgzf = file.pointee.fp.bgzf, bgzf_seek(bgzf, place.offset, SEEK_SET) == 0
        else { return false }
        (record, readCount, early, isFinished) = (place.record, place.record, [], false)
        if order != nil { order = CoordinateOrder() }
        return true
    }

    func next() throws(GenomicsError) -> ReadFile.Item? {
        guard let outcome = nextOutcome() else { return nil }
        switch outcome {
        case .record(let read):
            do throws(GenomicsError) {
                try read.check(contigCount: header.contigs.count)
            } catch {
                return .problem(problem(error.field ?? "record", error.message, read.bytes))
            }
            if order?.accepts(read) == false {
                throw GenomicsError(
                    .malformed,
                    "the file is not sorted as its header says (SO:coordinate): this record stands behind a later one; sort "
                        + "it with `samtools sort`", file: path, record: record, field: "POS")
            }
            if let error = try placement?.flaw(of: read) {
                if error.code == .malformed { return .problem(problem(error.field ?? "POS", error.message, read.name)) }
                throw GenomicsError(error.code, error.message, file: path, record: record, field: error.field)
            }
            return .fragment([read])
        case .problem(let problem): return .problem(problem)
        case .end:
            if lacksEnd || (file.pointee.is_bgzf != 0 && bgzf_lacks_end(file.pointee.fp.bgzf) != 0) {
                let field = lacksEnd ? "CRAM" : "BGZF"
                return .problem(problem(field, "the file lacks its end marker; it is probably cut short"))
            }
            if record > 1 { return nil }
            record = 0
            return .problem(problem("file", "no reads"))
        }
    }

    /// What was read ahead, then what follows; nil behind the end.
    private func nextOutcome() -> Outcome? {
        if let next = early.popLast() {
            record = next.record
            return next.outcome
        }
        guard !isFinished else { return nil }
        let outcome = read()
        record = readCount
        return outcome
    }

    private func read() -> Outcome {
        readCount += 1
        record = readCount
        let outcome: Outcome =
            switch file.pointee.format.format {
            case bam: nextBAM()
            case sam: nextSAM()
            default: nextCRAM()
            }
        if case .end = outcome { isFinished = true }
        return outcome
    }

    private enum Outcome {
        case record(BAMRecord)
        case problem(InputProblem)
        case end
    }

    // The formats.

    /// BAM's records are taken as they lie in the file, so that one that is malformed costs only itself.
    private func nextBAM() -> Outcome {
        guard let bgzf = file.pointee.fp.bgzf else { return .end }
        var size: Int32 = 0
        let got = bgzf_read(bgzf, &size, 4)
        if got == 0 { return .end }
        let length = Int(Int32(littleEndian: size))
        guard got == 4 else { return damaged() }
        guard length >= BAMRecord.fixedLength, length <= Self.longestRecord else {
            isFinished = true
            return .problem(problem("block_size", "a record of \(length) bytes; the rest of the file was left out"))
        }
        guard let bytes = Self.bytes(length, of: bgzf) else { return damaged() }
        do throws(GenomicsError) {
            let read = try BAMRecord(validating: bytes)
            malformedInARow = 0
            return .record(read)
        } catch {
            malformedInARow += 1
            isFinished = malformedInARow == Self.patience
            let rest = isFinished ? "; so were \(Self.patience - 1) before it, and the rest was left out" : ""
            return .problem(problem(error.field ?? "record", error.message + rest, bytes))
        }
    }

    /// So many bytes, taken in pieces: a length that is false reserves little more than is there.
    private static func bytes(_ length: Int, of bgzf: UnsafeMutablePointer<BGZF>) -> [UInt8]? {
        let longestPiece = 1 << 20
        var bytes: [UInt8] = []
        while bytes.count < length {
            let wanted = min(length - bytes.count, longestPiece)
            var isWhole = false
            let piece = [UInt8](unsafeUninitializedCapacity: wanted) { out, count in
                isWhole = bgzf_read(bgzf, out.baseAddress, wanted) == wanted
                count = isWhole ? wanted : 0
            }
            guard isWhole else { return nil }
            if wanted == length { return piece }
            bytes += piece
        }
        return bytes
    }

    /// SAM is read line by line here, because htslib gives away neither the line nor the field that it refuses.
    private func nextSAM() -> Outcome {
        if file.pointee.line.l > 0 {
            // sam_hdr_read reads one line too far and leaves it here.
            swap(&line, &file.pointee.line)
            file.pointee.line.l = 0
        } else {
            let status = hts_getline(file, Self.lineSeparator, &line)
            if status == -1 { return .end }
            if status < -1 { return damaged() }
        }
        guard let start = line.s else { return .end }
        let view = UnsafeMutableRawBufferPointer(start: start, count: line.l).bindMemory(to: UInt8.self)
        // The parser ends fields with zeros, so a zero of the file's own has to be found before.
        if memchr(start, 0, view.count) == nil {
            let status = sam_parse1(&line, samHeader, scratch)
            // A contig that the header lacks makes htslib call the read unmapped without an error.
            if status >= 0, scratch.pointee.core.tid >= 0 || !SAMLine.namesContig(view) {
                return BAMRecord.converting(scratch).map { .record($0) }
                    ?? .problem(problem("record", "a number does not fit BAM; the record was left out", view))
            }
            for index in view.indices where view[index] == 0 { view[index] = UInt8(ascii: "\t") }
        }
        let flaw = SAMLine.flaw(of: UnsafeBufferPointer(view), header: header)
        return .problem(problem(flaw.field, flaw.message + "; the record was left out", view))
    }

    private func nextCRAM() -> Outcome {
        let status = sam_read1(file, samHeader, scratch)
        if status == -1 { return .end }
        guard status >= 0, let read = BAMRecord.converting(scratch) else {
            isFinished = true
            return .problem(
                problem("CRAM", "cut short, damaged, or not aligned to this reference; the rest was left out"))
        }
        return .record(read)
    }

    private func damaged() -> Outcome {
        isFinished = true
        return .problem(problem("BGZF", "the compressed data is cut short or damaged; the rest was left out"))
    }

    private func problem(_ field: String, _ message: String, _ sample: some Sequence<UInt8> = [] as [UInt8])
        -> InputProblem
    {
        InputProblem(file: path, record: record, field: field, message: message, sample: sample)
    }

    // Opening.

    private static func prepare(
        _ file: UnsafeMutablePointer<htsFile>, _ path: String, _ reference: ReferenceGenome?, withoutBases: Bool
    ) throws(GenomicsError) {
        switch file.pointee.format.format {
        case sam, bam: return
        case cram:
            if withoutBases, reference == nil, cram_leave_out_bases(file) == 0 { return }
            guard let reference else {
                throw GenomicsError(.unsupported, "CRAM needs the reference its reads were aligned to", file: path)
            }
            guard hts_set_fai_filename(file, reference.files.path) == 0 else {
                throw GenomicsError(.cannotRead, "the reference cannot be used for CRAM", file: reference.path)
            }
        case fastq_format: throw GenomicsError(.unsupported, "this is FASTQ; read it as FASTQ", file: path)
        default: throw GenomicsError(.unsupported, "this is neither SAM, BAM nor CRAM", file: path)
        }
    }

    private static func header(
        _ samHeader: UnsafeMutablePointer<sam_hdr_t>, isCRAM: Bool, _ path: String
    ) throws(GenomicsError) -> AlignmentHeader {
        let contigs = (0..<sam_hdr_nref(samHeader)).map { number in
            Contig(
                name: sam_hdr_tid2name(samHeader, number).map { String(cString: $0) } ?? "",
                length: Int(sam_hdr_tid2len(samHeader, number)))
        }
        let text = sam_hdr_str(samHeader).map { String(cString: $0) } ?? ""
        do throws(GenomicsError) {
            // CRAM has no list besides the text, and htslib's copy of it takes its lengths from the reference.
            return try AlignmentHeader(text: text, contigs: isCRAM ? nil : contigs)
        } catch {
            throw GenomicsError(error.code, error.message, file: path, record: error.record, field: error.field)
        }
    }
}
