import Genomics

extension ReadPicture {
    /// Bases that are shown on each side of an allele.
    static let flank = 20
    /// Rows that are shown.
    static let rowLimit = 40
    /// Reads that are looked at: deeper places are pictured by the first of them.
    static let readLimit = 2_000

    /// Draws the reads at an allele's place; nil where none covers it.
    ///
    /// Duplicates, secondary, supplementary and failed alignments are left out. Of more than forty reads those that show the allele
    /// and those that do not are drawn in the shares that all have.
    public init?(
        of allele: AnnotatedAllele, in alignments: IndexedAlignments, reference: ReferenceGenome
    ) throws(GenomicsError) {
        guard let contig = reference.contigs.first(where: { $0.name == allele.contig }) else { return nil }
        let changed = (allele.position - 1)..<(allele.position - 1 + allele.reference.utf8.count)
        let start = max(0, changed.lowerBound - Self.flank)
        let end = min(contig.length, min(changed.upperBound, changed.lowerBound + 60) + Self.flank)
        let window = try reference.window(allele.contig, start..<end)
        let found = try alignments.records(
            touching: Interval(contig: allele.contig, zeroBased: changed),
            limit: Self.readLimit)
        let skipped: BAMRecord.Flags = [.unmapped, .secondary, .qualityFailed, .duplicate, .supplementary]
        let painter = ReadPainter(
            allele: allele, start: start, reference: Array(window.bases.prefix(end - start)), changed: changed)
        let rows = found.filter { $0.flags.isDisjoint(with: skipped) }.compactMap(painter.row)
        guard !rows.isEmpty else { return nil }
        let supporting = rows.filter(\.isSupporting)
        let others = rows.filter { !$0.isSupporting }
        let share = Double(supporting.count) / Double(rows.count)
        let wanted = min(Self.rowLimit, rows.count)
        let first = min(
            supporting.count, max(supporting.isEmpty ? 0 : 1, Int((share * Double(wanted)).rounded())))
        self.init(
            contig: allele.contig, start: start, reference: String(decoding: painter.reference, as: UTF8.self),
            rows: Array(supporting.prefix(first)) + Array(others.prefix(wanted - first)), depth: rows.count,
            supporting: supporting.count)
    }
}

/// Writes a read's bases over the reference's.
private struct ReadPainter {
    let allele: AnnotatedAllele
    /// The 0-based first position that is shown.
    let start: Int
    /// The reference's bases that are shown.
    let reference: [UInt8]
    /// What the allele replaces.
    let changed: Range<Int>

    /// A read's row; nil for one that does not cover the whole of what the allele replaces, or has no bases.
    func row(_ record: BAMRecord) -> ReadPicture.Row? {
        guard record.sequenceLength > 0, record.referenceRange.lowerBound <= changed.lowerBound,
            record.referenceRange.upperBound >= changed.upperBound
        else { return nil }
        var shown: [UInt8] = []
        var offset: Int?
        // What the read has in place of REF: its bases from the first to the last replaced position, insertions behind them included.
        var own: [UInt8] = []
        var (place, read) = (Int(record.position), 0)
        for operation in record.cigar {
            let length = Int(operation.length)
            let kind = operation.kind
            if kind.consumesReference {
                for step in 0..<length {
                    let position = place + step
                    let base = kind.consumesRead ? record.base(read + step) : UInt8(ascii: "-")
                    if changed.contains(position), kind.consumesRead { own.append(base) }
                    guard reference.indices.contains(position - start) else { continue }
                    if offset == nil { offset = position - start }
                    shown.append(base == reference[position - start] ? UInt8(ascii: ".") : base)
                }
            } else if kind == .insertion, place > changed.lowerBound, place <= changed.upperBound {
                own += (0..<length).map { record.base(read + $0) }
            }
            if kind == .insertion, let last = shown.indices.last, reference.indices.contains(place - 1 - start) {
                let base = shown[last] == UInt8(ascii: ".") ? reference[place - 1 - start] : shown[last]
                shown[last] = base | 0x20
            }
            if kind.consumesReference { place += length }
            if kind.consumesRead { read += length }
        }
        guard let offset else { return nil }
        return ReadPicture.Row(
            offset: offset, bases: String(decoding: shown, as: UTF8.self), isReverse: record.flags.contains(.reverse),
            isSupporting: own == Array(allele.alternate.utf8), mappingQuality: Int(record.mappingQuality))
    }
}
