/// Numbers along a genome that are written as a track: bigWig where the name ends in `.bw` or `.bigWig`, else bedGraph, compressed by bgzip
/// where it ends in `.gz`.
///
/// Stretches come in the order of the contigs and of their positions. The file appears under its name when ``finish()`` returns.
public final class TrackOutput {
    private let contigs: [Contig]
    private let file: any TrackFile
    private var last: (contig: Int, end: Int) = (0, 0)

    /// Begins a file.
    public init(path: String, contigs: [Contig]) throws(GenomicsError) {
        self.contigs = contigs
        let lower = path.lowercased()
        file =
            lower.hasSuffix(".bw") || lower.hasSuffix(".bigwig")
            ? try BigWigFile(path: path, contigs: contigs) : try BedGraphFile(path: path, contigs: contigs)
    }

    /// Adds a value a base from a 0-based position on; bases whose value is no number have none.
    public func write(_ values: some Collection<Float>, contig: Int, start: Int) throws(GenomicsError) {
        precondition(
            (contig, start) >= last && start + values.count <= contigs[contig].length,
            "stretches are written in the order of the genome")
        last = (contig, start + values.count)
        var (position, run, begin) = (start, [Float](), start)
        run.reserveCapacity(values.count)
        for value in values {
            if value.isFinite {
                if run.isEmpty { begin = position }
                run.append(value)
            } else if !run.isEmpty {
                try file.add(run, contig: contig, start: begin)
                run.removeAll(keepingCapacity: true)
            }
            position += 1
        }
        if !run.isEmpty { try file.add(run, contig: contig, start: begin) }
    }

    /// Completes the file and gives it its name.
    public func finish() throws(GenomicsError) { try file.finish() }
}

/// A form of track.
protocol TrackFile {
    /// Adds a value a base.
    func add(_ values: [Float], contig: Int, start: Int) throws(GenomicsError)
    /// Completes the file.
    func finish() throws(GenomicsError)
}

/// bedGraph: a line a stretch of bases that have the same value.
final class BedGraphFile: TrackFile {
    private let contigs: [Contig]
    private let output: TextOutput
    /// The stretch that the next value may still belong to.
    private var open: (contig: Int, range: Range<Int>, value: Float)?

    init(path: String, contigs: [Contig]) throws(GenomicsError) {
        self.contigs = contigs
        output = try TextOutput(path: path)
    }

    func add(_ values: [Float], contig: Int, start: Int) throws(GenomicsError) {
        for (offset, value) in values.enumerated() {
            let position = start + offset
            if let open, open.contig == contig, open.value == value, open.range.upperBound == position {
                self.open = (contig, open.range.lowerBound..<(position + 1), value)
            } else {
                try flush()
                open = (contig, position..<(position + 1), value)
            }
        }
    }

    func finish() throws(GenomicsError) {
        try flush()
        try output.finish()
    }

    private func flush() throws(GenomicsError) {
        guard let open else { return }
        self.open = nil
        try output.write(
            "\(contigs[open.contig].name)\t\(open.range.lowerBound)\t\(open.range.upperBound)\t\(open.value)\n")
    }
}
