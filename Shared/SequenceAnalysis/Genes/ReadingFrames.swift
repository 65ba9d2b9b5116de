/// A reading frame that is open: from behind one stop codon to the end of the next, on one strand.
struct OpenFrame: Sendable {
    /// A codon at which a gene may begin.
    struct Start: Sendable, Hashable {
        /// Of its first base, on the strand.
        var place: Int
        /// Its kind; nil where the frame comes in over the contig's end.
        var codon: GeneticCode.Start?
    }

    /// 0 of the forward strand, 1 of the reverse one.
    var strand: Int
    /// Behind the stop codon, or behind the last whole codon before the contig's end.
    var end: Int
    /// Whether it ends with a stop codon.
    var hasStop: Bool
    /// Where a gene may begin, in ascending order.
    var starts: [Start]

    /// Where its codons for amino acids end.
    var stop: Int { hasStop ? end - 3 : end }
    /// Bases from the first start on.
    var length: Int { end - starts[0].place }
}

/// Finds the open reading frames of a strand.
enum ReadingFrames {
    /// Bases that a gene must have at least, stop codon included.
    static let shortest = 60

    /// All frames of at least ``shortest`` bases in which a gene can begin.
    ///
    /// Where `openEnds`, genes may come in over the strand's beginning and run out over its end; gaps of unknown bases are such ends too.
    static func open(_ strand: GeneStrand, number: Int, openEnds: Bool) -> [OpenFrame] {
        var found: [OpenFrame] = []
        for frame in 0..<3 { scan(strand.bases, frame, number, openEnds, &found) }
        return found
    }

    private static func scan(
        _ bases: [UInt8], _ frame: Int, _ strand: Int, _ openEnds: Bool, _ found: inout [OpenFrame]
    ) {
        var starts: [OpenFrame.Start] = []
        var unknown = 0
        func close(_ end: Int, hasStop: Bool) {
            if let first = starts.first, end - first.place >= shortest {
                found.append(OpenFrame(strand: strand, end: end, hasStop: hasStop, starts: starts))
            }
            starts.removeAll(keepingCapacity: true)
        }
        if openEnds, frame + 3 <= bases.count { starts.append(.init(place: frame, codon: nil)) }
        var place = frame
        while place + 3 <= bases.count {
            if let codon = GeneticCode.codon(bases, at: place) {
                if unknown >= GeneStrand.gap {
                    starts = [.init(place: place, codon: nil)]
                }
                unknown = 0
                if GeneticCode.isStop(codon) {
                    close(place + 3, hasStop: true)
                } else if let start = GeneticCode.Start(rawValue: codon) {
                    starts.append(.init(place: place, codon: start))
                }
            } else {
                unknown += 1
                if unknown == GeneStrand.gap { close(place - 3 * (GeneStrand.gap - 1), hasStop: false) }
            }
            place += 3
        }
        if openEnds, unknown < GeneStrand.gap { close(place - 3 * unknown, hasStop: false) }
    }
}
