/// A position of DNA or RNA: `76`, `-14`, `*46`, `88+1`, `89-2`, `88-?`, `?`.
public struct HGVSPosition: Sendable, Hashable {
    /// What ``number`` counts from.
    public enum Anchor: Sendable, Hashable {
        /// The first base; of `c.` and `r.` that of the start codon, in front of which are -1, -2 and so on.
        case start
        /// The base behind the stop codon: `*1`.
        case stop
    }

    /// How far into an intron.
    public enum Offset: Sendable, Hashable {
        /// So many bases; 0 in an exon.
        case exactly(Int)
        /// `-?`: in the intron in front of the exon.
        case upstream
        /// `+?`: in the intron behind the exon.
        case downstream
    }

    /// What the number counts from.
    public var anchor: Anchor
    /// The number, never 0; nil for `?`.
    public var number: Int?
    /// How far into an intron.
    public var offset: Offset

    /// Makes a position.
    public init(_ number: Int?, offset: Int = 0, anchor: Anchor = .start) {
        self.number = number
        self.offset = .exactly(offset)
        self.anchor = anchor
    }

    /// Whether a base is named, rather than a stretch that holds it.
    public var isExact: Bool {
        guard case .exactly = offset else { return false }
        return number != nil
    }

    /// A key that grows along the transcript; nil where the position is not exact.
    var order: (Int, Int, Int)? {
        guard let number, case .exactly(let offset) = offset else { return nil }
        return (anchor == .start ? 0 : 1, number, offset)
    }
}

/// An end of a location: a position, or a stretch that holds it.
public enum HGVSPoint: Sendable, Hashable {
    /// The position.
    case at(HGVSPosition)
    /// It lies somewhere from the first to the second: `(4_6)`.
    case between(HGVSPosition, HGVSPosition)

    /// The position where it is one, and exact.
    public var position: HGVSPosition? {
        guard case .at(let position) = self, position.isExact else { return nil }
        return position
    }
}

/// Where a change of bases is: `76`, `76_78`, `(4_6)_246`, `(1_10)`.
public struct HGVSLocation: Sendable, Hashable {
    /// The first base.
    public var start: HGVSPoint
    /// The last base; nil for a single position.
    public var end: HGVSPoint?
    /// Whether parentheses stand around it: it lies somewhere within.
    public var isUncertain = false

    /// Makes a location whose ends may be uncertain.
    public init(_ start: HGVSPoint, _ end: HGVSPoint? = nil) {
        self.start = start
        self.end = end
    }

    /// Makes a location; of two equal positions it is a single one.
    public init(_ start: HGVSPosition, _ end: HGVSPosition? = nil) {
        self.start = .at(start)
        self.end = end == nil || end == start ? nil : end.map { .at($0) }
    }

    /// The first and the last position where both are exact.
    public var exact: (first: HGVSPosition, last: HGVSPosition)? {
        guard !isUncertain, let first = start.position else { return nil }
        guard let end else { return (first, first) }
        guard let last = end.position else { return nil }
        return (first, last)
    }
}
