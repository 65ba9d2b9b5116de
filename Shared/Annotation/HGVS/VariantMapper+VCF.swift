import Genomics

extension VariantMapper.Placement {
    /// VCF's columns for a change: minimal, left-aligned, with the base in front of an insertion or deletion; ALT is `.` where nothing changes.
    public struct VCFColumns: Sendable, Hashable {
        /// CHROM.
        public var contig: String
        /// POS, from 1.
        public var position: Int
        /// REF.
        public var reference: String
        /// ALT.
        public var alternate: String
    }

    /// VCF's columns; throws where the reference cannot be read.
    public func columns(_ reference: @escaping ReferenceLookup) throws(GenomicsError) -> VCFColumns {
        func text(_ bases: [UInt8]) -> String { String(decoding: bases, as: UTF8.self) }
        if edit.isEmpty {
            let bases = try reference(edit.contig, covered).bases
            return VCFColumns(
                contig: edit.contig, position: covered.lowerBound + 1, reference: text(bases), alternate: ".")
        }
        let aligned = try edit.shifted(towardsEnd: false, reference)
        let start = aligned.range.lowerBound
        if !aligned.removed.isEmpty, !aligned.inserted.isEmpty {
            return VCFColumns(
                contig: edit.contig, position: start + 1, reference: text(aligned.removed),
                alternate: text(aligned.inserted))
        }
        // At the contig's first base the anchor stands behind (VCF 4.3, § 1.6.1).
        let anchor = start > 0 ? start - 1 : aligned.range.upperBound
        let base = try reference(edit.contig, anchor..<(anchor + 1)).bases
        let (removed, inserted) =
            start > 0
            ? (base + aligned.removed, base + aligned.inserted) : (aligned.removed + base, aligned.inserted + base)
        return VCFColumns(
            contig: edit.contig, position: min(anchor, start) + 1, reference: text(removed), alternate: text(inserted))
    }
}
