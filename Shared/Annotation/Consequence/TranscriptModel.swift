import Genomics

/// A transcript with its bases, prepared for telling what variants do to it.
///
/// Segments are inclusive on both ends and ascend along the forward strand.
final class TranscriptModel {
    /// A stretch of exon.
    struct Segment {
        var first: Int
        var last: Int
        /// Where it begins in the joined segments of its kind, along the forward strand.
        var offset = 0
        var count: Int { last - first + 1 }
    }

    let transcript: Transcript
    let exons: [Segment]
    /// Whole codons: without the bases of an incomplete first or last codon.
    let coding: [Segment]
    /// The bases of an incomplete first and last codon, in the direction of translation.
    let firstCodonRest: [Segment]
    let lastCodonRest: [Segment]
    /// The stretches of exons in front of and behind the coding sequence, along the forward strand.
    let leftUTR: [Segment]
    let rightUTR: [Segment]
    let first: Int
    let last: Int
    /// The number of bases of the joined exons.
    let length: Int
    /// The translated stretch as positions of the joined exons, from the 5' end; nil where nothing is translated.
    let codingPositions: Range<Int>?
    /// What is told of an allele that lies amid an intron.
    let amidIntron: Consequence
    /// What is the same in every row of the output.
    var text: TranscriptText?
    /// Whether the coding sequence begins and ends within the transcript.
    let hasStart: Bool
    let hasStop: Bool
    /// The joined coding segments in the direction of translation.
    private(set) var sequence: [UInt8] = []
    /// The amino acids of ``sequence``.
    private(set) var protein: [UInt8] = []
    /// What follows the coding sequence on the genome: a codon that an edit cut is completed with it.
    private(set) var following: [UInt8] = []
    /// Bases around each coding segment.
    private var windows: [ReferenceWindow] = []
    private let reference: ReferenceLookup
    private var isLoaded = false
    private var spliced: [UInt8]?
    /// The exon that was found last: variants come in the order of the genome.
    private var lastExon = 0
    private static let padding = 40

    init(_ transcript: Transcript, reference: @escaping ReferenceLookup) {
        self.transcript = transcript
        self.reference = reference
        var exons = transcript.exons.map { Segment(first: $0.lowerBound, last: $0.upperBound - 1) }
        length = Self.number(&exons)
        self.exons = exons
        codingPositions = transcript.codingPositions
        amidIntron = transcript.coding == nil ? [.nonCoding, .intron] : .intron
        first = exons.first?.first ?? 0
        last = exons.last?.last ?? -1
        guard let range = transcript.coding, !transcript.flags.contains(.irregularFrame) else {
            (coding, leftUTR, rightUTR) = ([], [], [])
            (firstCodonRest, lastCodonRest) = ([], [])
            (hasStart, hasStop) = (false, false)
            return
        }
        leftUTR = exons.filter { $0.first < range.lowerBound }
            .map { Segment(first: $0.first, last: min($0.last, range.lowerBound - 1)) }
        rightUTR = exons.filter { $0.last >= range.upperBound }
            .map { Segment(first: max($0.first, range.upperBound), last: $0.last) }
        var segments = transcript.codingExons.map { Segment(first: $0.lowerBound, last: $0.upperBound - 1) }
        let length = segments.reduce(0) { $0 + $1.count }
        let isMitochondrial = transcript.code == .vertebrateMitochondrial
        let cut = isMitochondrial ? 0 : max(0, length - transcript.startPhase) % 3
        let (left, right) = transcript.isReverse ? (cut, transcript.startPhase) : (transcript.startPhase, cut)
        let (leftRest, rightRest) = Self.trim(&segments, left: left, right: right)
        (firstCodonRest, lastCodonRest) = transcript.isReverse ? (rightRest, leftRest) : (leftRest, rightRest)
        _ = Self.number(&segments)
        coding = segments
        hasStart = transcript.startPhase == 0 && !transcript.flags.contains(.incompleteStart)
        hasStop = cut == 0 && !transcript.flags.contains(.incompleteEnd)
    }

    /// Sets the offsets of segments, and gives the number of their bases.
    private static func number(_ segments: inout [Segment]) -> Int {
        var offset = 0
        for index in segments.indices {
            segments[index].offset = offset
            offset += segments[index].count
        }
        return offset
    }

    /// Takes bases from both ends of segments; gives the stretches that are gone.
    private static func trim(
        _ segments: inout [Segment], left: Int, right: Int
    ) -> (left: [Segment], right: [Segment]) {
        var (left, right) = (left, right)
        var gone: (left: [Segment], right: [Segment]) = ([], [])
        while left > 0, !segments.isEmpty {
            let cut = min(left, segments[0].count)
            gone.left.append(Segment(first: segments[0].first, last: segments[0].first + cut - 1))
            segments[0].first += cut
            left -= cut
            if segments[0].count == 0 { segments.removeFirst() }
        }
        while right > 0, let last = segments.indices.last {
            let cut = min(right, segments[last].count)
            gone.right.insert(Segment(first: segments[last].last - cut + 1, last: segments[last].last), at: 0)
            segments[last].last -= cut
            right -= cut
            if segments[last].count == 0 { segments.removeLast() }
        }
        return gone
    }

    /// Reads the bases, once.
    func load() throws(GenomicsError) {
        if isLoaded { return }
        isLoaded = true
        var joined: [UInt8] = []
        for segment in coding {
            let range = max(0, segment.first - Self.padding)..<(segment.last + 1 + Self.padding)
            let window = try reference(transcript.contig, range)
            windows.append(window)
            joined += window[segment.first..<(segment.last + 1)]
        }
        sequence = transcript.isReverse ? Transcript.reverseComplement(joined) : joined
        protein = translate(sequence[...], at: 0)
        // Translation begins with methionine, whatever its codon says elsewhere.
        if hasStart, !protein.isEmpty, transcript.code.isStart(sequence.prefix(3)) { protein[0] = UInt8(ascii: "M") }
        if let edge = transcript.isReverse ? coding.first : coding.last {
            let number = transcript.isReverse ? 0 : coding.count - 1
            following = (1...3).map {
                transcript.isReverse
                    ? Transcript.complement(base(edge.first - $0, near: number)) : base(edge.last + $0, near: number)
            }
        }
    }

    /// The base at a position of the contig, `N` outside of it.
    func base(_ position: Int, near segment: Int) -> UInt8 {
        if windows.indices.contains(segment), windows[segment].range.contains(position) {
            return windows[segment][position]
        }
        let window = try? reference(transcript.contig, max(0, position)..<(max(0, position) + 1))
        return window.map { $0[position] } ?? UInt8(ascii: "N")
    }

    /// The amino acids of whole codons that begin at a base of the coding sequence; recoded residues where it is the reference's.
    ///
    /// The mitochondrion's last codon is completed with As.
    func translate(
        _ bases: ArraySlice<UInt8>, at start: Int, isReference: Bool = true, endsAtStop: Bool = false
    ) -> [UInt8] {
        var bases = bases
        if transcript.code == .vertebrateMitochondrial, bases.count % 3 != 0 {
            bases += [UInt8](repeating: UInt8(ascii: "A"), count: 3 - bases.count % 3)
        }
        var residues = transcript.code.translate(bases, endsAtStop: endsAtStop)
        if isReference {
            for (number, residue) in transcript.residues where residues.indices.contains(number - 1 - start / 3) {
                residues[number - 1 - start / 3] = residue
            }
        }
        return residues
    }

    /// The joined exons from the 5' end; the reverse strand's are complemented.
    func splicedSequence() throws(GenomicsError) -> [UInt8] {
        if let spliced { return spliced }
        let sequence = try transcript.splicedSequence(reference)
        spliced = sequence
        return sequence
    }

    /// The first segment that does not end in front of a position.
    private static func ending(_ segments: [Segment], from position: Int) -> Int {
        var (low, high) = (0, segments.count)
        while low < high {
            let middle = (low + high) / 2
            if segments[middle].last < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The first exon that does not end in front of a position.
    func exon(from position: Int) -> Int {
        let here = lastExon
        if here < exons.count, exons[here].last >= position, here == 0 || exons[here - 1].last < position {
            return here
        }
        let found = Self.ending(exons, from: position)
        if found < exons.count { lastExon = found }
        return found
    }

    /// The segments that share a position with a stretch, inclusive.
    static func overlapping(_ segments: [Segment], _ first: Int, _ last: Int) -> Range<Int> {
        let low = ending(segments, from: first)
        var end = low
        while end < segments.count, segments[end].first <= last { end += 1 }
        return low..<end
    }

    /// The untranslated region that a stretch, inclusive, touches; nil where it touches none.
    func utr(_ first: Int, _ last: Int) -> Consequence? {
        if !Self.overlapping(leftUTR, first, last).isEmpty {
            return transcript.isReverse ? .threePrimeUTR : .fivePrimeUTR
        }
        if !Self.overlapping(rightUTR, first, last).isEmpty {
            return transcript.isReverse ? .fivePrimeUTR : .threePrimeUTR
        }
        return nil
    }
}
