import Genomics

/// The reference around the place that is annotated: read in long pieces, because records come in the order of the genome.
struct ReferenceCursor {
    private let reference: ReferenceGenome
    private var contig = ""
    private var window = ReferenceWindow(start: 0, bases: [])
    private static let length = 1 << 17

    init(_ reference: ReferenceGenome) { self.reference = reference }

    /// Goes to the beginning of a contig.
    mutating func move(to contig: String) {
        self.contig = contig
        window = ReferenceWindow(start: 0, bases: [])
    }

    /// Whether the reference may have bases at a position: letters of either side that are no A, C, G or T agree as far as they are N.
    ///
    /// False where they leave the contig.
    mutating func agrees(_ position: Int, _ bases: borrowing [UInt8]) throws(GenomicsError) -> Bool {
        guard try covers(position..<(position + bases.count)) else { return false }
        for offset in 0..<bases.count {
            let (base, expected) = (bases[offset], window[position + offset])
            if base == expected || base == UInt8(ascii: "N") || expected == UInt8(ascii: "N") { continue }
            if Nucleotide.isBase(expected) { return false }
        }
        return true
    }

    /// Whether the reference has exactly these bases at a position.
    mutating func has(_ position: Int, _ bases: borrowing [UInt8]) throws(GenomicsError) -> Bool {
        guard try covers(position..<(position + bases.count)) else { return false }
        for offset in 0..<bases.count where window[position + offset] != bases[offset] { return false }
        return true
    }

    private mutating func covers(_ range: Range<Int>) throws(GenomicsError) -> Bool {
        if range.lowerBound < window.range.lowerBound || range.upperBound > window.range.upperBound {
            let start = max(0, range.lowerBound)
            window = try reference.window(contig, start..<(start + max(range.count, Self.length)))
        }
        return range.lowerBound >= window.range.lowerBound && range.upperBound <= window.range.upperBound
    }
}
