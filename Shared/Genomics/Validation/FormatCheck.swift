import CHTSlib
import Foundation

/// Holds a file against its format's specification: FASTQ, SAM, BAM, CRAM, VCF, BED or FASTA, as its first bytes say.
public struct FormatCheck: Sendable {
    /// What the file is: `VCF`, say.
    public private(set) var format = ""
    /// The first flaws, in the order of the file.
    public private(set) var flaws: [FormatFlaw] = []
    /// How many flaws there are in all.
    public private(set) var count = 0
    /// The records that were read.
    public private(set) var records = 0

    private let limit: Int

    /// Reads a whole file and keeps the first `limit` flaws; `reference` is needed for CRAM.
    ///
    /// Throws where the file cannot be opened, or is of no known format.
    public init(path: String, reference: ReferenceGenome? = nil, limit: Int = 20) throws(GenomicsError) {
        self.limit = limit
        switch try Self.kind(of: path) {
        case .sam: try checkSAM(path)
        case .vcf: try checkVCF(path)
        case .bed: try checkBED(path)
        case .fasta: try checkFASTA(path)
        case .fastq:
            format = "FASTQ"
            try checkReads(FASTQReader(path: path, readGroup: "check"), header: nil)
        case .alignments(let name):
            format = name
            let reader = try AlignmentReader(path: path, reference: reference, withoutBases: true)
            try checkReads(reader, header: reader.header.text)
        case .bcf:
            format = "BCF"
            var reader = try VCFReader(path: path)
            try checkEach(&reader)
        }
    }

    private enum Kind {
        case sam, vcf, bcf, bed, fasta, fastq
        case alignments(String)
    }

    private static func kind(of path: String) throws(GenomicsError) -> Kind {
        let input = try CompressedInput(path: path)
        let start = withExtendedLifetime(input) { input.next().map { Array($0.prefix(4096)) } ?? [] }
        if let damage = input.damage, start.isEmpty { throw GenomicsError(.malformed, damage, file: path) }
        if start.starts(with: Array("BAM\u{1}".utf8)) { return .alignments("BAM") }
        if start.starts(with: Array("CRAM".utf8)) { return .alignments("CRAM") }
        if start.starts(with: Array("BCF".utf8)) { return .bcf }
        let text = start.starts(with: ByteOrderMark.utf8) ? start.dropFirst(3) : start[...]
        let line = text.prefix { $0 != 0x0a }
        if line.first == UInt8(ascii: ">") { return .fasta }
        if line.starts(with: Array("##".utf8)) || line.starts(with: Array("#CHROM".utf8)) { return .vcf }
        let name = URL(fileURLWithPath: path).lastPathComponent.lowercased()
        func ends(_ suffixes: String...) -> Bool {
            suffixes.contains { name.hasSuffix($0) || name.hasSuffix($0 + ".gz") || name.hasSuffix($0 + ".bgz") }
        }
        if ends(".sam") { return .sam }
        if ends(".vcf") { return .vcf }
        if ends(".bed") { return .bed }
        if ends(".fq", ".fastq") { return .fastq }
        if ends(".fa", ".fasta", ".fna") { return .fasta }
        let tabs = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        if line.first == UInt8(ascii: "@") {
            let isHeader = tabs.count > 1 && tabs[0].count == 3
            return isHeader ? .sam : .fastq
        }
        if tabs.count >= 11 { return .sam }
        if tabs.count >= 3 || line.starts(with: Array("track".utf8)) || line.starts(with: Array("browser".utf8)) {
            return .bed
        }
        throw GenomicsError(
            .unsupported,
            ByteOrderMark.remedy(start) ?? "neither FASTQ, SAM, BAM, CRAM, VCF, BCF, BED nor FASTA", file: path)
    }

    // The formats.

    private mutating func checkSAM(_ path: String) throws(GenomicsError) {
        format = "SAM"
        var header = SAMHeaderCheck()
        var body: SAMRecordCheck?
        try eachLine(path) { line, number in
            // A name that begins with '@' makes no header line of a record.
            let isHeader = line.utf8.dropFirst(3).first ?? 9 == 9 || line.split(separator: "\t").count < 11
            if body == nil, line.hasPrefix("@"), isHeader { return header.check(line, number: number) }
            let check =
                body ?? SAMRecordCheck(contigs: header.contigNames.isEmpty ? nil : header.contigNames)
            let early = body == nil ? header.finish() : []
            body = check
            return early + check.check(line, number: number)
        }
        if body == nil { add(header.finish()) }
    }

    private mutating func checkVCF(_ path: String) throws(GenomicsError) {
        format = "VCF"
        var header = VCFHeaderCheck()
        var body: VCFRecordCheck?
        var lines = 0
        try eachLine(path) { line, number in
            lines = number
            if header.samples == nil { return header.check(line, number: number) }
            if body == nil { body = VCFRecordCheck(header) }
            return body?.check(line, number: number) ?? []
        }
        if header.samples == nil {
            add([FormatFlaw(line: lines, field: "#CHROM", message: "the file has no column line #CHROM")])
        }
    }

    private mutating func checkBED(_ path: String) throws(GenomicsError) {
        format = "BED"
        do throws(GenomicsError) {
            let bed = try BED(path: path)
            records = bed.ranges.values.reduce(0) { $0 + $1.count }
            if bed.baseCount == 0 {
                add([FormatFlaw(line: 0, field: "file", message: "the file holds no region")])
            }
        } catch {
            add([FormatFlaw(line: error.record ?? 0, field: error.field ?? "columns", message: error.message)])
        }
    }

    private mutating func checkFASTA(_ path: String) throws(GenomicsError) {
        format = "FASTA"
        records = try ReferenceGenome(path: path).contigs.count
    }

    private mutating func checkReads(
        _ file: some ItemReader, header text: String?
    ) throws(GenomicsError) {
        if let text {
            var header = SAMHeaderCheck()
            for (index, line) in text.split(separator: "\n").enumerated() {
                add(header.check(String(line), number: index + 1))
            }
            add(header.finish())
        }
        do throws(GenomicsError) {
            while let item = try file.next() {
                switch item {
                case .fragment(let reads): records += reads.count
                case .problem(let problem):
                    // A file of a header alone is a whole one.
                    if problem.record == 0, problem.field == "file", text != nil { continue }
                    add([FormatFlaw(line: problem.record, field: problem.field, message: problem.message)])
                }
            }
        } catch {
            guard error.record != nil || error.field != nil else { throw error }
            add([FormatFlaw(line: error.record ?? 0, field: error.field ?? "record", message: error.message)])
        }
    }

    private mutating func checkEach(_ reader: inout VCFReader) throws(GenomicsError) {
        while true {
            do throws(GenomicsError) {
                guard try reader.next() != nil else { return }
                records += 1
            } catch {
                add([FormatFlaw(line: error.record ?? 0, field: error.field ?? "record", message: error.message)])
                if error.code == .truncated { return }
            }
        }
    }

    /// Hands each line of a text on; what the bytes themselves are wrong with is said here.
    private mutating func eachLine(
        _ path: String, _ check: (String, Int) -> [FormatFlaw]
    ) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        do throws(GenomicsError) {
            while let bytes = try lines.next() {
                let number = lines.number
                if number == 1, let remedy = ByteOrderMark.remedy(bytes) {
                    add([FormatFlaw(line: 1, field: "text", message: remedy)])
                    if ByteOrderMark.isUTF16(bytes) { return }
                }
                var line = number == 1 && bytes.starts(with: ByteOrderMark.utf8) ? bytes.dropFirst(3) : bytes
                if line.last == 0x0d { line.removeLast() }
                if line.contains(0) {
                    add([FormatFlaw(line: number, field: "text", message: "the line holds a NUL byte")])
                    continue
                }
                add(check(String(decoding: line, as: UTF8.self), number))
                if line.first != UInt8(ascii: "@"), line.first != UInt8(ascii: "#") { records += 1 }
            }
        } catch {
            add([FormatFlaw(line: error.record ?? 0, field: "BGZF", message: error.message)])
        }
    }

    private mutating func add(_ more: [FormatFlaw]) {
        count += more.count
        flaws += more.prefix(max(0, limit - flaws.count))
    }
}
