import Genomics

/// A record of a VCF file as its bytes, of which only what annotation needs is looked at; the room is used again for other records.
final class VCFLine {
    private(set) var bytes: [UInt8] = []
    /// Where the columns begin, up to the tenth; the last of `columns` elements is behind the end of the last of them.
    private var starts = InlineArray<10, Int>(repeating: 0)
    private var columns = 0
    /// The 0-based position.
    private(set) var position = 0

    /// Takes a line, and gives its room for the next one in return; throws `GenomicsError.Code.malformed` naming the column.
    func take(_ line: inout [UInt8]) throws(GenomicsError) {
        swap(&bytes, &line)
        if bytes.last == 0x0d { bytes.removeLast() }
        var starts = InlineArray<10, Int>(repeating: 0)
        var count = 1
        bytes.withUnsafeBufferPointer { bytes in
            for index in bytes.indices where bytes[index] == 0x09 {
                starts[count] = index + 1
                count += 1
                if count == 10 { break }
            }
        }
        if count < 10 {
            starts[count] = bytes.count + 1
            count += 1
        }
        self.starts = starts
        columns = count
        guard count >= 9 else {
            throw GenomicsError(
                .malformed, "a line of \(count - 1) tab-separated columns; a record has 8 or more", field: "#CHROM")
        }
        let digits = starts[1]..<(starts[2] - 1)
        guard let number = Self.number(bytes, digits), number <= Int(Int32.max) else {
            throw GenomicsError(
                .malformed, "\"\(String(decoding: bytes[digits].prefix(40), as: UTF8.self))\" is no position",
                field: "POS")
        }
        position = number - 1
        guard starts[1] > 1 else { throw GenomicsError(.malformed, "the contig has no name", field: "#CHROM") }
        let letters = starts[3]..<(starts[4] - 1)
        guard !letters.isEmpty, bytes[letters].allSatisfy({ (0x41...0x5a).contains($0 & 0xdf) }) else {
            throw GenomicsError(
                .malformed,
                "\"\(String(decoding: bytes[letters].prefix(40), as: UTF8.self))\" is no sequence of bases",
                field: "REF")
        }
    }

    /// A whole number of at most ten digits.
    private static func number(_ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        guard !range.isEmpty, range.count <= 10 else { return nil }
        var number = 0
        for index in range {
            guard (0x30...0x39).contains(bytes[index]) else { return nil }
            number = number * 10 + Int(bytes[index] - 0x30)
        }
        return number
    }

    /// Where a column lies in ``bytes``, counted from 0; the eighth is INFO, the ninth FORMAT.
    private func range(_ number: Int) -> Range<Int> {
        number + 1 < columns ? starts[number]..<(starts[number + 1] - 1) : 0..<0
    }

    /// A column, counted from 0; the eighth is INFO, the ninth FORMAT.
    func column(_ number: Int) -> ArraySlice<UInt8> { bytes[range(number)] }

    var contig: ArraySlice<UInt8> { column(0) }

    /// Whether the record is on a contig of this name.
    func isOn(_ name: [UInt8]) -> Bool { column(0).elementsEqual(name) }

    /// REF in upper case.
    var reference: [UInt8] { upperCase(range(3)) }

    /// The sequences of one letter, of which most alleles are.
    private static let letters = (0...UInt8.max).map { [$0] }

    private func upperCase(_ range: Range<Int>) -> [UInt8] {
        if range.count == 1 { return Self.letters[Int(bytes[range.lowerBound] & 0xdf)] }
        return bytes[range].map { $0 & 0xdf }
    }

    /// ALT as it stands in the file; empty where it is missing.
    var alternates: [ArraySlice<UInt8>] {
        let column = column(4)
        if column.count == 1, column.first == UInt8(ascii: ".") { return [] }
        return column.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    }

    /// Gives the bases of each alternate of ALT in upper case; nil for symbolic, missing and overlapping ones.
    ///
    /// None where ALT is missing.
    func forEachAlternate(_ body: ([UInt8]?) -> Void) {
        let column = range(4)
        if column.count == 1, bytes[column.lowerBound] == UInt8(ascii: ".") { return }
        var start = column.lowerBound
        var isSequence = true
        for index in column.lowerBound...column.upperBound {
            if index == column.upperBound || bytes[index] == UInt8(ascii: ",") {
                body(isSequence && index > start ? upperCase(start..<index) : nil)
                (start, isSequence) = (index + 1, true)
            } else {
                let upper = bytes[index] & 0xdf
                if !Nucleotide.isBase(upper), upper != UInt8(ascii: "N") { isSequence = false }
            }
        }
    }

    /// Where the value of a key of INFO lies in ``bytes``, of the last where there are more; empty for a flag, nil where there is none.
    func info(_ key: [UInt8]) -> Range<Int>? {
        let column = range(7)
        var found: Range<Int>?
        bytes.withUnsafeBufferPointer { bytes in
            var start = column.lowerBound
            while start < column.upperBound {
                var end = start
                while end < column.upperBound, bytes[end] != UInt8(ascii: ";") { end += 1 }
                var index = 0
                while index < key.count, start + index < end, bytes[start + index] == key[index] { index += 1 }
                if index == key.count {
                    if start + index == end { found = end..<end }
                    if start + index < end, bytes[start + index] == UInt8(ascii: "=") {
                        found = (start + index + 1)..<end
                    }
                }
                start = end + 1
            }
        }
        return found
    }

    /// Appends the line, with an entry more in INFO where it is not empty.
    func append(adding info: borrowing [UInt8], to text: inout [UInt8]) {
        if info.isEmpty {
            text.append(bytes: bytes)
            return
        }
        let (start, end) = (starts[7], starts[8] - 1)
        let isEmpty = end == start + 1 && bytes[start] == UInt8(ascii: ".")
        text.append(bytes: bytes, 0..<(isEmpty ? start : end))
        if !isEmpty { text.append(UInt8(ascii: ";")) }
        text.append(bytes: info)
        text.append(bytes: bytes, end..<bytes.count)
    }

    /// On whose chromosomes the alternates lie: by GT, its phase and PS.
    func carriers() -> [ConsequenceCaller.Carrier] {
        guard columns == 10, starts[9] <= bytes.count else { return [] }
        let format = range(8)
        let columns = starts[9]..<bytes.count
        return bytes.withUnsafeBufferPointer { bytes in
            SampleColumns(format: bytes[format], columns: bytes[columns])?.carriers() ?? []
        }
    }
}
