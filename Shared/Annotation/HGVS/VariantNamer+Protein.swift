import Genomics

extension VariantNamer {
    /// The `p.` name of what an edit does to a transcript's protein, by translation alone.
    ///
    /// `p.?` where the edit reaches a splice site or a border of exon and intron, and where the frame slips; `p.Met1?` where the start codon is lost. Nil where nothing is
    /// translated: in an untranslated region, amid an intron, in a transcript without a protein.
    public mutating func proteinName(_ edit: MinimalEdit, _ transcript: Transcript) throws(GenomicsError)
        -> HGVSVariant?
    {
        guard let coding = transcript.coding, let positions = transcript.codingPositions, !edit.isEmpty else {
            return nil
        }
        let edit = try edit.shifted(towardsEnd: !transcript.isReverse, reference)
        let protein = HGVSReference(transcript.proteinID ?? transcript.id)
        // One base on each side of an insertion, which lies in an exon only if both do.
        let touched = edit.range.isEmpty ? (edit.range.lowerBound - 1)..<(edit.range.lowerBound + 1) : edit.range
        guard touched.overlaps(coding), touched.lowerBound >= 0 else { return nil }
        guard let exon = transcript.exons.first(where: { $0.overlaps(touched) }), exon.contains(touched.lowerBound),
            touched.upperBound <= exon.upperBound
        else {
            let nearby = (touched.lowerBound - 2)..<(touched.upperBound + 2)
            guard transcript.exons.contains(where: { $0.overlaps(nearby) }) else { return nil }
            return HGVSVariant(reference: protein, kind: .protein, change: .whole(.unknown, isPredicted: false))
        }
        // Its residues are not those of the joined exons.
        if transcript.flags.contains(.irregularFrame) {
            return HGVSVariant(reference: protein, kind: .protein, change: .whole(.unknown, isPredicted: false))
        }
        let sequence = try splicedSequence(of: transcript)
        let first = transcript.position(
            ofGenomic: transcript.isReverse ? edit.range.upperBound - 1 : edit.range.lowerBound)
        // An insertion lies in front of the base at its 3' side.
        let range = first.base..<(first.base + edit.removed.count)
        // A coding sequence shorter than its phase has no codon.
        guard positions.lowerBound + transcript.startPhase <= sequence.count else { return nil }
        if range.lowerBound >= positions.upperBound || range.upperBound <= positions.lowerBound { return nil }
        var change = ProteinChange(
            transcript: transcript, sequence: sequence[(positions.lowerBound + transcript.startPhase)...],
            codingCount: positions.count - transcript.startPhase,
            edit: (range.lowerBound - positions.lowerBound - transcript.startPhase)..<(range.upperBound
                - positions.lowerBound - transcript.startPhase),
            inserted: transcript.isReverse ? Transcript.reverseComplement(edit.inserted) : edit.inserted)
        change.isPredicted = marksPredictions
        return HGVSVariant(reference: protein, kind: .protein, change: change.described)
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
