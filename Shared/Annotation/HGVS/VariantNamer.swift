import Genomics

/// Gives variants their HGVS names, along the genome, transcripts and proteins.
///
/// The 3' rule holds for the strand that a name is told along: an insertion or deletion is told as far towards the 3' end as the genome
/// allows, so it may leave an exon for the intron behind it, and never jumps over an intron. A copy directly behind the original is a
/// duplication, not an insertion. One thread at a time.
public struct VariantNamer {
    /// Whether what is told from the DNA stands in parentheses, `p.(Gly56Ala)`, as is recommended; ClinVar leaves them out.
    public var marksPredictions = true

    let reference: ReferenceLookup
    /// Joined exons of transcripts that were asked for lately.
    var sequences: [String: [UInt8]] = [:]

    /// Takes what gives the bases of the genome, such as `ReferenceGenome.window`.
    public init(reference: @escaping ReferenceLookup) { self.reference = reference }

    /// The `g.` name, or `m.` of the mitochondrion; nil for an edit that changes nothing.
    ///
    /// The contig is told by its accession where it has one.
    public func genomicName(_ edit: MinimalEdit, contig: Contig) throws(GenomicsError) -> HGVSVariant? {
        let kind: HGVSVariant.Kind = MitochondrialContig.isNamed(contig.name) ? .mitochondrial : .genomic
        let change = try change(edit, isReverse: false) { HGVSPosition($0 + 1) }
        return change.map {
            let accession = ChromosomeAccession.accession(of: contig) ?? contig.name
            return HGVSVariant(reference: HGVSReference(accession), kind: kind, change: .nucleotides($0))
        }
    }

    /// The `c.` name along a transcript, or `n.` along one that is not translated; nil where the edit reaches beyond the transcript's ends.
    ///
    /// Nil, too, along a transcript whose bases cannot be counted on the genome (``Transcript/Flags/gapped``).
    public func transcriptName(_ edit: MinimalEdit, _ transcript: Transcript) throws(GenomicsError) -> HGVSVariant? {
        if transcript.flags.contains(.gapped) { return nil }
        let length = transcript.length
        let coding = transcript.codingPositions
        let change = try change(edit, isReverse: transcript.isReverse) { position in
            let place = transcript.position(ofGenomic: position)
            guard place.base >= 0, place.base < length else { return nil }
            guard let coding else { return HGVSPosition(place.base + 1, offset: place.offset) }
            if place.base >= coding.upperBound {
                return HGVSPosition(place.base - coding.upperBound + 1, offset: place.offset, anchor: .stop)
            }
            let number = place.base - coding.lowerBound
            return HGVSPosition(number >= 0 ? number + 1 : number, offset: place.offset)
        }
        return change.map {
            HGVSVariant(
                reference: HGVSReference(transcript.id), kind: coding == nil ? .noncoding : .coding,
                change: .nucleotides($0))
        }
    }

    /// The change that an edit is along a strand; `place` says how a genomic base is numbered.
    private func change(
        _ edit: MinimalEdit, isReverse: Bool, place: (Int) -> HGVSPosition?
    ) throws(GenomicsError) -> HGVSNucleotideChange? {
        guard let told = try StrandedEdit(edit, isReverse: isReverse, reference),
            let low = place(told.location.lowerBound), let high = place(told.location.upperBound - 1)
        else { return nil }
        return told.change(at: isReverse ? HGVSLocation(high, low) : HGVSLocation(low, high))
    }
}
