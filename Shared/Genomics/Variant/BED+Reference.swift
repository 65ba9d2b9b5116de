extension BED {
    /// The regions of a file, held against the reference they are used with.
    ///
    /// Throws for a file without a region, a contig that the reference lacks, and a region that begins past a contig's
    /// end. Regions that only end there are cut, and `remark` says so.
    public static func regions(
        path: String, reference: ReferenceGenome
    ) throws(GenomicsError) -> (bed: BED, remark: String?) {
        let bed = try BED(path: path)
        guard bed.baseCount > 0 else {
            throw GenomicsError(
                .malformed, "the file holds no region; leave the option out to call everywhere", file: path)
        }
        var kept: [(contig: String, range: Range<Int>)] = []
        var cut: (count: Int, first: Interval)?
        for (contig, ranges) in bed.ranges.sorted(by: { $0.key < $1.key }) {
            guard let index = reference.index(of: contig) else {
                throw GenomicsError(
                    .referenceMismatch, ContigNaming.refusal(contig, reference: reference), file: path, field: "chrom")
            }
            let length = reference.contigs[index].length
            for range in ranges {
                guard range.lowerBound < length else {
                    throw GenomicsError(
                        .referenceMismatch,
                        "the region \(Interval(contig: contig, zeroBased: range)) lies past the end of \(contig), which has "
                            + "\(length) bases in \(reference.path)", file: path, field: "chromStart")
                }
                if range.upperBound > length {
                    let first = cut?.first ?? Interval(contig: contig, zeroBased: range)
                    cut = ((cut?.count ?? 0) + 1, first)
                }
                kept.append((contig, range.clamped(to: 0..<length)))
            }
        }
        let remark = cut.map { count, first in
            "\(path): \(count) \(count == 1 ? "region ends" : "regions end") past the end of a contig of "
                + "\(reference.path) and \(count == 1 ? "is" : "are") cut there, first \(first)"
        }
        return (BED(kept), remark)
    }
}
