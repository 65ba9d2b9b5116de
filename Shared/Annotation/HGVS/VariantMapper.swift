import Genomics

/// Finds what names say on a reference genome: the sequence, the positions, the bases.
///
/// Whatever a name states is compared with the reference: bases, lengths, positions at the ends of introns. Any thread may use it.
public struct VariantMapper: Sendable {
    /// A change of a name on the genome.
    public struct Placement: Sendable, Hashable {
        /// The change, with its shared ends taken away; empty for a name that says "as in the reference".
        public var edit: MinimalEdit
        /// What the positions of the name cover, 0-based and half-open; of an insertion its two neighbors.
        public var covered: Range<Int>
        /// The transcript that the name is told along, if it is.
        public var transcript: Transcript?
    }

    let reference: ReferenceGenome
    private let transcripts: TranscriptSet
    /// The places of transcripts in their set, by id and by accession without version.
    private let places: [String: [Int]]

    /// The most bases that one change may cover or insert.
    static let longest = 1 << 24

    /// Takes a reference and transcripts that were matched with it.
    public init(reference: ReferenceGenome, transcripts: TranscriptSet = TranscriptSet([])) {
        self.reference = reference
        self.transcripts = transcripts
        var places: [String: [Int]] = [:]
        for (index, transcript) in transcripts.transcripts.enumerated() {
            places[transcript.id, default: []].append(index)
            if transcript.accession != transcript.id { places[transcript.accession, default: []].append(index) }
        }
        self.places = places
    }

    /// Where the changes of a name are, in its order.
    ///
    /// Throws an ``HGVSError`` for a name that is told along a sequence that is not there, contradicts itself or the reference, or does not say
    /// exactly what changes; a `GenomicsError` where the reference cannot be read.
    public func placements(of variant: HGVSVariant) throws -> [Placement] {
        if let contradiction = variant.contradictions.first { throw HGVSError(.contradiction, contradiction) }
        guard variant.kind != .protein else {
            throw HGVSError(.inexact, "a change of a protein does not say which bases changed")
        }
        guard let name = variant.reference else {
            throw HGVSError(.unknownReference, "the name says no reference sequence")
        }
        let frame = try frame(variant.kind, name)
        return try variant.alleles.flatMap(\.changes).map { change in
            guard case .nucleotides(let change) = change else {
                throw HGVSError(.inexact, "the name says nothing of single bases")
            }
            return try frame.placement(of: change, reference: reference) { reference, kind in
                guard let reference else { return frame }
                return try self.frame(kind ?? variant.kind, reference)
            }
        }
    }

    /// The sequence of an accession, and how it lies on the genome.
    private func frame(_ kind: HGVSVariant.Kind, _ name: HGVSReference) throws(HGVSError) -> SequenceFrame {
        if kind == .genomic || kind == .mitochondrial || kind == .circular {
            let contigs = reference.contigs
            var contig = ChromosomeAccession.contig(of: name.accession, in: contigs)
            // A contig's own name, with or without chr; never an accession, which says its release.
            if contig == nil, !name.accession.contains("_"), !name.accession.contains("."),
                let alias = ContigNaming.alias(name.accession, isKnown: { reference.index(of: $0) != nil })
            {
                contig = contigs.first { $0.name == alias }
            }
            guard let contig else {
                throw HGVSError(
                    .unknownReference,
                    "\(name.accession) is no contig of \(reference.path), nor a chromosome of its release of the genome"
                )
            }
            return SequenceFrame(contig: contig, transcript: nil, kind: kind)
        }
        // NG_012232.1(NM_004006.2): the transcript is the one in parentheses.
        let accession = name.selector.flatMap { places[$0] == nil ? nil : $0 } ?? name.accession
        guard let found = places[accession]?.first else {
            let bare = accession.prefix { $0 != "." }
            if let other = places[String(bare)]?.first {
                throw HGVSError(
                    .unknownReference,
                    "\(accession) is not among the transcripts; they have \(transcripts.transcripts[other].id), which may differ"
                )
            }
            throw HGVSError(.unknownReference, "\(accession) is not among the transcripts")
        }
        let transcript = transcripts.transcripts[found]
        guard let index = reference.index(of: transcript.contig) else {
            throw HGVSError(.unknownReference, "\(transcript.contig) of \(accession) is not in \(reference.path)")
        }
        guard !transcript.flags.contains(.gapped) else {
            throw HGVSError(
                .unknownReference,
                "\(accession) has bases that the genome lacks, or lacks some (cDNA_match with Gap): its positions cannot be told on the genome; "
                    + "use a g. name, or another version of the transcript")
        }
        if kind == .coding, !transcript.isCoding {
            throw HGVSError(.unknownReference, "\(accession) is not translated; its positions are told as n.")
        }
        return SequenceFrame(contig: reference.contigs[index], transcript: transcript, kind: kind)
    }
}
