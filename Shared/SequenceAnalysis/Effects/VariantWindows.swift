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
    /// Throws where REF is not the reference's, and as ``init(_:length:padded:)`` does.
    init(_ allele: Allele, length: Int, genome: ReferenceGenome, padded: Bool = false) throws(GenomicsError) {
        try self.init(VariantContext(allele, flank: length, genome: genome), length: length, padded: padded)
    }

    /// Cuts windows of `length` bases out of what stands around an allele.
    ///
    /// Beyond the ends of a contig there is padding where `padded` says so; else throws where a window would leave the contig.
    init(_ context: VariantContext, length: Int, padded: Bool = false) throws(GenomicsError) {
        let (changed, inserted) = (context.changed, context.inserted)
        shift = context.shift
        func codes(_ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
            if padded {
                let known = range.clamped(to: 0..<context.contigLength)
                // Base code 0 is padding.
                return [UInt8](repeating: 0, count: known.lowerBound - range.lowerBound)
                    + (try context.codes(known, read: length))
                    + [UInt8](repeating: 0, count: range.upperBound - known.upperBound)
            }
            guard range.lowerBound >= 0, range.upperBound <= context.contigLength else {
                throw GenomicsError(
                    .unsupported, "the model reads \(length) bases around it, and the contig ends before that",
                    field: "POS")
            }
            return Array(try context.codes(range, read: length))
        }
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
