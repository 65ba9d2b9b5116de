/// Whether records come in the order of their coordinates, those without a position last (SAM specification, § 1.3, `SO`).
struct CoordinateOrder {
    private var last: (contig: UInt32, position: Int32) = (0, -1)

    /// Takes the next record; false when it stands behind a later one.
    mutating func accepts(_ record: BAMRecord) -> Bool {
        // -1, the contig of reads without a position, is the highest number.
        let place = (contig: UInt32(bitPattern: record.referenceID), position: record.position)
        guard place >= last || place.contig == .max else { return false }
        last = place
        return true
    }
}
