import Genomics

/// The windows from which a model sees a variant, on both strands, without and with it: what stands on one side of the change is paired
/// with itself, and what is only in the reference, or only in the allele, stands alone.
struct SiteWindows {
    /// Windows whose sites are the same one, without and with the allele.
    ///
    /// Beside a pure insertion or deletion one side has two of which the site may be either; of what is deleted or inserted, one has none.
    struct Pair {
        let isReverse: Bool
        /// Where the windows begin in the codes without the allele.
        let reference: [Int]
        /// Where they begin in the codes with the allele.
        let alternate: [Int]
        /// The site, as bases before it on the contig without the allele; nil for one that only the allele has.
        let place: Int?
    }

    /// Bases of a window.
    let length: Int
    /// Base codes around the variant, without the allele.
    let reference: [UInt8]
    /// The same with it.
    let alternate: [UInt8]
    /// The pairs, first those of the forward strand.
    let pairs: [Pair]
    /// Bases by which the flanks move against each other: those inserted less those deleted.
    let shift: Int

    /// Makes windows of `length` bases with `site` of them in front of the site, for what stands around an allele.
    ///
    /// Throws where a window would leave the contig.
    init(_ context: VariantContext, length: Int, site: Int) throws(GenomicsError) {
        let changed = context.changed
        let start = changed.lowerBound - length + 1
        let end = changed.upperBound + length - 1
        guard start >= 0, end <= context.contigLength else {
            throw GenomicsError(
                .unsupported, "the model reads up to \(length - 1) bases on each side, and the contig ends before that",
                field: "POS")
        }
        let codes = Array(try context.codes(start..<end, read: length))
        self.length = length
        reference = codes
        alternate = codes[..<(length - 1)] + context.inserted + codes[(length - 1 + changed.count)...]
        shift = context.shift
        pairs = [false, true].flatMap { isReverse in
            Self.pairs(
                isReverse: isReverse, before: length - 1, deleted: changed.count, inserted: context.inserted.count,
                length: length,
                site: isReverse ? length - site : site, offset: start)
        }
    }

    /// The codes of a window that begins at a place of `reference` or `alternate`, as its strand reads them.
    func window(_ codes: [UInt8], from start: Int, isReverse: Bool) -> [UInt8] {
        let window = codes[start..<(start + length)]
        return isReverse ? window.reversed().map(BaseCode.complementCode) : Array(window)
    }

    /// Pairs of one strand; sites are boundaries between bases, counted by the bases before them.
    private static func pairs(
        isReverse: Bool, before low: Int, deleted: Int, inserted: Int, length: Int, site: Int, offset: Int
    ) -> [Pair] {
        func pair(_ reference: [Int], _ alternate: [Int]) -> Pair {
            Pair(
                isReverse: isReverse, reference: reference.map { $0 - site }, alternate: alternate.map { $0 - site },
                place: reference.first.map { $0 + offset })
        }
        let (high, end) = (low + deleted, low + inserted)
        // From the left: all windows that reach the change, up to the site right before it.
        var pairs = (low + site - length + 1..<low).map { pair([$0], [$0]) }
        if deleted == 0 {
            pairs.append(pair([low], [low, end]))
        } else if inserted == 0 {
            pairs.append(pair([low, high], [low]))
        } else {
            pairs.append(pair([low], [low]))
            pairs.append(pair([high], [end]))
        }
        if deleted == inserted {
            pairs += (low + 1..<max(low + 1, high)).map { pair([$0], [$0]) }
        } else {
            pairs += (low + 1..<max(low + 1, high)).map { pair([$0], []) }
            pairs += (low + 1..<max(low + 1, end)).map { pair([], [$0]) }
        }
        return pairs + (1..<max(1, site)).map { pair([high + $0], [end + $0]) }
    }
}
