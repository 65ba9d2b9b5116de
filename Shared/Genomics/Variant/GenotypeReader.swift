import CHTSlib
import Foundation

/// Reads the genotypes of all samples of a VCF or BCF file, plain or compressed, a record at a time in memory of one record.
///
/// ``VCFReader`` reads all that a record says of one sample; this one reads GT alone, of thousands of samples. Not for two threads at once;
/// reading blocks.
public struct GenotypeReader: ~Copyable {
    /// The samples, in the order of the columns.
    public let samples: [String]
    /// The contigs of the header; a length of 0 is not known.
    public let contigs: [Contig]
    /// The number of the last record, counted from 1.
    public private(set) var recordNumber = 0

    private let path: String
    private let isText: Bool
    private let file: UnsafeMutablePointer<htsFile>
    private let header: UnsafeMutablePointer<bcf_hdr_t>
    private let record: UnsafeMutablePointer<bcf1_t>
    private var line = kstring_t()

    /// Opens a file; throws for one that is neither VCF nor BCF, that is cut short, or that has no samples.
    public init(path: String) throws(GenomicsError) {
        let opened = try VCFFile(path: path)
        guard !opened.samples.isEmpty else {
            bcf_hdr_destroy(opened.header)
            hts_close(opened.file)
            throw GenomicsError(
                .sampleMismatch, "the file has no samples, so there are no genotypes to read", file: path,
                field: "#CHROM")
        }
        (file, header, isText) = (opened.file, opened.header, opened.isText)
        (samples, contigs) = (opened.samples, opened.contigs)
        self.path = path
        record = bcf_init()
    }

    deinit {
        bcf_destroy(record)
        bcf_hdr_destroy(header)
        hts_close(file)
        free(line.s)
    }

    /// Reads the next record into `row`; false behind the last.
    ///
    /// Throws for one that breaks the format, with its number.
    public mutating func next(_ row: inout GenotypeRow) throws(GenomicsError) -> Bool {
        guard
            try VCFFile.readLine(
                of: file, header, isText: isText, by: record, to: &line, number: &recordNumber, path: path)
        else { return false }
        var bytes = UnsafeRawBufferPointer(start: line.s, count: Int(line.l))
        while let last = bytes.last, last == 0x0a || last == 0x0d {
            bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
        }
        do {
            try row.read(bytes, samples: samples.count)
        } catch {
            throw GenomicsError(error.code, error.message, file: path, record: recordNumber, field: error.field)
        }
        return true
    }
}
