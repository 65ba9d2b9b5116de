import Genomics

/// What a model reads of a variant: windows of the reference, and the same windows with the alternate allele.
///
/// One window begins at a fixed place before the change and one ends at a fixed place behind it: of an insertion or deletion, the first
/// moves what lies behind and the second what lies before, and the effect is the mean of both. Of a single base they are one.
struct VariantWindows {
    /// Base codes of a window, without and with the allele.
    struct Pair {
        var reference: [UInt8]
        var alternate: [UInt8]
    }

    /// One or two.
    let pairs: [Pair]
    /// Bases by which the flanks move against each other: those inserted less those deleted.
    let shift: Int

    /// Cuts windows of `length` bases for an allele, in whatever spelling it comes.
    ///
    /// Beyond the ends of a contig there is padding where `padded` says so.
    /// Throws where REF is not the reference's, and else where a window would leave the contig.
    init(_ allele: Allele, length: Int, genome: ReferenceGenome, padded: Bool = false) throws(GenomicsError) {
        guard let contig = genome.index(of: allele.contig) else {
            throw GenomicsError(.referenceMismatch, "the reference has no contig \"\(allele.contig)\"", field: "CHROM")
        }
        let normal = try allele.normalized { name, range throws(GenomicsError) in try genome.window(name, range) }
        let (changed, bases) = normal.edit
        shift = bases.count - changed.count
        let end = genome.contigs[contig].length
        func codes(_ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
            if padded {
                let known = range.clamped(to: 0..<end)
                let bases = try genome.bases(contig: contig, known).map { BaseCode.nibble(ofASCII: $0) }
                // Base code 0 is padding.
                return [UInt8](repeating: 0, count: known.lowerBound - range.lowerBound) + bases
                    + [UInt8](repeating: 0, count: range.upperBound - known.upperBound)
            }
            guard range.lowerBound >= 0, range.upperBound <= end else {
                throw GenomicsError(
                    .unsupported, "the model reads \(length) bases around it, and the contig ends before that",
                    field: "POS")
            }
            return try genome.bases(contig: contig, range).map { BaseCode.nibble(ofASCII: $0) }
        }
        let inserted = bases.map { BaseCode.nibble(ofASCII: $0) }
        let before = length / 2
        let start = changed.lowerBound - before
        // As much behind the change as the windows can need.
        let behind = try codes(
            changed.upperBound..<(changed.upperBound + length - min(length, before + inserted.count)))
        let head = try codes(start..<changed.lowerBound)
        var pairs = [
            Pair(
                reference: try codes(start..<(start + length)),
                alternate: Array((head + inserted + behind).prefix(length)))
        ]
        let after = length - before - 1
        let stop = changed.upperBound + after
        if stop - length != start || shift != 0 {
            let tail = try codes(changed.upperBound..<stop)
            let needed = length - min(length, after + inserted.count)
            let front = try codes((changed.lowerBound - needed)..<changed.lowerBound)
            pairs.append(
                Pair(
                    reference: try codes((stop - length)..<stop),
                    alternate: Array((front + inserted + tail).suffix(length))))
        }
        self.pairs = pairs
    }
}
