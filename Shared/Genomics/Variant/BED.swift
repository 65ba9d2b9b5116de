/// Stretches of contigs, sorted and merged, such as a benchmark's confident regions or a panel's targets.
public struct BED: Sendable, Hashable {
    /// The 0-based half-open stretches of each contig, rising and disjoint.
    public let ranges: [String: [Range<Int>]]

    /// Sorts and merges stretches; empty ones vanish.
    public init(_ intervals: [(contig: String, range: Range<Int>)]) {
        var ranges: [String: [Range<Int>]] = [:]
        for (contig, range) in intervals where !range.isEmpty { ranges[contig, default: []].append(range) }
        self.ranges = ranges.mapValues { unsorted in
            var merged: [Range<Int>] = []
            for range in unsorted.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
                if let last = merged.last, range.lowerBound <= last.upperBound {
                    merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
                } else {
                    merged.append(range)
                }
            }
            return merged
        }
    }

    /// Reads a BED file, plain or compressed.
    ///
    /// Throws `GenomicsError` naming the line when it has fewer than three columns, or bounds that are no numbers or
    /// out of order.
    public init(path: String) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var intervals: [(contig: String, range: Range<Int>)] = []
        while var line = try lines.next() {
            if lines.number == 1 {
                if ByteOrderMark.isUTF16(line), let remedy = ByteOrderMark.remedy(line) {
                    throw GenomicsError(.malformed, remedy, file: path)
                }
                if line.starts(with: ByteOrderMark.utf8) { line = line.dropFirst(ByteOrderMark.utf8.count) }
            }
            if let interval = try Self.parse(line, file: path, number: lines.number) { intervals.append(interval) }
        }
        self.init(intervals)
    }

    /// Reads the text of a BED file.
    public init(text: String) throws(GenomicsError) {
        var intervals: [(contig: String, range: Range<Int>)] = []
        let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let interval = try Self.parse(line, file: nil, number: index + 1) {
                intervals.append(interval)
            }
        }
        self.init(intervals)
    }

    /// Whether a 0-based position lies in one of the stretches.
    public func contains(_ contig: String, _ position: Int) -> Bool { contains(contig, position..<(position + 1)) }

    /// Whether a 0-based half-open range lies wholly in one of the stretches.
    public func contains(_ contig: String, _ range: Range<Int>) -> Bool {
        guard let candidate = last(startingBefore: range.lowerBound + 1, on: contig) else { return false }
        return range.upperBound <= candidate.upperBound
    }

    /// Whether a 0-based half-open range shares a position with one of the stretches.
    public func overlaps(_ contig: String, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, let candidate = last(startingBefore: range.upperBound, on: contig) else { return false }
        return candidate.upperBound > range.lowerBound
    }

    /// The number of positions in all stretches.
    public var baseCount: Int { ranges.values.joined().reduce(0) { $0 + $1.count } }

    private func last(startingBefore position: Int, on contig: String) -> Range<Int>? {
        guard let ranges = ranges[contig] else { return nil }
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound < position { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : ranges[low - 1]
    }

    private static func parse(_ line: ArraySlice<UInt8>, file: String?, number: Int) throws(GenomicsError)
        -> (contig: String, range: Range<Int>)?
    {
        var line = line
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let isComment =
            line.first == UInt8(ascii: "#") || line.starts(with: "track".utf8) || line.starts(with: "browser".utf8)
        if line.isEmpty || isComment { return nil }
        let columns = line.split(separator: UInt8(ascii: "\t"), maxSplits: 3, omittingEmptySubsequences: false)
        guard columns.count >= 3, !columns[0].isEmpty else {
            throw GenomicsError(
                .malformed, "a line of \(columns.count) tab-separated columns; BED has three or more", file: file,
                record: number)
        }
        func bound(_ column: ArraySlice<UInt8>, _ field: String) throws(GenomicsError) -> Int {
            guard let value = Int(String(decoding: column, as: UTF8.self)), value >= 0, value <= Int(Int32.max) else {
                let text = String(decoding: column.prefix(40), as: UTF8.self)
                throw GenomicsError(.malformed, "\"\(text)\" is no position", file: file, record: number, field: field)
            }
            return value
        }
        let start = try bound(columns[1], "chromStart")
        let end = try bound(columns[2], "chromEnd")
        guard start <= end else {
            throw GenomicsError(
                .malformed, "the stretch \(start)-\(end) ends before it starts", file: file, record: number,
                field: "chromEnd")
        }
        return (String(decoding: columns[0], as: UTF8.self), start..<end)
    }
}
