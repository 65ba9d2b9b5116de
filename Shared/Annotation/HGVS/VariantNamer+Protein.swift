import Genomics

extension VariantNamer {
    /// The `p.` name of what an edit does to a transcript's protein, by translation alone.
    ///
    /// `p.?` where the edit reaches a splice site or a border of exon and intron, and where the frame slips; `p.Met1?` where the start codon is lost. Nil where nothing is
    /// translated: in an untranslated region, amid an intron, in a transcript without a protein; and along a transcript whose bases cannot be
    /// counted on the genome.
    public mutating func proteinName(_ edit: MinimalEdit, _ transcript: Transcript) throws(GenomicsError)
        -> HGVSVariant?
    {
        guard let coding = transcript.codingPositions, !edit.isEmpty, !transcript.flags.contains(.gapped) else {
            return nil
        }
        let edit = try edit.shifted(towardsEnd: !transcript.isReverse, reference)
        let change: HGVSChange
        switch ProteinPlace(edit, transcript, coding, position: transcript.position) {
        case .untranslated: return nil
        case .unclear: change = .whole(.unknown, isPredicted: false)
        case .within(let range):
            change =
                ProteinChange(
                    edit, at: range, of: transcript, coding, sequence: try splicedSequence(of: transcript),
                    isPredicted: marksPredictions
                ).described
        }
        return HGVSVariant(
            reference: HGVSReference(transcript.proteinID ?? transcript.id), kind: .protein, change: change)
    }

    private mutating func splicedSequence(of transcript: Transcript) throws(GenomicsError) -> [UInt8] {
        let key = "\(transcript.contig):\(transcript.range.lowerBound):\(transcript.id)"
        if let sequence = sequences[key] { return sequence }
        let sequence = try transcript.splicedSequence(reference)
        // Variants come in the order of the genome: what was used long ago is not used again.
        if sequences.count >= 64 { sequences.removeAll() }
        sequences[key] = sequence
        return sequence
    }
}

/// Where an edit, told at its 3' end, lies for the protein of a transcript.
enum ProteinPlace {
    /// Nothing is translated there.
    case untranslated
    /// At a splice site or a border of exon and intron, or the frame slips: translation alone does not tell what happens.
    case unclear
    /// Within an exon: what is replaced of the joined exons, from the 5' end.
    case within(Range<Int>)

    /// Takes the translated positions of the joined exons, and what gives the position of a genomic base.
    init(_ edit: MinimalEdit, _ transcript: Transcript, _ coding: Range<Int>, position: (Int) -> TranscriptPosition) {
        self = .untranslated
        // One base on each side of an insertion, which lies in an exon only if both do.
        let touched = edit.range.isEmpty ? (edit.range.lowerBound - 1)..<(edit.range.lowerBound + 1) : edit.range
        guard touched.lowerBound >= 0, transcript.coding?.overlaps(touched) == true else { return }
        guard let exon = transcript.exon(from: touched.lowerBound), exon.lowerBound <= touched.lowerBound,
            touched.upperBound <= exon.upperBound
        else {
            let nearby = (touched.lowerBound - 2)..<(touched.upperBound + 2)
            if let exon = transcript.exon(from: nearby.lowerBound), exon.overlaps(nearby) { self = .unclear }
            return
        }
        // Its residues are not those of the joined exons.
        if transcript.flags.contains(.irregularFrame) {
            self = .unclear
            return
        }
        let first = position(transcript.isReverse ? edit.range.upperBound - 1 : edit.range.lowerBound)
        // An insertion lies in front of the base at its 3' side.
        let range = first.base..<(first.base + edit.removed.count)
        // A coding sequence shorter than its phase has no codon.
        guard coding.lowerBound + transcript.startPhase <= transcript.length, range.lowerBound < coding.upperBound,
            range.upperBound > coding.lowerBound
        else { return }
        self = .within(range)
    }
}
