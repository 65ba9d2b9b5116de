/// A difference from the reference that reads propose: one allele, with the evidence for and against it.
///
/// A site with several alternate alleles gives one candidate an allele; they stand together. Reads are counted once a
/// fragment, after down-sampling, as `BinCaller` describes.
public struct Candidate: Sendable, Codable, Hashable {
    /// The contig's name.
    public var contig: String
    /// VCF's POS, counted from 1: the first changed base of a substitution or a replacement of several bases, the base
    /// before an insertion or deletion.
    public var position: Int
    /// VCF's REF: minimal and left-aligned.
    public var reference: String
    /// VCF's ALT, one allele.
    public var alternate: String

    /// The reads that cover the site.
    public var depth: Int
    /// The reads that show the reference allele.
    public var referenceDepth: Int
    /// The reads that show this allele.
    public var alternateDepth: Int
    /// The reads that show another allele; the remaining reads of ``depth`` cannot tell.
    public var otherDepth: Int
    /// The reads on the forward strand among ``referenceDepth``.
    public var referenceForward: Int
    /// The reads on the forward strand among ``alternateDepth``.
    public var alternateForward: Int
    /// The mean Phred quality of the bases that show this allele; of the base before an insertion or deletion.
    public var meanAlternateQuality: Double
    /// The root mean square of the MAPQ of the reads that cover the site and have one, VCF's MQ; 255, SAM's "not
    /// available", where none has.
    public var mappingQuality: Double
    /// The length in bases of the repeat tract that the allele changes, or of the homopolymer at a substitution.
    public var repeatLength: Int

    /// What each fragment says of the allele, where its phase may be asked for.
    public var votes: FragmentVotes?
    /// What the reads say of the allele's share, where molecules are a mixture: on the mitochondrion.
    public var mixture: MixtureEvidence?

    /// The reads on the reverse strand among ``referenceDepth``.
    public var referenceReverse: Int { referenceDepth - referenceForward }
    /// The reads on the reverse strand among ``alternateDepth``.
    public var alternateReverse: Int { alternateDepth - alternateForward }
    /// ``alternateDepth`` as a fraction of the reads that show any allele.
    public var alternateFraction: Double {
        Double(alternateDepth) / Double(max(1, alternateDepth + referenceDepth + otherDepth))
    }
    /// Bases gained (positive) or lost (negative); 0 for a substitution.
    public var lengthChange: Int { alternate.utf8.count - reference.utf8.count }

    /// Makes a candidate of its allele, without evidence.
    public init(contig: String, position: Int, reference: String, alternate: String) {
        self.contig = contig
        self.position = position
        self.reference = reference
        self.alternate = alternate
        depth = 0
        referenceDepth = 0
        alternateDepth = 0
        otherDepth = 0
        referenceForward = 0
        alternateForward = 0
        meanAlternateQuality = 0
        mappingQuality = 0
        repeatLength = 0
    }
}

extension Candidate {
    /// The 0-based positions that the allele changes: its bases, or the two neighbours of an insertion.
    public var affectedRange: Range<Int> {
        let isReplacement = reference.utf8.first != alternate.utf8.first
        if lengthChange > 0, !isReplacement { return (position - 1)..<(position + 1) }
        let first = position - 1 + (lengthChange < 0 && !isReplacement ? 1 : 0)
        return first..<(position - 1 + reference.utf8.count)
    }
}

extension Candidate {
    /// The allele as a name among those of a run: `chr20:100:A:T`.
    public var key: String { "\(contig):\(position):\(reference):\(alternate)" }
}
