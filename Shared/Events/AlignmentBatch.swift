import Genomics

/// The alignments of one lane from one unit of work: a value of `alignments`, a BAM file of its own.
///
/// Its header names only the contigs that its records and their mates lie on: a batch of five reads does not carry the
/// thousands of `@SQ` lines of a whole genome.
public enum AlignmentBatch {
    /// Writes records, whose contig indexes are those of `header`, as a BAM file.
    public static func encode(_ records: [BAMRecord], header: AlignmentHeader) throws(GenomicsError) -> [UInt8] {
        var used: [Int] = []
        var place: [Int32: Int32] = [:]
        func index(_ contig: Int32) -> Int32 {
            if contig < 0 { return contig }
            if let known = place[contig] { return known }
            let index = Int32(used.count)
            used.append(Int(contig))
            place[contig] = index
            return index
        }
        var moved = records
        for position in moved.indices {
            moved[position].referenceID = index(moved[position].referenceID)
            moved[position].mateReferenceID = index(moved[position].mateReferenceID)
        }
        let own = AlignmentHeader(contigs: used.map { header.contigs[$0] }, readGroups: header.readGroups)
        return try BAMBatch.encode(header: own, records: moved)
    }

    /// Reads such a file; the contig indexes become those of `contigs`.
    public static func decode(
        _ bytes: [UInt8], contigs index: [String: Int]
    ) throws(GenomicsError) -> (header: AlignmentHeader, records: [BAMRecord]) {
        var (header, records) = try BAMBatch.decode(bytes)
        var place: [Int32] = []
        for contig in header.contigs {
            guard let known = index[contig.name] else {
                throw GenomicsError(.referenceMismatch, "contig \(contig.name) is not in the reference of the run")
            }
            place.append(Int32(known))
        }
        for position in records.indices {
            for path in [\BAMRecord.referenceID, \BAMRecord.mateReferenceID] {
                let own = records[position][keyPath: path]
                guard own < place.count else {
                    throw GenomicsError(
                        .malformed, "a contig index outside the header", record: position + 1, field: "refID")
                }
                records[position][keyPath: path] = own < 0 ? -1 : place[Int(own)]
            }
        }
        return (header, records)
    }
}
