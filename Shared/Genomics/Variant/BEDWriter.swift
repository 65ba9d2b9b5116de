import CHTSlib
import Foundation

/// Writes stretches as a BED file, compressed by bgzf; those that touch become one line.
///
/// The file appears under its name when ``finish()`` returns (``OutputFile``). Writing blocks.
public final class BEDWriter {
    private let path: String
    private let output: OutputFile
    private var file: UnsafeMutablePointer<BGZF>?
    private var open: (contig: String, range: Range<Int>)?

    /// Begins a file; the name usually ends in `.bed.gz`.
    public init(path: String) throws(GenomicsError) {
        _ = HTSLibrary.isQuiet
        self.path = path
        output = try OutputFile(path: path)
        errno = 0
        file = bgzf_open(output.draft, "w")
        if file == nil {
            throw GenomicsError(.cannotWrite, "cannot be created: \(HTSLibrary.systemReason)", file: path)
        }
    }

    deinit { if let file { bgzf_close(file) } }

    /// Adds a 0-based half-open stretch; stretches of a contig come in their order.
    public func write(_ contig: String, _ range: Range<Int>) throws(GenomicsError) {
        if range.isEmpty { return }
        if let last = open, last.contig == contig, last.range.upperBound == range.lowerBound {
            open = (contig, last.range.lowerBound..<range.upperBound)
            return
        }
        try flush()
        open = (contig, range)
    }

    /// Closes the file and gives it its name.
    public func finish() throws(GenomicsError) {
        try flush()
        guard let file else { return }
        self.file = nil
        errno = 0
        guard bgzf_close(file) == 0 else {
            throw GenomicsError(.cannotWrite, "cannot be completed: \(HTSLibrary.systemReason)", file: path)
        }
        try output.commit()
    }

    private func flush() throws(GenomicsError) {
        guard let (contig, range) = open, let file else { return }
        open = nil
        errno = 0
        let line = Array("\(contig)\t\(range.lowerBound)\t\(range.upperBound)\n".utf8)
        guard bgzf_write(file, line, line.count) == line.count else {
            throw GenomicsError(.cannotWrite, "cannot be written: \(HTSLibrary.systemReason)", file: path)
        }
    }
}
