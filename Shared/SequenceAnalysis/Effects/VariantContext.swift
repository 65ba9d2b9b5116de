import Genomics

/// An allele in one spelling, trimmed and left-aligned, with the bases of the reference around it: all that a model needs to read it.
struct VariantContext: Sendable, Hashable {
    /// The 0-based bases of the contig that are replaced; none for an insertion.
    let changed: Range<Int>
    /// Base codes of what stands in their place.
    let inserted: [UInt8]
    /// Bases of the contig.
    let contigLength: Int
    /// The 0-based position of the first of the bases that are known.
    let first: Int
    /// Base codes from there on.
    let known: [UInt8]

    /// Takes what travelled.
    init(changed: Range<Int>, inserted: [UInt8], contigLength: Int, first: Int, known: [UInt8]) {
        self.changed = changed
        self.inserted = inserted
        self.contigLength = contigLength
        self.first = first
        self.known = known
    }

    /// Looks an allele up, with so many bases on each side of what it changes, fewer where the contig ends.
    ///
    /// Throws where the reference lacks the contig, and where REF is not the reference's.
    init(_ allele: Allele, flank: Int, genome: ReferenceGenome) throws(GenomicsError) {
        guard let contig = genome.index(of: allele.contig) else {
            throw GenomicsError(.referenceMismatch, "the reference has no contig \"\(allele.contig)\"", field: "CHROM")
        }
        let normal = try allele.normalized { name, range throws(GenomicsError) in try genome.window(name, range) }
        let bases: ArraySlice<UInt8>
        (changed, bases) = normal.edit
        inserted = bases.map { BaseCode.nibble(ofASCII: $0) }
        contigLength = genome.contigs[contig].length
        let around = (changed.lowerBound - flank..<changed.upperBound + flank).clamped(to: 0..<contigLength)
        first = around.lowerBound
        known = try genome.bases(contig: contig, around).map { BaseCode.nibble(ofASCII: $0) }
    }

    /// Bases by which the flanks move against each other: those inserted less those deleted.
    var shift: Int { inserted.count - changed.count }

    /// The codes of a stretch of the contig for a model that reads `length` bases; throws where they did not come along.
    func codes(_ range: Range<Int>, read length: Int) throws(GenomicsError) -> ArraySlice<UInt8> {
        guard range.lowerBound >= first, range.upperBound <= first + known.count else {
            let flank = min(changed.lowerBound - first, first + known.count - changed.upperBound)
            throw GenomicsError(
                .unsupported,
                "the model reads \(length) bases around it, and only \(flank) on each side came along; ask again, naming a version "
                    + "of the model that reads as many", field: "POS")
        }
        return known[(range.lowerBound - first)..<(range.upperBound - first)]
    }
}
