extension TranscriptModel {
    /// The number of the exon behind the intron that a stretch, inclusive, lies in; nil where it touches an exon or leaves the transcript.
    func intron(around first: Int, _ last: Int) -> Int? {
        let exon = exon(from: first)
        guard exon > 0, exon < exons.count, exons[exon].first > last else { return nil }
        return exon
    }

    /// The place of a genomic base on the transcript, as ``Transcript/position(ofGenomic:)`` has it.
    func position(ofGenomic position: Int) -> TranscriptPosition {
        let forward: TranscriptPosition
        if position < first {
            forward = TranscriptPosition(base: position - first)
        } else if position > last {
            forward = TranscriptPosition(base: length + position - last - 1)
        } else {
            let exon = exon(from: position)
            let segment = exons[exon]
            if position >= segment.first {
                forward = TranscriptPosition(base: segment.offset + position - segment.first)
            } else {
                forward = intronic(position, before: exon)
            }
        }
        return directed(forward)
    }

    /// A place along the forward strand, told from the 5' end.
    private func directed(_ forward: TranscriptPosition) -> TranscriptPosition {
        transcript.isReverse
            ? TranscriptPosition(base: length - 1 - forward.base, offset: -forward.offset) : forward
    }

    /// The place of a base of the intron in front of an exon, along the forward strand: told from the nearer exon, in the middle from the 5' one.
    private func intronic(_ position: Int, before exon: Int) -> TranscriptPosition {
        let left = position - exons[exon - 1].last
        let right = exons[exon].first - position
        let isLeft = transcript.isReverse ? left < right : left <= right
        return isLeft
            ? TranscriptPosition(base: exons[exon].offset - 1, offset: left)
            : TranscriptPosition(base: exons[exon].offset, offset: -right)
    }

    /// Appends a genomic base's number as HGVS's `c.` or `n.` has it; false beyond the transcript's ends.
    ///
    /// `intron` is the number of the exon behind the intron that the base lies in, where that is known.
    func appendPosition(of position: Int, before intron: Int? = nil, to text: inout [UInt8]) -> Bool {
        let place = intron.map { directed(intronic(position, before: $0)) } ?? self.position(ofGenomic: position)
        guard place.base >= 0, place.base < length else { return false }
        var number = place.base + 1
        if let coding = codingPositions {
            if place.base >= coding.upperBound {
                text.append(UInt8(ascii: "*"))
                number = place.base - coding.upperBound + 1
            } else {
                number = place.base - coding.lowerBound
                if number >= 0 { number += 1 }
            }
        }
        text.append(number: number)
        if place.offset > 0 { text.append(UInt8(ascii: "+")) }
        if place.offset != 0 { text.append(number: place.offset) }
        return true
    }

    /// The exons that a stretch, inclusive, touches.
    func exons(from first: Int, to last: Int) -> Range<Int> { Self.overlapping(exons, first, last) }

    /// The introns that a stretch, inclusive, touches, by the exons behind them along the forward strand.
    func introns(from first: Int, to last: Int) -> Range<Int> {
        let (start, end) = (max(first, self.first), min(last, self.last))
        guard start <= end else { return 0..<0 }
        let (low, high) = (exon(from: start), exon(from: end))
        let from = exons[low].first > start ? low : low + 1
        return from..<max(from, high + 1)
    }

    /// The number of an exon, counted from 1 at the 5' end.
    func exonNumber(_ exon: Int) -> Int { transcript.isReverse ? exons.count - exon : exon + 1 }

    /// The number of the intron in front of an exon, along the forward strand, counted from 1 at the 5' end.
    func intronNumber(before exon: Int) -> Int { transcript.isReverse ? exons.count - exon : exon }
}
