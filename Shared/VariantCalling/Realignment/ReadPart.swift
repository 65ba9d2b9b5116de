import Genomics

/// A haplotype in both directions with its gap costs.
struct PreparedHaplotype {
    let haplotype: Haplotype
    let gaps: GapCosts
    let reversed: [UInt8]
    let reversedGaps: GapCosts
    /// The place of each position of the reference before the region, where nothing is changed.
    let start: Int

    init(_ haplotype: Haplotype, technology: GapCosts.Technology) {
        self.haplotype = haplotype
        gaps = GapCosts(haplotype.bases, technology: technology)
        reversed = haplotype.bases.reversed()
        reversedGaps = GapCosts(reversed, technology: technology)
        start = haplotype.positions[0]
    }

    /// The place of a position of the reference that lies outside of the region.
    func place(of position: Int, behindRegion: Bool) -> Int {
        behindRegion
            ? haplotype.bases.count - 1 - (haplotype.positions[haplotype.positions.count - 1] - position)
            : position - start
    }
}

/// The part of a read that lies in and beside an active region, with what is clipped there.
struct ReadPart {
    /// Where the part begins and ends in the read.
    private let bases: Range<Int>
    /// As it is aligned: in reverse where the read begins in the part.
    private let sequence: [UInt8]
    private let mismatch: [Int32]
    /// The positions of the first and the last base where those are aligned beside the region; nil where the read ends.
    private let first: Int?
    private let last: Int?
    private let cigar: [CigarOperation]
    /// The read's alignment before and behind the part.
    private let head: [CigarOperation]
    private let tail: [CigarOperation]
    private let position: Int
    /// Whether the part has neither gaps nor clips.
    let isPlain: Bool

    /// Nil where the read says nothing of the region, or does not reach beyond it on either side.
    init?(
        row: PileupWindow.Row, _ record: BAMRecord, cigar given: [CigarOperation]?, region: Range<Int>, flank: Int,
        longestClip: Int, reference: ReferenceWindow
    ) {
        let aligned = row.aligned
        let reach = (region.lowerBound - 2)..<(region.upperBound + 2)
        guard aligned.overlaps(reach) else { return nil }
        cigar = given ?? record.cigar
        position = aligned.lowerBound
        // The part of the alignment from the first base at or behind `left` to the last one at or before `right`.
        let (left, right) = (region.lowerBound - flank, region.upperBound + flank - 1)
        var (reference, read) = (aligned.lowerBound, 0)
        var (from, to): ((read: Int, position: Int)?, (read: Int, position: Int)?) = (nil, nil)
        var gapped = false
        for operation in cigar {
            let length = Int(operation.length)
            switch operation.kind {
            case .match, .equal, .difference:
                if from == nil, reference + length > left {
                    let skip = max(0, left - reference)
                    from = (read + skip, reference + skip)
                }
                if reference <= right {
                    to = (read + min(length - 1, right - reference), min(reference + length - 1, right))
                }
            case .skip:
                if (reference..<(reference + length)).overlaps(left..<right) { return nil }
            case .insertion, .deletion:
                if reference > left, reference <= right { gapped = true }
            default: break
            }
            if operation.kind.consumesReference { reference += length }
            if operation.kind.consumesRead { read += length }
        }
        guard let from, let to, from.read <= to.read else { return nil }
        let clips = Self.softClips(cigar)
        let isLeftFree = from.position == aligned.lowerBound && from.position > left
        let isRightFree = to.position == aligned.upperBound - 1 && to.position < right
        if isLeftFree && isRightFree { return nil }
        if !isLeftFree, from.position >= region.lowerBound { return nil }
        if !isRightFree, to.position < region.upperBound { return nil }
        let begin = isLeftFree ? max(clips.left - longestClip, 0) : from.read
        let end = isRightFree ? min(to.read + 1 + longestClip, record.sequenceLength) : to.read + 1
        let clipEnd = isRightFree ? min(end, to.read + 1 + clips.right) : end
        bases = begin..<clipEnd
        first = isLeftFree ? nil : from.position
        last = isRightFree ? nil : to.position
        isPlain = !gapped && (!isLeftFree || clips.left == 0) && (!isRightFree || clips.right == 0)
        var sequence = bases.map { record.base($0) }
        var mismatch = bases.map { index in
            let quality = record.quality(index)
            return quality == 255 ? 25 : Int32(min(40, max(2, quality))) + 5
        }
        if isLeftFree {
            sequence.reverse()
            mismatch.reverse()
        }
        (self.sequence, self.mismatch) = (sequence, mismatch)
        (head, tail) = Self.divide(cigar, bases)
    }

    private static func softClips(_ cigar: [CigarOperation]) -> (left: Int, right: Int) {
        func clip(_ operations: some Sequence<CigarOperation>) -> Int {
            for operation in operations {
                if operation.kind == .softClip { return Int(operation.length) }
                if operation.kind != .hardClip { break }
            }
            return 0
        }
        return (clip(cigar), clip(cigar.reversed()))
    }

    /// The operations of the bases before and behind a part, which begins and ends with bases: what lies between them and others, such as a
    /// deletion, is not of the part.
    private static func divide(
        _ cigar: [CigarOperation], _ part: Range<Int>
    ) -> (head: [CigarOperation], tail: [CigarOperation]) {
        var (head, tail): ([CigarOperation], [CigarOperation]) = ([], [])
        var read = 0
        for operation in cigar {
            let length = operation.kind.consumesRead ? Int(operation.length) : 0
            if !operation.kind.consumesRead {
                if read <= part.lowerBound {
                    head.append(operation)
                } else if read >= part.upperBound {
                    tail.append(operation)
                }
                continue
            }
            let before = min(read + length, part.lowerBound) - read
            if before > 0 { head.append(CigarOperation(operation.kind, UInt32(before))) }
            let behind = read + length - max(read, part.upperBound)
            if behind > 0 { tail.append(CigarOperation(operation.kind, UInt32(behind))) }
            read += length
        }
        return (head, tail)
    }

    /// What the part costs on a haplotype.
    func cost(
        on target: PreparedHaplotype, band: Int, alignment: inout ReadAlignment, isTraced: Bool = false
    ) -> Int32 {
        if let first {
            return alignment.align(
                sequence, mismatch: mismatch, haplotype: target.haplotype.bases, gaps: target.gaps,
                start: target.place(of: first, behindRegion: false),
                stop: last.map { target.place(of: $0, behindRegion: true) + 1 }, band: band, isTraced: isTraced)
        }
        // From the right, in reverse.
        let start = target.reversed.count - 1 - target.place(of: last ?? 0, behindRegion: true)
        return alignment.align(
            sequence, mismatch: mismatch, haplotype: target.reversed, gaps: target.reversedGaps, start: start,
            stop: nil,
            band: band, isTraced: isTraced)
    }

    /// Where the last alignment puts the read on the reference; nil where nothing of it would be left.
    func placement(on target: PreparedHaplotype, alignment: ReadAlignment) -> PileupWindow.Placement? {
        var operations = alignment.operations(of: sequence.count)
        let haplotype = target.haplotype
        var place: Int
        if let first {
            place = target.place(of: first, behindRegion: false)
        } else {
            operations.reverse()
            let used = operations.count { $0 == .match || $0 == .deletion }
            place = target.place(of: last ?? 0, behindRegion: true) + 1 - used
        }
        var (middle, lastPosition, start): ([CigarOperation], Int?, Int?) = ([], first.map { $0 - 1 }, nil)
        func append(_ kind: CigarOperation.Kind, _ length: Int = 1) {
            if let last = middle.last, last.kind == kind {
                middle[middle.count - 1].length += UInt32(length)
            } else {
                middle.append(CigarOperation(kind, UInt32(length)))
            }
        }
        for operation in operations {
            switch operation {
            case .clip: append(.softClip)
            case .insertion: append(start == nil && first == nil ? .softClip : .insertion)
            case .deletion: place += 1
            case .match:
                if haplotype.isInserted[place] {
                    append(start == nil && first == nil ? .softClip : .insertion)
                } else {
                    let position = haplotype.positions[place]
                    if let lastPosition, position > lastPosition + 1 { append(.deletion, position - lastPosition - 1) }
                    if start == nil { start = position }
                    lastPosition = position
                    append(.match)
                }
                place += 1
            }
        }
        guard let start else { return nil }
        // What is behind the last match of a read's end is clipped.
        if last == nil {
            var clipped = 0
            while let end = middle.last, end.kind != .match {
                clipped += end.kind.consumesRead ? Int(end.length) : 0
                middle.removeLast()
            }
            if clipped > 0 { middle.append(CigarOperation(.softClip, UInt32(clipped))) }
        } else if let last, let lastPosition, last > lastPosition {
            append(.deletion, last - lastPosition)
        }
        var whole: [CigarOperation] = []
        for operation in head + middle + tail {
            if let last = whole.last, last.kind == operation.kind {
                whole[whole.count - 1].length += operation.length
            } else {
                whole.append(operation)
            }
        }
        return PileupWindow.Placement(position: first == nil ? start : position, cigar: whole)
    }
}
