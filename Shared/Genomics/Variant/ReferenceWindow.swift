/// A stretch of a contig's bases, addressed by the contig's own 0-based positions.
public struct ReferenceWindow: Sendable, Hashable {
    /// The 0-based position of the first base.
    public let start: Int
    /// Upper-case ASCII bases.
    public let bases: [UInt8]

    /// Takes the bases from the 0-based position `start` on, upper-case ASCII.
    public init(start: Int, bases: [UInt8]) {
        self.start = start
        self.bases = bases
    }

    /// The 0-based half-open stretch that the window holds.
    public var range: Range<Int> { start..<(start + bases.count) }

    /// The base at a position of the contig; `N` outside the window.
    public subscript(position: Int) -> UInt8 {
        let index = position - start
        return index >= 0 && index < bases.count ? bases[index] : UInt8(ascii: "N")
    }

    /// The bases of a stretch, which is cut to the window.
    public subscript(range: Range<Int>) -> ArraySlice<UInt8> {
        let clamped = range.clamped(to: self.range)
        return bases[(clamped.lowerBound - start)..<(clamped.upperBound - start)]
    }
}

/// Gives the bases of a stretch of a contig, cut where the contig ends.
public typealias ReferenceLookup = (_ contig: String, _ range: Range<Int>) throws(GenomicsError) -> ReferenceWindow

extension ReferenceGenome {
    /// The bases of a stretch of a contig, cut where the contig ends; usable as ``ReferenceLookup``.
    ///
    /// Throws for a contig that the reference does not have.
    public func window(_ contig: String, _ range: Range<Int>) throws(GenomicsError) -> ReferenceWindow {
        guard let index = index(of: contig) else {
            throw GenomicsError(.referenceMismatch, "the reference has no contig \"\(contig)\"", file: path)
        }
        let clamped = range.clamped(to: 0..<contigs[index].length)
        return ReferenceWindow(start: clamped.lowerBound, bases: try bases(contig: index, clamped))
    }
}

/// The four bases as small numbers, A, C, G, T from 0 to 3.
public enum Nucleotide {
    /// Their letters, as ASCII.
    public static let letters = Array("ACGT".utf8)

    /// 0 to 3, or nil for anything that is not A, C, G or T.
    public static func code(ofASCII letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "A"): 0
        case UInt8(ascii: "C"): 1
        case UInt8(ascii: "G"): 2
        case UInt8(ascii: "T"): 3
        default: nil
        }
    }

    /// Whether a letter is A, C, G or T.
    public static func isBase(_ letter: UInt8) -> Bool { code(ofASCII: letter) != nil }
}
