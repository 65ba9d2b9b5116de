/// A contig's bases, of which the stretch that is being compared is kept at hand.
struct ReferenceBuffer {
    private let contig: String
    private let reference: ReferenceLookup
    private var window = ReferenceWindow(start: 0, bases: [])
    /// Where the window was cut by the end of the contig.
    private var end: Int?

    private static let length = 1 << 16
    /// Bases kept in front of the asked ones: the two sides of a comparison read at places that differ.
    private static let margin = 1 << 12

    init(contig: String, reference: @escaping ReferenceLookup) {
        self.contig = contig
        self.reference = reference
    }

    /// The bases of a stretch of at most 4 kb, cut where the contig ends.
    mutating func bases(_ range: Range<Int>) throws(GenomicsError) -> ArraySlice<UInt8> {
        if let end, range.lowerBound >= end { return [] }
        let isHeld = window.range.lowerBound <= range.lowerBound && range.upperBound <= window.range.upperBound
        if !isHeld, end.map({ window.range.contains(range.lowerBound) && window.range.upperBound == $0 }) != true {
            let wanted = max(0, range.lowerBound - Self.margin)..<(max(0, range.lowerBound) + Self.length)
            window = try reference(contig, wanted)
            if window.range.upperBound < wanted.upperBound { end = window.range.upperBound }
        }
        return window[range]
    }
}
