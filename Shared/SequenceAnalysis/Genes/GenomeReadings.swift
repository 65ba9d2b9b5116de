/// A contig as it is read: both strands and their open frames.
struct GenomeReadings: Sendable {
    /// Forward and reverse.
    let strands: [GeneStrand]
    /// The open frames of both.
    let frames: [OpenFrame]

    /// Reads a contig; where not `openEnds` no gene comes in or runs out over its ends.
    init(letters: [UInt8], openEnds: Bool) {
        let forward = GeneStrand(letters: letters)
        strands = [forward, forward.complement]
        frames = strands.enumerated().flatMap { ReadingFrames.open($1, number: $0, openEnds: openEnds) }
    }

    /// Bases of the contig.
    var count: Int { strands[0].bases.count }

    /// A range of a strand as one of the forward strand.
    func forward(_ range: Range<Int>, of strand: Int) -> Range<Int> {
        strand == 0 ? range : (count - range.upperBound)..<(count - range.lowerBound)
    }
}
