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
            if let line = try Line(line, file: path, number: lines.number) {
                intervals.append((line.contig, line.range))
            }
        }
        self.init(intervals)
    }

    /// Reads the text of a BED file.
    public init(text: String) throws(GenomicsError) {
        var intervals: [(contig: String, range: Range<Int>)] = []
        let lines = Array(text.utf8).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if let line = try Line(line, file: nil, number: index + 1) { intervals.append((line.contig, line.range)) }
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
}
