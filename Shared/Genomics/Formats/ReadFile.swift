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
    /// Whether the reads lie on contigs; false for FASTQ and for alignment files none of whose reads is mapped (uBAM).
    public let isMapped: Bool
    /// The sample whose reads these are: the one asked for, or else the read groups'; nil when neither names one.
    public let sample: String?
    /// The sample's read groups of an alignment file.
    public let readGroups: [ReadGroup]

    private let path: String
    let reader: any ItemReader
    private var selection: SampleSelection?

    /// Opens files.
    ///
    /// `readGroup` becomes the `RG` tag of reads from FASTQ. CRAM needs a reference; alignments that are given one are
    /// held against it. Of alignments the reads of the wanted sample are delivered, and how many were left out is said at
    /// the end. Throws where a file cannot be opened, is of another format, of another sample, of several of which none is
    /// chosen, or was aligned to another reference, and for two mates that are one file.
    public init(
        _ source: ReadSource, readGroup: String, reference: ReferenceGenome?, sample query: SampleQuery? = nil
    ) throws(GenomicsError) {
        func fastq(_ path: String) throws(GenomicsError) -> FASTQReader {
            try FASTQReader(path: path, readGroup: readGroup)
        }
        switch source {
        case .fastq(let path):
            self.path = path
            reader = try fastq(path)
        case .pairedFASTQ(let first, let second):
            path = first
            try RepeatedInputs.check([first, second])
            reader = FASTQPairs(try fastq(first), try fastq(second))
        case .interleavedFASTQ(let path):
            self.path = path
            reader = FASTQInterleaved(try fastq(path))
        case .alignments(let path):
            self.path = path
            let alignments = try AlignmentReader(path: path, reference: reference)
            let chosen = try query.map { query throws(GenomicsError) in
                try SampleSelection(alignments.header, query, path: path)
            }
            header = alignments.header
            isMapped = alignments.isMapped && !alignments.header.contigs.isEmpty
            sample = chosen?.name ?? alignments.header.samples.first
            readGroups = chosen?.readGroups ?? alignments.header.readGroups
            selection = chosen
            reader = isMapped ? alignments : UnalignedMates(alignments)
            return
        }
        header = nil
        isMapped = false
        sample = query?.name
        readGroups = []
    }

    /// The header of an alignment file, without its reads.
    public static func header(of path: String, reference: ReferenceGenome?) throws(GenomicsError) -> AlignmentHeader {
        try AlignmentReader(path: path, reference: reference).header
    }

    /// The next template or problem; nil at the end.
    ///
    /// Problems are items, and reading goes on after them where it can. Throws `GenomicsError.Code.referenceMismatch` at a
    /// read that lies where the reference has no bases.
    public func next() throws(GenomicsError) -> Item? {
        while let item = try reader.next() {
            guard case .fragment(let records) = item, selection != nil else { return item }
            let kept = records.filter { selection?.includes($0) == true }
            if !kept.isEmpty { return kept.count == records.count ? item : .fragment(kept) }
        }
        guard let remark = selection?.remark(file: path) else { return nil }
        selection = nil
        return .problem(remark)
    }

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
