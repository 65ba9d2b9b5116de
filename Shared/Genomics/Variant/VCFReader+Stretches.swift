/// Stretches of a genome, for passing over the records of a file that lie elsewhere.
public struct GenomeStretches: Sendable {
    /// By contig, sorted by their starts; `reach` is the furthest end of those up to each.
    private var stretches: [String: (starts: [Int], reach: [Int])] = [:]

    /// Takes 0-based half-open stretches by contig, in any order; they may overlap.
    public init(_ ranges: [String: [Range<Int>]]) {
        for (contig, ranges) in ranges {
            let sorted = ranges.sorted { $0.lowerBound < $1.lowerBound }
            var reach: [Int] = []
            for range in sorted { reach.append(max(range.upperBound, reach.last ?? 0)) }
            stretches[contig] = (sorted.map(\.lowerBound), reach)
        }
    }

    /// Whether a 0-based half-open stretch has a base in common with one of them.
    public func overlaps(_ range: Range<Int>, on contig: String) -> Bool {
        guard let (starts, reach) = stretches[contig], !range.isEmpty else { return false }
        var (low, high) = (0, starts.count)
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] < range.upperBound { low = middle + 1 } else { high = middle }
        }
        return low > 0 && reach[low - 1] > range.lowerBound
    }

    /// Whether any of them lies on a contig.
    func has(_ contig: String) -> Bool { stretches[contig] != nil }
}

extension VCFReader {
    /// The next record that reaches into one of the stretches with REF, or up to its END; nil behind the last.
    ///
    /// The others are passed over by their first five columns and END alone, an order of magnitude faster than ``next()``
    /// reads them, so what is wrong in their other columns is not seen. Throws as ``next()`` does.
    public mutating func next(in stretches: GenomeStretches) throws(GenomicsError) -> Variant? {
        var contig = (bytes: [UInt8](), name: "", isWanted: false)
        while try readLine() {
            let bytes = UnsafeRawBufferPointer(start: line.s, count: Int(line.l))
            guard let head = RecordHead(bytes) else { return try parsed() }
            if !bytes[..<head.contigEnd].elementsEqual(contig.bytes) {
                let name = Array(bytes[..<head.contigEnd])
                let text = String(decoding: name, as: UTF8.self)
                contig = (name, text, stretches.has(text))
            }
            guard contig.isWanted else { continue }
            let start = head.position - 1
            let end = max(head.end(bytes) ?? 0, start + head.referenceLength)
            if stretches.overlaps(max(0, start)..<max(1, end), on: contig.name) { return try parsed() }
        }
        return nil
    }
}

/// The columns of a record that say where it lies.
private struct RecordHead {
    var contigEnd: Int
    var position: Int
    var referenceLength: Int
    /// Where the column INFO begins; nil in a shorter line.
    private var info: Int?

    /// Nil for a line that is no record, which the whole reader then refuses with its reason.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var tabs: [Int] = []
        tabs.reserveCapacity(8)
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\t") {
            tabs.append(index)
            if tabs.count == 7 { break }
        }
        guard tabs.count >= 4 else { return nil }
        var position = 0
        for byte in bytes[(tabs[0] + 1)..<tabs[1]] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), position < 1 << 40 else { return nil }
            position = position * 10 + Int(byte - UInt8(ascii: "0"))
        }
        contigEnd = tabs[0]
        self.position = position
        referenceLength = tabs[3] - tabs[2] - 1
        info = tabs.count == 7 ? tabs[6] + 1 : nil
    }

    /// The number behind `END=`, at the beginning of INFO or behind a semicolon.
    func end(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let info else { return nil }
        let key = Array("END=".utf8)
        var index = info
        while index + key.count < bytes.count, bytes[index] != UInt8(ascii: "\t") {
            let isStart = index == info || bytes[index - 1] == UInt8(ascii: ";")
            if isStart, bytes[index..<(index + key.count)].elementsEqual(key) {
                var value = 0
                for byte in bytes[(index + key.count)...] {
                    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value < 1 << 40 else { break }
                    value = value * 10 + Int(byte - UInt8(ascii: "0"))
                }
                return value
            }
            index += 1
        }
        return nil
    }
}
