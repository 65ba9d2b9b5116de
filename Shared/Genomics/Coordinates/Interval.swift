/// A stretch of a contig in 1-based closed coordinates, as SAM, VCF and region strings write it.
public struct Interval: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The contig's name.
    public var contig: String
    /// The first base, counted from 1.
    public var start: Int
    /// The last base, counted from 1; `start - 1` for an empty interval.
    public var end: Int

    /// Makes an interval of 1-based closed coordinates.
    public init(contig: String, start: Int, end: Int) {
        self.contig = contig
        self.start = start
        self.end = end
    }

    /// Makes an interval of 0-based half-open coordinates, as BED and arrays use them.
    public init(contig: String, zeroBased range: Range<Int>) {
        self.init(contig: contig, start: range.lowerBound + 1, end: range.upperBound)
    }

    /// The same stretch as a 0-based half-open range.
    public var zeroBased: Range<Int> { (start - 1)..<max(start - 1, end) }

    /// The number of bases.
    public var length: Int { max(0, end - start + 1) }

    /// `contig:start-end`, the form that samtools and genome browsers read.
    public var description: String { "\(contig):\(start)-\(end)" }
}

extension Interval {
    /// Reads the fields; throws for coordinates that no contig has.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            contig: try container.decode(String.self, forKey: .contig),
            start: try container.decode(Int.self, forKey: .start), end: try container.decode(Int.self, forKey: .end))
        guard start >= 1, end <= Int(Int32.max), end >= start - 1 else {
            throw DecodingError.dataCorruptedError(
                forKey: .start, in: container, debugDescription: "\(self) is no stretch of a contig")
        }
    }
}
