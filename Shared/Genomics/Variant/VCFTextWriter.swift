/// Writes a VCF file whose header and records are text already, such as those of another file or of several samples.
///
/// Compressed by bgzf and indexed; the file appears under its name, with its index, when ``finish()`` returns. Writing blocks.
public final class VCFTextWriter {
    private let path: String
    private let suffix: String
    private let file: BGZFOutput

    /// Begins a file with the text of a header; `longestContig` chooses between `.tbi` and `.csi`.
    public init(path: String, header: String, longestContig: Int = 0) throws(GenomicsError) {
        self.path = path
        suffix = longestContig > VCFIndex.tabixLimit ? ".csi" : ".tbi"
        file = try BGZFOutput(path: path, mode: "w")
        try file.write(header.utf8)
    }

    /// Appends a record, a line without its end.
    public func write(_ line: String) throws(GenomicsError) {
        try file.write(line.utf8)
        try file.write(CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Appends a record as bytes, a line without its end.
    public func write(line bytes: [UInt8]) throws(GenomicsError) {
        try file.write(bytes)
        try file.write(CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Closes the file, writes its index and gives both their names.
    public func finish() throws(GenomicsError) {
        if try file.close() { try VCFIndex.commit(file.output, path: path, suffix: suffix) }
    }
}
