import CHTSlib
import Foundation

/// A VCF or BCF file that was opened, and its header; whoever takes the pointers frees them.
struct VCFFile {
    let file: UnsafeMutablePointer<htsFile>
    let header: UnsafeMutablePointer<bcf_hdr_t>
    /// Lines of VCF rather than records of BCF.
    let isText: Bool
    let samples: [String]
    /// A length of 0 is not known.
    let contigs: [Contig]

    /// Opens a file; `sample` names the one that records of BCF are cut down to.
    init(path: String, sample: String?) throws(GenomicsError) {
        try self.init(path: path) { samples in sample ?? samples.first }
    }

    /// Opens a file of which all samples are read.
    init(path: String) throws(GenomicsError) { try self.init(path: path) { _ in nil } }

    private init(
        path: String, chosen: ([String]) -> String?
    ) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        errno = 0
        guard let file = hts_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        do throws(GenomicsError) {
            (header, samples) = try Self.readHeader(of: file, path: path, chosen: chosen)
        } catch {
            hts_close(file)
            throw error
        }
        let opened = header
        contigs = (0..<Int(opened.pointee.n.1)).compactMap { index in
            guard let entry = opened.pointee.id.1?[index], let name = entry.key, let value = entry.val else {
                return nil
            }
            return Contig(name: String(cString: name), length: Int(value.pointee.info.0))
        }
        isText = hts_get_format(file).pointee.format == vcf
        self.file = file
    }

    /// Brings the next record to `line`, a record of BCF by way of `record`; false behind the last.
    ///
    /// `number` counts the records, also one that throws.
    static func readLine(
        of file: UnsafeMutablePointer<htsFile>, _ header: UnsafeMutablePointer<bcf_hdr_t>, isText: Bool,
        by record: UnsafeMutablePointer<bcf1_t>, to line: inout kstring_t, number: inout Int, path: String
    ) throws(GenomicsError) -> Bool {
        line.l = 0
        let status = isText ? hts_getline(file, Int32(UInt8(ascii: "\n")), &line) : bcf_read(file, header, record)
        if status == -1 { return false }
        number += 1
        guard status >= 0, isText || vcf_format(header, record, &line) == 0 else {
            throw GenomicsError(
                .truncated, "the data is damaged or ends early; fetch the file again", file: path, record: number)
        }
        return true
    }

    private static func readHeader(
        of file: UnsafeMutablePointer<htsFile>, path: String,
        chosen: ([String]) -> String?
    ) throws(GenomicsError) -> (header: UnsafeMutablePointer<bcf_hdr_t>, samples: [String]) {
        let format = hts_get_format(file).pointee.format
        guard format == vcf || format == bcf else {
            let start = FileHandle(forReadingAtPath: path).flatMap { try? $0.read(upToCount: 3) } ?? Data()
            let remedy = ByteOrderMark.remedy(Array(start))
            throw GenomicsError(
                .unsupported, remedy ?? "neither VCF nor BCF: it has no header (##fileformat=VCF…)", file: path)
        }
        // 0: BGZF without its end marker.
        guard hts_check_EOF(file) != 0 else {
            throw GenomicsError(.truncated, "the file lacks BGZF's end marker; it is probably cut short", file: path)
        }
        guard let header = bcf_hdr_read(file) else {
            throw GenomicsError(.malformed, "the VCF header cannot be read", file: path, field: "#CHROM")
        }
        let samples = (0..<Int(header.pointee.n.2)).compactMap {
            header.pointee.samples[$0].map { String(cString: $0) }
        }
        if let chosen = chosen(samples) {
            guard samples.contains(chosen), bcf_hdr_set_samples(header, chosen, 0) == 0 else {
                bcf_hdr_destroy(header)
                throw GenomicsError(
                    .sampleMismatch,
                    "there is no sample \"\(chosen)\"; the file holds \(samples.prefix(10).joined(separator: ", "))"
                        + (samples.count > 10 ? ", …" : ""), file: path, field: "#CHROM")
            }
        }
        return (header, samples)
    }
}
