import CHTSlib
import Foundation

/// Writes a BAM file that is sorted by coordinate, with its index: `.bai`, or `.csi` where a contig is longer than that can say.
///
/// The file appears under its name, with its index, when ``finish()`` returns (``OutputFile``). The same header and records give
/// the same bytes. Writing blocks.
public final class BAMWriter {
    /// The number of records written.
    public private(set) var count = 0

    private let path: String
    private let contigs: [Contig]
    private let output: OutputFile
    private var file: UnsafeMutablePointer<BGZF>?
    private var buffer: [UInt8] = []
    private var last: (contig: UInt32, position: Int32) = (0, -1)

    /// Where a BAI index ends: 512 Mb.
    private static let longestOfBAI = 1 << 29
    private static let bufferSize = 1 << 18

    /// Begins a file whose header says that it is sorted by coordinate; `level` is zlib's, 0 to 9.
    public init(path: String, header: AlignmentHeader, level: Int = 1) throws(GenomicsError) {
        precondition((0...9).contains(level), "a compression level is 0 to 9")
        _ = HTSLibrary.isQuiet
        self.path = path
        contigs = header.contigs
        output = try OutputFile(path: path)
        errno = 0
        file = bgzf_open(output.draft, "w\(level)")
        if file == nil {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
        buffer += Array("BAM\u{1}".utf8)
        put(header.text.utf8.count)
        buffer += Array(header.text.utf8)
        put(contigs.count)
        for contig in contigs {
            put(contig.name.utf8.count + 1)
            buffer += Array(contig.name.utf8) + [0]
            put(contig.length)
        }
    }

    deinit { if let file { bgzf_close(file) } }

    /// Adds a record; records come by contig and position, those without a contig last.
    public func write(_ record: BAMRecord) throws(GenomicsError) {
        count += 1
        let place = (contig: UInt32(bitPattern: record.referenceID), position: record.position)
        guard place >= last else {
            throw GenomicsError(
                .malformed, "a record stands behind a later one", file: path, record: count, field: "POS")
        }
        last = place
        put(record.bytes.count)
        buffer += record.bytes
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Closes the file, writes its index and gives both their names.
    public func finish() throws(GenomicsError) {
        try flush()
        guard let file else { return }
        self.file = nil
        errno = 0
        guard bgzf_close(file) == 0 else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        let isLong = contigs.contains { $0.length > Self.longestOfBAI }
        let suffix = isLong ? ".csi" : ".bai"
        let index = try OutputFile(path: output.path + suffix)
        guard sam_index_build3(output.draft, index.draft, isLong ? 14 : 0, 0) == 0 else {
            throw GenomicsError(
                .cannotWrite, "the index cannot be written: \(HTSLibrary.systemReason)", file: path + suffix)
        }
        try index.commit()
        unlink(output.path + (isLong ? ".bai" : ".csi"))
        try output.commit()
    }

    private func put(_ value: Int) {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian) { buffer.append(contentsOf: $0) }
    }

    private func flush() throws(GenomicsError) {
        guard let file, !buffer.isEmpty else { return }
        errno = 0
        guard bgzf_write(file, buffer, buffer.count) == buffer.count else {
            throw GenomicsError(.cannotWrite, "cannot be written: \(HTSLibrary.systemReason)", file: path)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
