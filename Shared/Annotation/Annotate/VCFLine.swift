import Genomics

/// A record of a VCF file as its bytes, of which only what annotation needs is looked at.
struct VCFLine {
    let bytes: [UInt8]
    /// Where the columns begin, up to the ninth; the last element is behind the end of the last of them.
    private let starts: [Int]
    /// The 0-based position.
    let position: Int

    /// Throws `GenomicsError.Code.malformed` naming the column.
    init(_ line: ArraySlice<UInt8>) throws(GenomicsError) {
        bytes = line.last == 0x0d ? Array(line.dropLast()) : Array(line)
        var starts = [0]
        starts.reserveCapacity(10)
        for (index, byte) in bytes.enumerated() where byte == 0x09 {
            starts.append(index + 1)
            if starts.count == 10 { break }
        }
        if starts.count < 10 { starts.append(bytes.count + 1) }
        self.starts = starts
        guard starts.count >= 9 else {
            throw GenomicsError(
                .malformed, "a line of \(starts.count - 1) tab-separated columns; a record has 8 or more",
                field: "#CHROM")
        }
        var number = 0
        let digits = bytes[starts[1]..<(starts[2] - 1)]
        let isNumber = !digits.isEmpty && digits.count <= 10 && digits.allSatisfy { (0x30...0x39).contains($0) }
        for digit in digits where isNumber { number = number * 10 + Int(digit - 0x30) }
        guard isNumber, number <= Int(Int32.max) else {
            throw GenomicsError(
                .malformed, "\"\(String(decoding: digits.prefix(40), as: UTF8.self))\" is no position", field: "POS")
        }
        position = number - 1
        guard !contig.isEmpty else { throw GenomicsError(.malformed, "the contig has no name", field: "#CHROM") }
        let letters = bytes[starts[3]..<(starts[4] - 1)]
        guard !letters.isEmpty, letters.allSatisfy({ (0x41...0x5a).contains($0 & 0xdf) }) else {
            throw GenomicsError(
                .malformed, "\"\(String(decoding: letters.prefix(40), as: UTF8.self))\" is no sequence of bases",
                field: "REF")
        }
    }

    /// A column, counted from 0; the eighth is INFO, the ninth FORMAT.
    func column(_ number: Int) -> ArraySlice<UInt8> {
        number + 1 < starts.count ? bytes[starts[number]..<(starts[number + 1] - 1)] : []
    }

    var contig: ArraySlice<UInt8> { column(0) }

    /// REF in upper case.
    var reference: [UInt8] { column(3).map { $0 & 0xdf } }

    /// ALT as it stands in the file; empty where it is missing.
    var alternates: [ArraySlice<UInt8>] {
        let column = column(4)
        if column.count == 1, column.first == UInt8(ascii: ".") { return [] }
        return column.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    /// The bases of an alternate in upper case; nil for symbolic, missing and overlapping ones.
    static func bases(of alternate: ArraySlice<UInt8>) -> [UInt8]? {
        let upper = alternate.map { $0 & 0xdf }
        let isSequence =
            !upper.isEmpty
            && upper.allSatisfy { Nucleotide.isBase($0) || $0 == UInt8(ascii: "N") }
        return isSequence ? upper : nil
    }

    /// The line with an entry more in INFO.
    func adding(info: [UInt8]) -> [UInt8] {
        if info.isEmpty { return bytes }
        let (start, end) = (starts[7], starts[8] - 1)
        let isEmpty = end == start + 1 && bytes[start] == UInt8(ascii: ".")
        var line: [UInt8] = []
        line.reserveCapacity(bytes.count + info.count + 1)
        line += bytes[..<(isEmpty ? start : end)]
        if !isEmpty { line.append(UInt8(ascii: ";")) }
        line += info
        line += bytes[end...]
        return line
    }

    /// On whose chromosomes the alternates lie: by GT, its phase and PS.
    func carriers() -> [ConsequenceCaller.Carrier] {
        guard starts.count == 10, starts[9] <= bytes.count else { return [] }
        let keys = column(8).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard keys.first?.elementsEqual("GT".utf8) == true else { return [] }
        let setColumn = keys.firstIndex { $0.elementsEqual("PS".utf8) }
        var carriers: [ConsequenceCaller.Carrier] = []
        var sample = 0
        for column in bytes[starts[9]...].split(separator: 0x09, omittingEmptySubsequences: false) {
            defer { sample += 1 }
            // Most samples of a file carry nothing.
            if column.starts(with: [0x30, 0x2f, 0x30]) || column.starts(with: [0x30, 0x7c, 0x30]),
                column.dropFirst(3).first.map({ $0 == UInt8(ascii: ":") }) ?? true
            {
                continue
            }
            let values = column.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard let text = values.first, let genotype = Genotype(String(decoding: text, as: UTF8.self)) else {
                continue
            }
            let set =
                setColumn.flatMap { $0 < values.count ? Int(String(decoding: values[$0], as: UTF8.self)) : nil } ?? 0
            let known = genotype.alleles.compactMap { $0 }
            if genotype.alleles.count > 1, known.count == genotype.alleles.count, let first = known.first,
                known.allSatisfy({ $0 == first })
            {
                if first > 0 { carriers.append(.init(sample: sample, allele: first, placement: .all)) }
                continue
            }
            for (copy, allele) in genotype.alleles.enumerated() {
                guard let allele, allele > 0 else { continue }
                carriers.append(
                    .init(
                        sample: sample, allele: allele,
                        placement: genotype.isPhased || genotype.alleles.count == 1
                            ? .phased(set: set, copy: copy) : .unphased))
            }
        }
        return carriers
    }
}
