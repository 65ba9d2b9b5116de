/// Where reads come from; a path of `-` is standard input.
public enum ReadSource: Sendable, Hashable {
    /// Single-end reads, plain, gzip or BGZF.
    case fastq(path: String)
    /// The first and the second mates of each template, in the same order.
    case pairedFASTQ(String, String)
    /// The two mates of each template one after the other.
    case interleavedFASTQ(String)
    /// SAM, BAM or CRAM.
    case alignments(String)
}

/// The reads of a sample's files, one template after the other, in memory that does not grow with the file.
///
/// One thread at a time; ``next()`` reads from disk, so call it off the cooperative pool.
public final class ReadFile {
    /// What the file holds next.
    public enum Item: Sendable, Hashable {
        /// The unaligned reads of a template (flags 4, or 77 and 141), or one record of an alignment file as it stands.
        case fragment([BAMRecord])
        /// A record that could not be read, or a read without its mate.
        case problem(InputProblem)
    }

    /// The header of an alignment file, in whose order its records number the contigs; nil for FASTQ.
    public let header: AlignmentHeader?

    let reader: any ItemReader

    /// Opens files.
    ///
    /// `readGroup` becomes the `RG` tag of reads from FASTQ. CRAM needs a reference; alignments that are given one are
    /// held against it. Throws where a file cannot be opened, is of another format, or was aligned to another reference.
    public init(_ source: ReadSource, readGroup: String, reference: ReferenceGenome?) throws(GenomicsError) {
        func fastq(_ path: String) throws(GenomicsError) -> FASTQReader {
            try FASTQReader(path: path, readGroup: readGroup)
        }
        switch source {
        case .fastq(let path): reader = try fastq(path)
        case .pairedFASTQ(let first, let second): reader = FASTQPairs(try fastq(first), try fastq(second))
        case .interleavedFASTQ(let path): reader = FASTQInterleaved(try fastq(path))
        case .alignments(let path): reader = try AlignmentReader(path: path, reference: reference)
        }
        header = (reader as? AlignmentReader)?.header
    }

    /// The next template or problem; nil at the end.
    ///
    /// Problems are items, and reading goes on after them where it can. Throws `GenomicsError.Code.referenceMismatch` at a
    /// read that lies where the reference has no bases.
    public func next() throws(GenomicsError) -> Item? { try reader.next() }

    /// The bytes read so far of all files, compressed as they are.
    public var bytesRead: Int64 { reader.bytesRead }

    /// The size of all files; nil when one is a pipe.
    public var totalBytes: Int64? { reader.totalBytes }
}

/// What the readers of all formats do for ``ReadFile``.
protocol ItemReader: AnyObject {
    func next() throws(GenomicsError) -> ReadFile.Item?
    var bytesRead: Int64 { get }
    var totalBytes: Int64? { get }
    var position: ReadPosition? { get }
    func resume(at position: ReadPosition) -> Bool
}
