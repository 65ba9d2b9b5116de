/// A text file that is written piece by piece, compressed by bgzip where its name ends in `.gz` or `.bgz`.
///
/// The file appears under its name when ``finish()`` returns (``OutputFile``). Writing blocks.
public final class TextOutput {
    private let file: BGZFOutput

    /// Begins a file.
    public init(path: String) throws(GenomicsError) {
        let isCompressed = path.hasSuffix(".gz") || path.hasSuffix(".bgz")
        file = try BGZFOutput(path: path, mode: isCompressed ? "w" : "wu")
    }

    /// Adds text.
    public func write(_ text: String) throws(GenomicsError) { try write(text.utf8) }

    /// Adds bytes.
    public func write(_ bytes: some Sequence<UInt8>) throws(GenomicsError) { try file.write(bytes) }

    /// Closes the file and gives it its name.
    public func finish() throws(GenomicsError) { if try file.close() { try file.output.commit() } }
}
