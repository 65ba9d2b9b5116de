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
    private let file: BGZFOutput
    private var last: (contig: UInt32, position: Int32) = (0, -1)

    /// Where a BAI index ends: 512 Mb.
    private static let longestOfBAI = 1 << 29

    /// Begins a file whose header says that it is sorted by coordinate; `level` is zlib's, 0 to 9.
    public init(path: String, header: AlignmentHeader, level: Int = 1) throws(GenomicsError) {
        precondition((0...9).contains(level), "a compression level is 0 to 9")
        self.path = path
        contigs = header.contigs
        file = try BGZFOutput(path: path, mode: "w\(level)")
        var head = Array("BAM\u{1}".utf8)
        head += Self.word(header.text.utf8.count) + Array(header.text.utf8) + Self.word(contigs.count)
        for contig in contigs {
            head += Self.word(contig.name.utf8.count + 1) + Array(contig.name.utf8) + [0] + Self.word(contig.length)
        }
        try file.write(head)
    }

    /// Adds a record; records come by contig and position, those without a contig last.
    public func write(_ record: BAMRecord) throws(GenomicsError) {
        count += 1
        let place = (contig: UInt32(bitPattern: record.referenceID), position: record.position)
        guard place >= last else {
            throw GenomicsError(
                .malformed, "a record stands behind a later one", file: path, record: count, field: "POS")
        }
        last = place
        try file.write(Self.word(record.bytes.count))
        try file.write(record.bytes)
    }

    /// Closes the file, writes its index and gives both their names.
    public func finish() throws(GenomicsError) {
        guard try file.close() else { return }
        let output = file.output
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

    /// A number as BAM writes it.
    private static func word(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: value).littleEndian, Array.init)
    }
}
