import CHTSlib
import Foundation
import Synchronization

/// A reference genome in a FASTA file, plain or BGZF, read at any position.
///
/// Any thread may use it; a miss of its cache reads from disk under a lock, so call it off the cooperative pool.
public final class ReferenceGenome: Sendable {
    /// The contigs in the order of the file.
    public let contigs: [Contig]
    /// The FASTA file as it was named by the caller.
    public let path: String
    /// An identity of the sequence: equal for the same genome whether compressed or not, and however it is wrapped.
    ///
    /// MD5 in hexadecimal of all names and lengths and of ``sequenceDigests``, so of every base.
    public let digest: String
    /// MD5 in hexadecimal of each contig's bases in upper case: SAM's `M5` (SAM specification, § 1.3.2).
    public let sequenceDigests: [String]
    /// What the file was when it was opened; another stamp at ``path`` is another file.
    public let stamp: FileStamp?

    /// The FASTA file with its indexes beside it, for other readers of htslib.
    let files: ReferenceFiles
    private let indexes: [String: Int]
    private let blocks: Mutex<ReferenceBlocks>

    /// Opens a FASTA file; where its `.fai` (and `.gzi`) is missing, an index is made in a scratch place first.
    public init(path: String) throws(GenomicsError) {
        self.path = path
        stamp = FileStamp(path: path)
        files = try ReferenceFiles(path: path)
        guard let index = fai_load3(files.path, nil, nil, 0) else {
            throw GenomicsError(
                .malformed, "its .fai or .gzi index cannot be read; remove it or make it again with `samtools faidx`",
                file: path)
        }
        contigs = (0..<faidx_nseq(index)).map { number in
            let name = faidx_iseq(index, number)
            return Contig(
                name: name.map { String(cString: $0) } ?? "", length: name.map { Int(faidx_seq_len(index, $0)) } ?? 0)
        }
        indexes = Dictionary(contigs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let plain = files.isBlocked ? nil : PlainFASTA(path: files.path, contigs: contigs)
        let reader = ReferenceBlocks(index: index, plain: plain, contigs: contigs, path: path)
        guard !contigs.isEmpty else { throw GenomicsError(.malformed, "the FASTA file holds no sequence", file: path) }
        let digests = try ReferenceDigest.cached(path: path, stamp: stamp, contigs: contigs, reader: reader)
        sequenceDigests = digests.sequences
        digest = digests.whole
        blocks = Mutex(reader)
    }

    /// The number of the contig of a name.
    public func index(of name: String) -> Int? { indexes[name] }

    /// The bases of a 0-based half-open range as upper-case ASCII; letters that are no IUPAC code read as `N`.
    ///
    /// Throws for a range that leaves the contig, and where the file cannot be read or is not the one that was indexed.
    public func bases(contig index: Int, _ range: Range<Int>) throws(GenomicsError) -> [UInt8] {
        precondition(contigs.indices.contains(index), "contig \(index) of \(contigs.count)")
        return try blocks.withLock { blocks throws(GenomicsError) in try blocks.bases(contig: index, range) }
    }
}
