import CBigWig
import Foundation

/// bigWig, which a genome browser reads at any place and scale.
final class BigWigFile: TrackFile {
    private let path: String
    private let contigs: [Contig]
    private let output: OutputFile
    private var file: UnsafeMutablePointer<bigWigFile_t>?
    private var last: (contig: Int, end: Int)?
    private var count: UInt64 = 0

    /// Levels of summaries, each four times as coarse as the one before.
    private static let zooms: Int32 = 10

    init(path: String, contigs: [Contig]) throws(GenomicsError) {
        (self.path, self.contigs) = (path, contigs)
        if let long = contigs.first(where: { $0.length > Int(UInt32.max) }) {
            throw GenomicsError(
                .unsupported, "bigWig has no contig of \(long.length) bases; write bedGraph", file: path)
        }
        output = try OutputFile(path: path)
        file = BigWigLibrary.open(output.draft, forWriting: true)
        guard let file else { throw failure("created") }
        var names = contigs.map { strdup($0.name) }
        defer { for name in names { free(name) } }
        let lengths = contigs.map { UInt32($0.length) }
        let list = names.withUnsafeMutableBufferPointer { names in
            names.baseAddress.map { names in
                names.withMemoryRebound(to: UnsafePointer<CChar>?.self, capacity: contigs.count) {
                    bwCreateChromList($0, lengths, Int64(contigs.count))
                }
            } ?? nil
        }
        guard bwCreateHdr(file, Self.zooms) == 0, let list else { throw failure("created") }
        file.pointee.cl = list
        guard bwWriteHdr(file) == 0 else { throw failure("written") }
    }

    deinit { if let file { bwClose(file) } }

    func add(_ values: [Float], contig: Int, start: Int) throws(GenomicsError) {
        guard let file else { return }
        // Longer runs than a block holds are taken as well, but the number of values is one of 32 bits.
        for first in stride(from: 0, to: values.count, by: 1 << 20) {
            let part = Array(values[first..<min(values.count, first + 1 << 20)])
            let begin = start + first
            let status =
                if let last, last == (contig, begin) {
                    bwAppendIntervalSpanSteps(file, part, UInt32(part.count))
                } else {
                    bwAddIntervalSpanSteps(file, contigs[contig].name, UInt32(begin), 1, 1, part, UInt32(part.count))
                }
            guard status == 0 else { throw failure("written") }
            last = (contig, begin + part.count)
            count += UInt64(part.count)
        }
    }

    func finish() throws(GenomicsError) {
        guard let file else { return }
        self.file = nil
        errno = 0
        bwClose(file)
        // The library does not say whether that went well.
        guard let written = BigWigLibrary.open(output.draft) else { throw failure("completed") }
        let isWhole = written.pointee.hdr.pointee.nBasesCovered == count
        bwClose(written)
        guard isWhole else { throw failure("completed") }
        try output.commit()
    }

    private func failure(_ what: String) -> GenomicsError {
        GenomicsError(.cannotWrite, "cannot be \(what): \(HTSLibrary.systemReason)", file: path)
    }
}

/// The library, set up once.
enum BigWigLibrary {
    /// Whether it is ready; its buffer is for files elsewhere, which are not read.
    private static let isReady = bwInit(1 << 17) == 0

    /// Opens a local file; nil where it cannot be read or is no bigWig.
    static func open(_ path: String, forWriting: Bool = false) -> UnsafeMutablePointer<bigWigFile_t>? {
        // The library would fetch an address.
        guard isReady, !path.contains("://") else { return nil }
        errno = 0
        return bwOpen(path, nil, forWriting ? "w" : "r")
    }
}
