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
        let edit = try edit.shifted(towardsEnd: true, reference)
        let kind: HGVSVariant.Kind = MitochondrialContig.isNamed(contig.name) ? .mitochondrial : .genomic
        let change = try change(edit, isReverse: false) { HGVSPosition($0 + 1) }
        return change.map {
            let accession = ChromosomeAccession.accession(of: contig) ?? contig.name
            return HGVSVariant(reference: HGVSReference(accession), kind: kind, change: .nucleotides($0))
        }
    }

    /// The `c.` name along a transcript, or `n.` along one that is not translated; nil where the edit reaches beyond the transcript's ends.
    public func transcriptName(_ edit: MinimalEdit, _ transcript: Transcript) throws(GenomicsError) -> HGVSVariant? {
        let edit = try edit.shifted(towardsEnd: !transcript.isReverse, reference)
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

    /// The change of an edit that lies where it is to be told; `place` says how a genomic base is numbered.
    private func change(
        _ edit: MinimalEdit, isReverse: Bool, place: (Int) -> HGVSPosition?
    ) throws(GenomicsError) -> HGVSNucleotideChange? {
        if edit.isEmpty { return nil }
        let removed = isReverse ? Transcript.reverseComplement(edit.removed) : edit.removed
        let inserted = isReverse ? Transcript.reverseComplement(edit.inserted) : edit.inserted
        let text = String(decoding: inserted, as: UTF8.self)
        func location(_ range: Range<Int>) -> HGVSLocation? {
            guard let low = place(range.lowerBound), let high = place(range.upperBound - 1) else { return nil }
            return isReverse ? HGVSLocation(high, low) : HGVSLocation(low, high)
        }
        if removed.isEmpty {
            let start = edit.range.lowerBound
            let count = inserted.count
            // What lies directly in front of it, along the strand.
            let before = isReverse ? start..<(start + count) : (start - count)..<start
            if before.lowerBound >= 0 {
                let window = try reference(edit.contig, before)
                if window.range == before, window.bases == edit.inserted {
                    return location(before).map { HGVSNucleotideChange($0, .duplication(.nothing)) }
                }
            }
            guard start > 0 else { return nil }
            return location((start - 1)..<(start + 1)).map { HGVSNucleotideChange($0, .insertion([.bases(text)])) }
        }
        guard let location = location(edit.range) else { return nil }
        if inserted.isEmpty { return HGVSNucleotideChange(location, .deletion(.nothing)) }
        if removed.count == 1, inserted.count == 1 {
            let from = String(decoding: removed, as: UTF8.self)
            return HGVSNucleotideChange(location, .substitution(from: from, to: text))
        }
        if removed.count == inserted.count, Transcript.reverseComplement(removed) == inserted {
            return HGVSNucleotideChange(location, .inversion(.nothing))
        }
        return HGVSNucleotideChange(location, .replacement(.nothing, [.bases(text)]))
    }
}
