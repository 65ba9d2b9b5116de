/// A record of a VCF file with the genotypes of all its samples.
public struct GenotypeRow: Sendable {
    /// CHROM.
    public var contig = ""
    /// The 1-based POS.
    public var position = 0
    /// The identifiers of ID, none for `.`.
    public var identifiers: [String] = []
    /// REF in upper case.
    public var reference = ""
    /// The alleles of ALT in upper case, none for `.`.
    public var alternates: [String] = []
    /// The number of each sample's first allele, ``missing`` where it is not known.
    public var first: [Int16] = []
    /// The number of each sample's second allele, ``missing``, or ``absent`` for a haploid genotype.
    public var second: [Int16] = []

    /// An allele that is not known.
    public static let missing: Int16 = -1
    /// No second allele.
    public static let absent: Int16 = -2

    /// An empty record.
    public init() {}

    /// On how many of two chromosome copies a sample has an allele; nil where one is not known.
    ///
    /// A haploid call counts for both.
    public func copies(of allele: Int, sample: Int) -> Int? {
        let (a, b) = (Int(first[sample]), Int(second[sample]))
        if a < 0 || b == Int(Self.missing) { return nil }
        if b == Int(Self.absent) { return a == allele ? 2 : 0 }
        return (a == allele ? 1 : 0) + (b == allele ? 1 : 0)
    }

    /// Reads a record's line of `samples` samples; the arrays keep their room.
    ///
    /// Throws for another number of columns, a POS or a genotype that is none, an allele that ALT does not name, and more than two alleles.
    mutating func read(_ line: UnsafeRawBufferPointer, samples: Int) throws(GenomicsError) {
        var columns = Columns(line: line)
        var fields: [Range<Int>] = []
        let fixed = samples == 0 ? 5 : 9
        for _ in 0..<fixed {
            guard let field = columns.next() else {
                throw GenomicsError(.malformed, "the record has \(fields.count) columns only", field: "line")
            }
            fields.append(field)
        }
        func text(_ index: Int) -> String { String(decoding: line[fields[index]], as: UTF8.self) }
        contig = text(0)
        guard !contig.isEmpty else { throw GenomicsError(.malformed, "CHROM is empty", field: "CHROM") }
        guard let place = Int(text(1)), place >= 0 else {
            throw GenomicsError(.malformed, "\"\(text(1))\" is no position", field: "POS")
        }
        position = place
        let names = text(2)
        identifiers = names == "." || names.isEmpty ? [] : names.split(separator: ";").map(String.init)
        reference = text(3).uppercased()
        let others = text(4)
        alternates =
            others == "." ? [] : others.split(separator: ",", omittingEmptySubsequences: false).map { $0.uppercased() }
        guard !reference.isEmpty, alternates.allSatisfy({ !$0.isEmpty }) else {
            throw GenomicsError(.malformed, "an allele is empty", field: "ALT")
        }
        guard alternates.count < 1000 else {
            throw GenomicsError(.unsupported, "\(alternates.count) alternates; 999 are the most", field: "ALT")
        }
        first.removeAll(keepingCapacity: true)
        second.removeAll(keepingCapacity: true)
        guard samples > 0 else { return }
        let format = line[fields[8]]
        let hasGenotypes =
            format.starts(with: "GT".utf8) && (format.count == 2 || format[format.startIndex + 2] == 0x3a)
        for sample in 0..<samples {
            guard let field = columns.next() else {
                throw GenomicsError(
                    .malformed, "the record has \(fixed + sample) columns, and the header names \(fixed + samples)",
                    field: "line")
            }
            try append(hasGenotypes ? line[field] : line[0..<0], sample: sample)
        }
        guard columns.next() == nil else {
            throw GenomicsError(
                .malformed, "the record has more columns than the \(fixed + samples) of the header", field: "line")
        }
    }

    private mutating func append(_ field: Slice<UnsafeRawBufferPointer>, sample: Int) throws(GenomicsError) {
        var alleles: (Int16, Int16) = (Self.missing, Self.absent)
        var (value, digits, count) = (0, 0, 0)
        func refused(_ code: GenomicsError.Code, _ why: String) -> GenomicsError {
            let text = String(decoding: field.prefix { $0 != 0x3a }.prefix(40), as: UTF8.self)
            return GenomicsError(code, "\"\(text)\" of sample \(sample + 1) \(why)", field: "GT")
        }
        var index = field.startIndex
        while true {
            let byte = index < field.endIndex ? field[index] : 0x3a
            switch byte {
            case 0x30...0x39 where value >= 0 && digits < 4:
                (value, digits) = (value * 10 + Int(byte) - 0x30, digits + 1)
            case 0x2e where digits == 0 && value == 0: value = -1
            case 0x2f, 0x7c, 0x3a:
                // `/`, `|`, or the end of the genotype; an empty field is a missing one.
                guard digits > 0 || value == -1 || (byte == 0x3a && count == 0 && index == field.startIndex) else {
                    throw refused(.malformed, "is no genotype")
                }
                guard value <= alternates.count else {
                    throw refused(.malformed, "has an allele that ALT does not name")
                }
                let allele = digits > 0 ? Int16(value) : Self.missing
                if count == 0 { alleles.0 = allele } else { alleles.1 = allele }
                count += 1
                if byte == 0x3a {
                    // A `.` alone stands for the whole genotype.
                    if count == 1, alleles.0 == Self.missing { alleles.1 = Self.missing }
                    first.append(alleles.0)
                    second.append(alleles.1)
                    return
                }
                guard count < 2 else { throw refused(.unsupported, "has more than two alleles") }
                (value, digits) = (0, 0)
            default: throw refused(.malformed, "is no genotype")
            }
            index += 1
        }
    }

    /// The tab-separated columns of a line.
    private struct Columns {
        let line: UnsafeRawBufferPointer
        var start = 0

        mutating func next() -> Range<Int>? {
            guard start <= line.count else { return nil }
            var end = start
            while end < line.count, line[end] != 0x09 { end += 1 }
            defer { start = end + 1 }
            return start..<end
        }
    }
}
