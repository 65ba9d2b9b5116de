/// The reads of one FASTQ file in order: in the four-line form that instruments write, or with bases and qualities wrapped
/// over several lines.
///
/// A record that is wrong is reported with its number and left out. Where the lines have lost their rhythm, reading goes
/// on at the next line that starts with `@` and is followed by a line and then one that starts with `+`; a quality line
/// that starts with `@` cannot be taken for it.
final class FASTQReader {
    /// A read, or what was wrong with one.
    enum Entry {
        case read(BAMRecord)
        case problem(InputProblem)
    }

    /// The path as the caller gave it.
    let path: String
    /// The number of the record returned last, counted from 1.
    private(set) var record = 0

    private var lines: FASTQLines
    private let maker: FASTQRecord
    private var scale = QualityScale()
    private var isEndReported = false

    init(path: String, readGroup: String) throws(GenomicsError) {
        let input = try CompressedInput(path: path)
        self.path = path
        lines = FASTQLines(input)
        maker = FASTQRecord(readGroup: readGroup)
        switch lines.line(at: 0) {
        case .end: return
        case .line, .tooLong: break
        }
        if lines.bytes(0..<min(3, lines.count)) == ByteOrderMark.utf8 { lines.consume(ByteOrderMark.utf8.count) }
        if let format = Self.foreignFormat(lines.bytes(0..<min(4096, lines.count))) {
            throw GenomicsError(.unsupported, format, file: path)
        }
    }

    /// The bytes of the file that have been read.
    var bytesRead: Int64 { lines.input.bytesRead }
    /// The size of the file, unless it is a pipe.
    var totalBytes: Int64? { lines.input.totalBytes }

    /// The next read or problem; nil at the end.
    ///
    /// Throws once the first reads show that their qualities are of another scale.
    func nextRead() throws(GenomicsError) -> Entry? {
        let wasDecided = scale.isDecided
        let entry = nextEntry()
        if !wasDecided, scale.isDecided || entry == nil, let flaw = scale.flaw {
            throw GenomicsError(.unsupported, flaw, file: path, field: "QUAL")
        }
        return entry
    }

    private func nextEntry() -> Entry? {
        skipBlankLines()
        guard lines.count > 0 else { return atEnd() }
        record += 1
        switch lines.line(at: 0) {
        case .end: return atEnd()
        case .tooLong: return overlong()
        case .line(let header): return read(after: header)
        }
    }

    private func read(after header: FASTQLines.Line) -> Entry {
        guard starts(header, with: "@") else { return broken(header, "QNAME", "a record starts with '@'") }
        let sequence: FASTQLines.Line
        let qualities: FASTQLines.Line
        do throws(Interruption) {
            sequence = try line(after: header, "SEQ")
            let plus = try line(after: sequence, "+")
            guard starts(plus, with: "+") else {
                if isBases(sequence), isBases(plus) { return try wrapped(header, sequence) }
                return broken(header, "+", "the line after the bases does not start with '+'")
            }
            qualities = try line(after: plus, "QUAL")
        } catch {
            switch error {
            case .tooLong: return overlong()
            case .end(let field): return cutShort(field)
            }
        }
        return made(header, view(sequence.range), view(qualities.range), last: qualities)
    }

    /// A record whose bases, and so its qualities too, stand on several lines.
    private func wrapped(_ header: FASTQLines.Line, _ first: FASTQLines.Line) throws(Interruption) -> Entry {
        var sequence = lines.bytes(first.range)
        var last = try line(after: first, "SEQ")
        while !starts(last, with: "+") {
            guard isBases(last) else {
                return broken(header, "+", "the line after the bases does not start with '+'")
            }
            sequence += lines.bytes(last.range)
            last = try line(after: last, "+")
        }
        var qualities: [UInt8] = []
        while qualities.count < sequence.count {
            last = try line(after: last, "QUAL")
            qualities += lines.bytes(last.range)
        }
        return sequence.withUnsafeBufferPointer { sequence in
            qualities.withUnsafeBufferPointer { made(header, sequence, $0, last: last) }
        }
    }

    /// The record of its parts, of which `last` is the last line.
    private func made(
        _ header: FASTQLines.Line, _ sequence: UnsafeBufferPointer<UInt8>, _ qualities: UnsafeBufferPointer<UInt8>,
        last: FASTQLines.Line
    ) -> Entry {
        do throws(FASTQRecord.Flaw) {
            let read = try maker.make(
                header: view(header.range.dropFirst()), sequence: sequence, qualities: qualities)
            scale.add(qualities)
            lines.consume(last.next)
            return .read(read)
        } catch {
            if !last.isClosed, lines.input.damage != nil { return cutShort("QUAL") }
            let problem = problem(error.field, error.message + "; the record was left out", kind: error.kind)
            if isRecordStart(last.next) {
                lines.consume(last.next)
            } else {
                resynchronise(after: header.next)
            }
            return .problem(problem)
        }
    }

    /// Why a record's next line is not there.
    private enum Interruption: Error {
        case end(field: String)
        case tooLong
    }

    private func line(after line: FASTQLines.Line, _ field: String) throws(Interruption) -> FASTQLines.Line {
        switch lines.line(at: line.next) {
        case .line(let line): return line
        case .end: throw .end(field: field)
        case .tooLong: throw .tooLong
        }
    }

    private func view(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: lines.start + range.lowerBound, count: range.count)
    }

    // What can go wrong.

    private func broken(_ header: FASTQLines.Line, _ field: String, _ message: String) -> Entry {
        if !header.isClosed, lines.input.damage != nil { return cutShort(field) }
        let problem = problem(field, message + "; the record was left out", kind: "not-a-record")
        resynchronise(after: header.next)
        return .problem(problem)
    }

    /// The input ends inside a record, by itself or because it is damaged.
    private func cutShort(_ field: String) -> Entry {
        let problem: InputProblem
        if let damage = lines.input.damage {
            isEndReported = true
            problem = self.problem("gzip", damage, kind: "cut-short")
        } else {
            problem = self.problem(
                field, "the file ends inside the record, before its \(field) line", kind: "cut-short")
        }
        lines.consume(lines.count)
        return .problem(problem)
    }

    private func overlong() -> Entry {
        let problem = problem(
            "record", "longer than \(FASTQLines.longestRecord >> 20) MiB; this is not FASTQ", kind: "too-long")
        lines.consumeOverlongLine()
        resynchronise(after: 0)
        return .problem(problem)
    }

    private func atEnd() -> Entry? {
        if isEndReported { return nil }
        isEndReported = true
        if let damage = lines.input.damage {
            record += 1
            return .problem(problem("gzip", damage, kind: "cut-short"))
        }
        return record == 0 ? .problem(problem("file", "no reads", kind: "no-reads")) : nil
    }

    private func problem(_ field: String, _ message: String, kind: String) -> InputProblem {
        InputProblem(
            file: path, record: record, field: field, message: message, kind: kind,
            sample: UnsafeBufferPointer(start: lines.start, count: min(200, lines.count)))
    }

    // Finding the next record.

    private func skipBlankLines() {
        while case .line(let line) = lines.line(at: 0), line.range.isEmpty { lines.consume(line.next) }
    }

    /// Whether a line that starts with `@`, or the end, is at an offset.
    private func isRecordStart(_ offset: Int) -> Bool {
        guard case .line(let line) = lines.line(at: offset) else { return true }
        return line.range.isEmpty || lines.start[line.range.lowerBound] == UInt8(ascii: "@")
    }

    private func resynchronise(after offset: Int) {
        lines.consume(offset)
        while true {
            switch lines.line(at: 0) {
            case .end: return
            case .tooLong: lines.consumeOverlongLine()
            case .line(let line):
                if starts(line, with: "@"), isHeader(line) { return }
                lines.consume(line.next)
            }
        }
    }

    /// Whether bases, and then a line that starts with `+`, follow a line.
    private func isHeader(_ line: FASTQLines.Line) -> Bool {
        guard case .line(let sequence) = lines.line(at: line.next), !starts(sequence, with: "@") else { return false }
        var last = sequence
        while case .line(let next) = lines.line(at: last.next) {
            if starts(next, with: "+") { return true }
            guard isBases(next) else { return false }
            last = next
        }
        return false
    }

    private func isBases(_ line: FASTQLines.Line) -> Bool {
        !line.range.isEmpty && view(line.range).allSatisfy(FASTQRecord.isBase)
    }

    private func starts(_ line: FASTQLines.Line, with letter: Unicode.Scalar) -> Bool {
        !line.range.isEmpty && lines.start[line.range.lowerBound] == UInt8(ascii: letter)
    }

    /// What to do about a file that is another format altogether; one message instead of one a line.
    private static func foreignFormat(_ start: [UInt8]) -> String? {
        if ByteOrderMark.isUTF16(start) { return ByteOrderMark.remedy(start) }
        if start.starts(with: [0x42, 0x41, 0x4d, 1]) { return "this is BAM; read it as alignments" }
        if start.starts(with: Array("CRAM".utf8)) { return "this is CRAM; read it as alignments" }
        if start.starts(with: Array("@HD\t".utf8)) || start.starts(with: Array("@SQ\t".utf8)) {
            return "this is SAM; read it as alignments"
        }
        if start.first == UInt8(ascii: ">") { return "this is FASTA, which has no qualities; FASTQ is needed" }
        if start.starts(with: [0x42, 0x5a, 0x68]) { return "bzip2 is not supported; recompress it with gzip" }
        if start.starts(with: [0xfd, 0x37, 0x7a]) { return "xz is not supported; recompress it with gzip" }
        if start.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return "zstd is not supported; recompress it with gzip" }
        if start.first == UInt8(ascii: "@"), let carriage = start.firstIndex(of: 0x0d), carriage + 1 < start.count,
            start[carriage + 1] != 0x0a, start[..<carriage].allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 })
        {
            return "its lines end in CR alone, as on old Macs; convert it: tr '\\r' '\\n'"
        }
        return nil
    }
}

extension FASTQReader: ItemReader {
    /// Where the next record begins.
    var place: ReadPosition.Place { lines.input.place(record: record, offset: lines.offset) }

    var position: ReadPosition? { isEndReported ? nil : ReadPosition(places: [place]) }

    func resume(at position: ReadPosition) -> Bool {
        position.places.count == 1 && resume(at: position.places[0])
    }

    /// Goes on at a place of this file.
    func resume(at place: ReadPosition.Place) -> Bool {
        record = place.record
        return lines.resume(at: place)
    }

    func next() throws(GenomicsError) -> ReadFile.Item? {
        switch try nextRead() {
        case .read(let record): .fragment([record])
        case .problem(let problem): .problem(problem)
        case nil: nil
        }
    }
}
