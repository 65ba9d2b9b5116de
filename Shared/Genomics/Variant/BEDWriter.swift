/// Writes stretches as a BED file; those that touch become one line.
///
/// The file appears under its name when ``finish()`` returns (``OutputFile``). Writing blocks.
public final class BEDWriter {
    private let output: TextOutput
    private var open: (contig: String, range: Range<Int>)?

    /// Begins a file, compressed by bgzip where its name ends in `.gz`.
    public init(path: String) throws(GenomicsError) { output = try TextOutput(path: path) }

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
        try output.finish()
    }

    private func flush() throws(GenomicsError) {
        guard let (contig, range) = open else { return }
        open = nil
        try output.write("\(contig)\t\(range.lowerBound)\t\(range.upperBound)\n")
    }
}
