import CBigWig
import Foundation

/// A bigWig track, read at any place.
///
/// One thread at a time.
public final class BigWigReader {
    /// The contigs of the file.
    public let contigs: [Contig]
    private let path: String
    private let file: UnsafeMutablePointer<bigWigFile_t>

    /// Bases that are asked for together.
    private static let piece = 1 << 20

    /// Opens a file; throws where it is no bigWig.
    public init(path: String) throws(GenomicsError) {
        self.path = path
        guard let file = BigWigLibrary.open(path), file.pointee.type == 0, let list = file.pointee.cl else {
            throw GenomicsError(.malformed, "the file cannot be read as bigWig", file: path)
        }
        self.file = file
        contigs = (0..<Int(list.pointee.nKeys)).map { index in
            Contig(
                name: list.pointee.chrom[index].map { String(cString: $0) } ?? "",
                length: Int(list.pointee.len[index]))
        }
    }

    deinit { bwClose(file) }

    /// The values of a 0-based half-open range, a base each; not a number where the track has none.
    ///
    /// Throws for a contig that the track lacks, a range that leaves it, and where the file cannot be read.
    public func values(contig name: String, _ range: Range<Int>) throws(GenomicsError) -> [Float] {
        guard let contig = contigs.first(where: { $0.name == name }), range.lowerBound >= 0,
            range.upperBound <= contig.length
        else {
            throw GenomicsError(
                .referenceMismatch, "the track has no bases \(Interval(contig: name, zeroBased: range))", file: path)
        }
        var values: [Float] = []
        values.reserveCapacity(range.count)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.piece) {
            let part = start..<min(range.upperBound, start + Self.piece)
            guard let found = bwGetValues(file, name, UInt32(part.lowerBound), UInt32(part.upperBound), 1) else {
                throw GenomicsError(
                    .malformed, "the bases \(Interval(contig: name, zeroBased: part)) cannot be read", file: path)
            }
            defer { bwDestroyOverlappingIntervals(found) }
            guard Int(found.pointee.l) == part.count, let pointer = found.pointee.value else {
                throw GenomicsError(
                    .malformed, "the bases \(Interval(contig: name, zeroBased: part)) cannot be read", file: path)
            }
            values.append(contentsOf: UnsafeBufferPointer(start: pointer, count: part.count))
        }
        return values
    }
}
