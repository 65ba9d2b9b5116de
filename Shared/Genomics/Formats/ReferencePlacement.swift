/// Whether reads lie where a reference has bases.
///
/// The header of a file may list more contigs than the reference, and longer ones where the reference is a documented
/// prefix; that is fine until a read lies there.
struct ReferencePlacement {
    private let header: AlignmentHeader
    private let reference: ReferenceGenome
    private var prefixCheck = PrefixCheck()
    /// The bases that the reference has of each contig of the header; nil for a contig that it lacks.
    private let lengths: [Int?]

    /// Throws when header and reference share no contig, for a contig that is longer in the reference, and for one of the
    /// same length whose MD5 (`M5`) is another.
    init(header: AlignmentHeader, reference: ReferenceGenome, path: String) throws(GenomicsError) {
        self.header = header
        self.reference = reference
        lengths = header.contigs.map { contig in reference.index(of: contig.name).map { reference.contigs[$0].length } }
        for (contig, length) in zip(header.contigs, lengths) {
            if let length, length > contig.length {
                throw GenomicsError(
                    .referenceMismatch,
                    "\(contig.name) has \(contig.length) bases in the header but \(length) in \(reference.path); "
                        + "use the reference that the reads were aligned to", file: path, field: "LN")
            }
        }
        let digests = header.sequenceDigests
        for contig in header.contigs {
            guard let digest = digests[contig.name], let number = reference.index(of: contig.name),
                reference.contigs[number].length == contig.length, digest != reference.sequenceDigests[number]
            else { continue }
            throw GenomicsError(
                .referenceMismatch,
                "\(contig.name) has the MD5 \(digest) in the header but \(reference.sequenceDigests[number]) in "
                    + "\(reference.path): the bases differ; use the reference that the reads were aligned to",
                file: path,
                field: "M5")
        }
        if let first = header.contigs.first, lengths.allSatisfy({ $0 == nil }) {
            throw GenomicsError(
                .referenceMismatch,
                "none of the header's contigs (\(first.name), ...) is in \(reference.path), whose first is "
                    + "\(reference.contigs[0].name); use the reference that the reads were aligned to", file: path,
                field: "SN")
        }
    }

    /// What is wrong with where a record lies: `malformed` for the record's own fault, `referenceMismatch` for the rest.
    mutating func flaw(of record: BAMRecord) throws(GenomicsError) -> GenomicsError? {
        let index = Int(record.referenceID)
        guard index >= 0, record.position >= 0 else { return nil }
        let contig = header.contigs[index]
        let end = record.flags.contains(.unmapped) ? Int(record.position) + 1 : record.referenceRange.upperBound
        if end > contig.length {
            return GenomicsError(
                .malformed, "the read ends at \(end), past the end of \(contig.name) (\(contig.length))", field: "POS")
        }
        guard let length = lengths[index] else {
            return GenomicsError(
                .referenceMismatch,
                "a read lies on \(contig.name), which the reference lacks; use the reference that the "
                    + "reads were aligned to, or leave the contig out", field: "RNAME")
        }
        if end > length {
            return GenomicsError(
                .referenceMismatch,
                "a read ends at \(end), but \(contig.name) has \(length) bases in the reference and "
                    + "\(contig.length) in the header", field: "POS")
        }
        if !prefixCheck.isDone, !record.flags.contains(.unmapped),
            let number = reference.index(of: contig.name)
        {
            let bases = try reference.bases(contig: number, record.referenceRange)
            guard prefixCheck.agrees(record, with: bases) else {
                return GenomicsError(
                    .referenceMismatch,
                    "the reads' bases are not those of \(contig.name) in \(reference.path)"
                        + (length < contig.length ? ", which also has another length; " : "; ")
                        + "use the reference that the reads were aligned to", field: "SEQ")
            }
        }
        return nil
    }
}
