import Foundation

/// Numbers along a genome, read at any place: bigWig, or bedGraph, plain or compressed.
///
/// One thread at a time.
public final class TrackInput {
    private enum Form {
        case bigWig(BigWigReader)
        case bedGraph(BedGraphValues)
    }

    private let form: Form
    private let known: Set<String>

    /// The first bytes of a bigWig file, in either order of bytes.
    private static let marks: [[UInt8]] = [[0x26, 0xfc, 0x8f, 0x88], [0x88, 0x8f, 0xfc, 0x26]]

    /// Opens a track of a reference.
    ///
    /// Throws where it is neither form, where a contig has another length than the reference's, and where it shares none with it; a
    /// bedGraph also as ``BedGraphValues`` does.
    public init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        var start: [UInt8] = []
        if let file = FileHandle(forReadingAtPath: path) {
            start = (try? file.read(upToCount: 4)).map { Array($0) } ?? []
            try? file.close()
        }
        guard Self.marks.contains(start) else {
            let values = try BedGraphValues(path: path, reference: reference)
            (form, known) = (.bedGraph(values), Set(values.contigs))
            return
        }
        let reader = try BigWigReader(path: path)
        let shared = reader.contigs.filter { reference.index(of: $0.name) != nil }
        for contig in shared {
            guard let index = reference.index(of: contig.name), reference.contigs[index].length == contig.length else {
                throw GenomicsError(
                    .referenceMismatch,
                    "its \(contig.name) has \(contig.length) bases and the reference's has not; is it another release?",
                    file: path)
            }
        }
        guard !shared.isEmpty else {
            let why = reader.contigs.first.map { ContigNaming.refusal($0.name, reference: reference) }
            throw GenomicsError(
                .referenceMismatch, "has no contig of the reference: \(why ?? "it is empty")", file: path)
        }
        (form, known) = (.bigWig(reader), Set(shared.map(\.name)))
    }

    /// The values of a 0-based half-open range within a contig of the reference, a base each; not a number where the track has none.
    public func values(contig: String, _ range: Range<Int>) throws(GenomicsError) -> [Float] {
        guard known.contains(contig) else { return [Float](repeating: .nan, count: range.count) }
        return switch form {
        case .bigWig(let reader): try reader.values(contig: contig, range)
        case .bedGraph(let values): values.values(contig: contig, range)
        }
    }
}
