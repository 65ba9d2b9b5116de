import Genomics

/// One sample's gVCF, read record by record; of what was read only the records that reach the current place are kept.
final class JointInput {
    /// The sample's name.
    let sample: String
    /// The file.
    let path: String
    /// The next record, nil behind the last.
    private(set) var next: GVCFRecord?
    /// The records that reach the current place.
    private(set) var active: [GVCFRecord] = []

    private var reader: VCFReader
    private var last = (contig: -1, start: -1)

    /// Opens a file of one sample, whose first record is read.
    init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        reader = try VCFReader(path: path)
        self.path = path
        guard reader.samples.count == 1 else {
            throw GenomicsError(
                .sampleMismatch,
                reader.samples.isEmpty
                    ? "the file holds no sample; joint calling takes gVCFs, one a sample"
                    : "the file holds \(reader.samples.count) samples; joint calling takes gVCFs, one a sample",
                file: path, field: "#CHROM")
        }
        sample = reader.samples[0]
        try advance(reference)
    }

    /// Takes the next record among those that reach the current place, and reads the one behind it.
    func take(_ reference: ReferenceGenome) throws(GenomicsError) {
        if let next { active.append(next) }
        try advance(reference)
    }

    /// Forgets what ends before a place.
    func forget(before position: Int, contig: Int) {
        active.removeAll { $0.contig != contig || $0.range.upperBound <= position }
    }

    private func advance(_ reference: ReferenceGenome) throws(GenomicsError) {
        guard let variant = try reader.next() else {
            next = nil
            return
        }
        func refused(_ error: GenomicsError) -> GenomicsError {
            GenomicsError(
                error.code, error.message, file: path, record: reader.recordNumber, field: error.field)
        }
        guard let contig = reference.index(of: variant.contig) else {
            throw refused(
                GenomicsError(
                    .referenceMismatch, ContigNaming.refusal(variant.contig, reference: reference),
                    field: "#CHROM"))
        }
        let record: GVCFRecord
        do {
            record = try GVCFRecord(variant, contig: contig)
        } catch {
            throw refused(error)
        }
        guard (contig, record.range.lowerBound) >= last else {
            throw refused(
                GenomicsError(
                    .malformed,
                    "\(variant.contig):\(variant.position) comes behind a later place; sort the file in the order of \(reference.path)",
                    field: "POS"))
        }
        guard record.range.upperBound <= reference.contigs[contig].length else {
            throw refused(
                GenomicsError(
                    .referenceMismatch,
                    "\(variant.contig):\(variant.position) reaches beyond the contig's end",
                    field: "POS"))
        }
        last = (contig, record.range.lowerBound)
        next = record
    }
}
