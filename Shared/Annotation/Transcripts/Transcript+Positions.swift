/// A place on a transcript: a base of an exon, or one of an intron or beyond the ends, told from the nearest base of an exon.
public struct TranscriptPosition: Sendable, Hashable {
    /// The 0-based position in the joined exons, from the 5' end.
    ///
    /// Negative in front of the transcript, the transcript's length or more behind it: both count bases of the genome on.
    public var base: Int
    /// Bases into an intron: positive behind ``base``, negative in front of it, 0 in exons and beyond the ends.
    public var offset: Int

    /// Makes a position.
    public init(base: Int, offset: Int = 0) {
        self.base = base
        self.offset = offset
    }
}

/// A place told as HGVS's `c.` does: from the first base of the start codon, or with `*` from behind the stop codon.
public struct CodingPosition: Sendable, Hashable {
    /// The number before any intronic offset, never 0.
    ///
    /// 1 is the first translated base, -1 the one before it; with ``isPastStop``, 1 is the first base behind the stop codon.
    public var base: Int
    /// Bases into an intron, as in ``TranscriptPosition/offset``.
    public var offset: Int
    /// Whether it counts from behind the stop codon (`*`).
    public var isPastStop: Bool

    /// Makes a position.
    public init(base: Int, offset: Int = 0, isPastStop: Bool = false) {
        self.base = base
        self.offset = offset
        self.isPastStop = isPastStop
    }
}

extension Transcript {
    /// The place of a genomic base (0-based) on the transcript.
    ///
    /// A base in the middle of an intron is told from the exon at its 5' side, as HGVS does where both are equally near.
    public func position(ofGenomic position: Int) -> TranscriptPosition {
        guard let first = exons.first, let last = exons.last else { return TranscriptPosition(base: 0) }
        let length = length
        // Counted along the forward strand first.
        var forward: TranscriptPosition
        if position < first.lowerBound {
            forward = TranscriptPosition(base: position - first.lowerBound)
        } else if position >= last.upperBound {
            forward = TranscriptPosition(base: length + (position - last.upperBound))
        } else {
            var before = 0
            forward = TranscriptPosition(base: 0)
            for (index, exon) in exons.enumerated() {
                if position < exon.upperBound {
                    if position >= exon.lowerBound {
                        forward = TranscriptPosition(base: before + position - exon.lowerBound)
                    } else {
                        let left = position - exons[index - 1].upperBound + 1
                        let right = exon.lowerBound - position
                        let isLeft = isReverse ? left < right : left <= right
                        forward =
                            isLeft
                            ? TranscriptPosition(base: before - 1, offset: left)
                            : TranscriptPosition(base: before, offset: -right)
                    }
                    break
                }
                before += exon.count
            }
        }
        return isReverse ? TranscriptPosition(base: length - 1 - forward.base, offset: -forward.offset) : forward
    }

    /// The genomic base (0-based) of a place on the transcript.
    ///
    /// Nil where an offset does not lead from an exon's end into the intron that follows on that side, or leaves that intron. The result may
    /// lie outside the contig where the place lies beyond the transcript.
    public func genomicPosition(of place: TranscriptPosition) -> Int? {
        guard let first = exons.first, let last = exons.last else { return nil }
        let length = length
        let (base, offset) = isReverse ? (length - 1 - place.base, -place.offset) : (place.base, place.offset)
        if base < 0 { return offset == 0 ? first.lowerBound + base : nil }
        if base >= length { return offset == 0 ? last.upperBound + base - length : nil }
        var before = 0
        for (index, exon) in exons.enumerated() {
            if base < before + exon.count {
                let position = exon.lowerBound + base - before
                if offset == 0 { return position }
                if offset > 0 {
                    guard position == exon.upperBound - 1, index + 1 < exons.count,
                        position + offset < exons[index + 1].lowerBound
                    else { return nil }
                } else {
                    guard position == exon.lowerBound, index > 0,
                        position + offset >= exons[index - 1].upperBound
                    else { return nil }
                }
                return position + offset
            }
            before += exon.count
        }
        return nil
    }

    /// The translated stretch as positions of the joined exons, from the 5' end; nil where nothing is translated.
    public var codingPositions: Range<Int>? {
        guard let coding, !coding.isEmpty else { return nil }
        let one = position(ofGenomic: coding.lowerBound).base
        let other = position(ofGenomic: coding.upperBound - 1).base
        return min(one, other)..<(max(one, other) + 1)
    }

    /// A place told from the start or the stop codon; nil where nothing is translated.
    public func codingPosition(of place: TranscriptPosition) -> CodingPosition? {
        guard let coding = codingPositions else { return nil }
        if place.base >= coding.upperBound {
            return CodingPosition(base: place.base - coding.upperBound + 1, offset: place.offset, isPastStop: true)
        }
        let base = place.base - coding.lowerBound
        return CodingPosition(base: base >= 0 ? base + 1 : base, offset: place.offset)
    }

    /// The place on the transcript of one that is told from the start or the stop codon; nil where nothing is translated, for 0, and for a
    /// number past the stop codon without its `*`.
    public func position(of place: CodingPosition) -> TranscriptPosition? {
        guard let coding = codingPositions, place.base != 0 else { return nil }
        if place.isPastStop {
            guard place.base > 0 else { return nil }
            return TranscriptPosition(base: coding.upperBound + place.base - 1, offset: place.offset)
        }
        guard place.base <= coding.count else { return nil }
        let base = coding.lowerBound + (place.base > 0 ? place.base - 1 : place.base)
        return TranscriptPosition(base: base, offset: place.offset)
    }

    /// The residue that a translated base belongs to, counted from 1, and the base's place in its codon, 0, 1 or 2; `coding` counts from 1.
    ///
    /// Residue 1 is the first whole codon, as Ensembl and `bcftools csq` number them: bases of the codon that an incomplete start cuts
    /// (``startPhase``) have residue 0.
    public func residue(ofCoding coding: Int) -> (number: Int, place: Int) {
        let base = coding - 1 - startPhase
        if base < 0 { return (0, base + 3) }
        return (base / 3 + 1, base % 3)
    }

    /// The 1-based position in the coding sequence of the first base of a residue's codon; residues count from 1.
    public func codingPosition(ofResidue residue: Int) -> Int { (residue - 1) * 3 + startPhase + 1 }

    /// The number of the exon, counted from 1 at the 5' end, or of the intron behind it, that a genomic base (0-based) lies in; nil outside.
    public func exonOrIntron(ofGenomic position: Int) -> (number: Int, isExon: Bool)? {
        guard range.contains(position) else { return nil }
        var (low, high) = (0, exons.count)
        while low < high {
            let middle = (low + high) / 2
            if exons[middle].upperBound <= position { low = middle + 1 } else { high = middle }
        }
        let isExon = exons[low].contains(position)
        // An intron that lies in front of exon `low` is number `low` from the left, `count - low` from the right.
        if isExon { return (isReverse ? exons.count - low : low + 1, true) }
        return (isReverse ? exons.count - low : low, false)
    }
}
