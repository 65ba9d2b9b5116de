/// Writes a VCF file whose header and records are text already, such as those of another file or of several samples.
///
/// Compressed by bgzf and indexed while it is written; the file appears under its name, with its index, when ``finish()`` returns. Writing blocks.
public final class VCFTextWriter {
    private let path: String
    private let suffix: String
    private let file: BGZFOutput
    private let index: VCFLineIndex
    private var line: [UInt8] = []
    private var count = 0

    /// Begins a file with the text of a header; `longestContig` chooses between `.tbi` and `.csi`, and `level` is bgzip's, its default where nil.
    public init(path: String, header: String, longestContig: Int = 0, level: Int? = nil) throws(GenomicsError) {
        self.path = path
        let isWide = longestContig > VCFIndex.tabixLimit
        suffix = isWide ? ".csi" : ".tbi"
        file = try BGZFOutput(path: path, mode: "w\(level.map(String.init) ?? "")")
        try file.write(header.utf8)
        guard let index = VCFLineIndex(from: try file.flushed(), isWide: isWide) else {
            throw GenomicsError(.cannotWrite, "the index cannot be begun", file: path + suffix)
        }
        self.index = index
    }

    /// Appends a record, a line without its end.
    public func write(_ line: String) throws(GenomicsError) { try write(line: Array(line.utf8)) }

    /// Appends a record as bytes, a line without its end; throws for one that does not come behind the last.
    public func write(line bytes: [UInt8]) throws(GenomicsError) {
        line.removeAll(keepingCapacity: true)
        line += bytes
        line.append(UInt8(ascii: "\n"))
        count += 1
        guard index.add(bytes, upTo: try file.write(record: line)) else {
            throw GenomicsError(
                .cannotWrite,
                "the record has no place in the index (\(suffix)): records must be in the order of their positions",
                file: path, record: count)
        }
    }

    /// Writes a VCF file, plain or compressed, again as it is, compressed and indexed; returns the suffix of the index.
    ///
    /// Throws for a file that is no VCF.
    public static func copy(
        _ source: String, to path: String, longestContig: Int = 0
    ) throws(GenomicsError) -> String {
        var lines = try BGZFLines(path: source)
        var header = ""
        var writer: VCFTextWriter?
        while let line = try lines.next() {
            if writer == nil, line.first == UInt8(ascii: "#") {
                header += String(decoding: line, as: UTF8.self) + "\n"
                continue
            }
            guard header.contains("\n#CHROM") else { break }
            if writer == nil {
                writer = try VCFTextWriter(path: path, header: header, longestContig: longestContig)
            }
            if !line.isEmpty { try writer?.write(line: Array(line)) }
        }
        guard header.contains("\n#CHROM") else {
            throw GenomicsError(.unsupported, "is no VCF as text: it lacks the line #CHROM", file: source)
        }
        if let writer {
            try writer.finish()
            return writer.suffix
        }
        let empty = try VCFTextWriter(path: path, header: header, longestContig: longestContig)
        try empty.finish()
        return empty.suffix
    }

    /// Closes the file, writes its index and gives both their names.
    public func finish() throws(GenomicsError) {
        let end = try file.flushed()
        if try file.close() { try VCFIndex.commit(file.output, index, end: end, path: path, suffix: suffix) }
    }
}
