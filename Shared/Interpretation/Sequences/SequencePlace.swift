/// Where a sequence lies in a genome, as the names of records say it: `chr1:101-200` of samtools and `chr1:100-200(-)` of
/// bedtools.
public struct SequencePlace: Sendable, Hashable {
    /// The contig.
    public let contig: String
    /// The 0-based half-open stretch.
    public let range: Range<Int>
    /// Whether the sequence is that of the opposite strand.
    public let isReverse: Bool

    /// Reads a record's name; nil where it names no stretch of just so many bases.
    ///
    /// samtools counts from 1 and bedtools from 0: which it is follows from the length.
    public init?(_ name: String, length: Int) {
        // A name of its own may stand before it: `peak7::chr1:100-200`.
        let text = name.split(separator: "::", maxSplits: 1).last.map(String.init) ?? name
        guard let match = text.wholeMatch(of: /(.+):(\d+)-(\d+)(\([+\-.]\))?/), let from = Int(match.2),
            let to = Int(match.3)
        else { return nil }
        switch to - from {
        case length: range = from..<to
        case length - 1 where from > 0: range = from - 1..<to
        default: return nil
        }
        contig = String(match.1)
        isReverse = match.4 == "(-)"
    }

    /// The place of a position of the sequence.
    public func place(of position: Int) -> Int {
        isReverse ? range.upperBound - 1 - position : range.lowerBound + position
    }

    /// The place of a stretch of the sequence.
    public func place(of stretch: Range<Int>) -> Range<Int> {
        isReverse
            ? range.upperBound - stretch.upperBound..<range.upperBound - stretch.lowerBound
            : range.lowerBound + stretch.lowerBound..<range.lowerBound + stretch.upperBound
    }
}
