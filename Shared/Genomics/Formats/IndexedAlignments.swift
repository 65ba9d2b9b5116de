import CHTSlib
import Foundation

/// The alignments of a place, out of a sorted and indexed BAM or CRAM file.
public final class IndexedAlignments {
    /// The file.
    public let path: String

    private let file: UnsafeMutablePointer<htsFile>
    private let header: UnsafeMutablePointer<sam_hdr_t>
    private let index: OpaquePointer
    private let scratch: UnsafeMutablePointer<bam1_t>

    /// Opens a file and its index; CRAM needs the `reference` that its reads were aligned to.
    ///
    /// Throws `GenomicsError.Code.cannotRead` where there is no index: nothing is read from the start to the end here.
    public init(path: String, reference: ReferenceGenome? = nil) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        self.path = path
        errno = 0
        guard let file = hts_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        if file.pointee.is_cram != 0 {
            guard let reference, hts_set_fai_filename(file, reference.files.path) == 0 else {
                hts_close(file)
                throw GenomicsError(.unsupported, "CRAM needs the reference its reads were aligned to", file: path)
            }
        }
        guard let header = sam_hdr_read(file) else {
            hts_close(file)
            throw GenomicsError(.malformed, "the SAM, BAM or CRAM header cannot be read", file: path, field: "header")
        }
        guard let index = sam_index_load(file, path), let scratch = bam_init1() else {
            sam_hdr_destroy(header)
            hts_close(file)
            throw GenomicsError(.cannotRead, "has no index; make one: samtools index", file: path)
        }
        self.file = file
        self.header = header
        self.index = index
        self.scratch = scratch
    }

    deinit {
        bam_destroy1(scratch)
        hts_idx_destroy(index)
        sam_hdr_destroy(header)
        hts_close(file)
    }

    /// The records that touch a place, in the file's order, at most `limit`.
    ///
    /// None where the file knows the contig neither by this name nor by its other one.
    public func records(touching place: Interval, limit: Int) throws(GenomicsError) -> [BAMRecord] {
        let number = contigNumber(place.contig)
        guard number >= 0,
            let iterator = sam_itr_queryi(
                index, number, Int64(place.zeroBased.lowerBound),
                Int64(max(place.zeroBased.lowerBound + 1, place.zeroBased.upperBound)))
        else { return [] }
        defer { hts_itr_destroy(iterator) }
        var records: [BAMRecord] = []
        while records.count < limit {
            let status = sam_itr_next(file, iterator, scratch)
            if status == -1 { break }
            guard status >= 0 else {
                throw GenomicsError(.truncated, "is damaged, or its index is of another file", file: path)
            }
            if let record = BAMRecord.converting(scratch) { records.append(record) }
        }
        return records
    }

    private func contigNumber(_ name: String) -> Int32 {
        let number = sam_hdr_name2tid(header, name)
        guard number < 0 else { return number }
        let alias = ContigNaming.alias(name, isKnown: { sam_hdr_name2tid(header, $0) >= 0 })
        return alias.map { sam_hdr_name2tid(header, $0) } ?? -1
    }
}
