import CHTSlib
import Foundation

/// The lines of a bgzip file with an index (`.tbi` or `.csi`), contig by contig: a VCF, a BED or another table that `tabix` can index.
///
/// Not for two threads at once; reading blocks.
public struct IndexedLines: ~Copyable {
    /// The contigs that have lines, as the index names them.
    public let contigs: [String]
    /// The lines in front of the first record, such as a VCF's header, without their ends.
    public let header: [String]

    private let path: String
    private let file: UnsafeMutablePointer<htsFile>
    private let index: UnsafeMutablePointer<tbx_t>
    private var iterator: UnsafeMutablePointer<hts_itr_t>?
    private var line = kstring_t()

    /// Opens a file; throws where it or its index cannot be read.
    public init(path: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        errno = 0
        guard let file = hts_open(path, "r") else {
            throw GenomicsError(.cannotRead, "cannot be opened: \(HTSLibrary.systemReason)", file: path)
        }
        guard hts_get_format(file).pointee.compression == htsCompression(rawValue: 2) else {
            hts_close(file)
            throw GenomicsError(
                .unsupported,
                "is not compressed by bgzip, so it cannot be read at a position; use `bgzip` and `tabix -p vcf`",
                file: path)
        }
        guard let index = tbx_index_load3(path, nil, 0) else {
            hts_close(file)
            throw GenomicsError(
                .cannotRead, "has no index beside it that can be read (.tbi or .csi); make one with `tabix -p vcf`",
                file: path)
        }
        self.path = path
        self.file = file
        self.index = index
        var count: Int32 = 0
        var contigs: [String] = []
        if let names = tbx_seqnames(index, &count) {
            for number in 0..<Int(count) where names[number] != nil { contigs.append(String(cString: names[number]!)) }
            free(names)
        }
        self.contigs = contigs
        var header: [String] = []
        let meta = UInt8(truncatingIfNeeded: index.pointee.conf.meta_char)
        while hts_getline(file, 10, &line) >= 0, let text = line.s, UInt8(bitPattern: text[0]) == meta {
            header.append(String(cString: text))
        }
        self.header = header
    }

    deinit {
        if let iterator { hts_itr_destroy(iterator) }
        tbx_destroy(index)
        hts_close(file)
        free(line.s)
    }

    /// Goes to the first line of a contig that reaches a 0-based position; false where the contig has none.
    public mutating func seek(to contig: String, from position: Int = 0) -> Bool {
        if let iterator { hts_itr_destroy(iterator) }
        let number = tbx_name2id(index, contig)
        iterator =
            number < 0
            ? nil
            : hts_itr_query(index.pointee.idx, number, hts_pos_t(position), hts_pos_t(Int32.max), tbx_readrec)
        return iterator != nil
    }

    /// The next line of the contig without its end; nil behind the last.
    public mutating func next() throws(GenomicsError) -> [UInt8]? {
        var bytes: [UInt8] = []
        return try read(into: &bytes) ? bytes : nil
    }

    /// Puts the next line of the contig without its end into `bytes`, whose room is used again; false, and no bytes, behind the last.
    public mutating func read(into bytes: inout [UInt8]) throws(GenomicsError) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        guard let iterator else { return false }
        let status = hts_itr_next(hts_get_bgzfp(file), iterator, &line, index)
        if status == -1 { return false }
        guard status >= 0 else {
            throw GenomicsError(.truncated, "the data is damaged, or its index is of another file", file: path)
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: line.s, count: Int(line.l)))
        return true
    }
}
