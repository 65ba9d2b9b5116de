/// The stretches of a bedGraph file, held in memory: twelve bytes a line.
///
/// The stretches of a contig stand together, in order, and none overlaps another, as UCSC's tools want it.
public struct BedGraphValues: Sendable {
    private struct Stretches {
        var starts: [UInt32] = []
        var ends: [UInt32] = []
        var values: [Float] = []
    }

    private var stretches: [String: Stretches] = [:]

    /// Lines that are held.
    private static let mostLines = 20_000_000

    /// Reads a file, plain or compressed.
    ///
    /// Throws for a line that is no stretch with a finite number, lies outside of the reference, or is out of order, and for a file of more
    /// lines than are held.
    public init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        var lines = try BGZFLines(path: path)
        var (current, open, count) = ("", Stretches(), 0)
        while let line = try lines.next() {
            func flaw(_ message: String, _ field: String? = nil, _ code: GenomicsError.Code = .malformed)
                -> GenomicsError
            {
                GenomicsError(code, message, file: path, record: lines.number, field: field)
            }
            if lines.number == 1, let remedy = ByteOrderMark.remedy(line) { throw flaw(remedy) }
            // Blanks separate as well as tabs do.
            let fields = line.split { $0 == 0x09 || $0 == 0x20 }.map { String(decoding: $0, as: UTF8.self) }
            guard let contig = fields.first, !contig.hasPrefix("#"), contig != "track", contig != "browser" else {
                continue
            }
            guard fields.count == 4, let start = UInt32(fields[1]), let end = UInt32(fields[2]), start < end else {
                throw flaw("this is no line of bedGraph: a contig, a start, an end behind it, and a number are needed")
            }
            guard let value = Float(fields[3]), value.isFinite else {
                throw flaw("\"\(fields[3].prefix(40))\" is no finite number", "value")
            }
            if contig != current {
                if !current.isEmpty { stretches[current] = open }
                guard stretches[contig] == nil else {
                    throw flaw("the lines of \(contig) do not stand together; sort them")
                }
                guard reference.index(of: contig) != nil else {
                    throw flaw(ContigNaming.refusal(contig, reference: reference), "chrom", .referenceMismatch)
                }
                (current, open) = (contig, Stretches())
            }
            let length = reference.index(of: contig).map { reference.contigs[$0].length } ?? 0
            guard Int(end) <= length else {
                throw flaw("ends past the end of \(contig), which has \(length) bases", "chromEnd", .referenceMismatch)
            }
            guard start >= open.ends.last ?? 0 else {
                throw flaw(
                    "overlaps the line before it, or stands behind a later one; sort the lines and merge them",
                    "chromStart")
            }
            count += 1
            guard count <= Self.mostLines else {
                throw flaw(
                    "has more than \(Self.mostLines) lines; make a bigWig of it (bedGraphToBigWig), which is read where it is asked",
                    nil, .unsupported)
            }
            open.starts.append(start)
            open.ends.append(end)
            open.values.append(value)
        }
        if !current.isEmpty { stretches[current] = open }
        guard count > 0 else { throw GenomicsError(.malformed, "holds no line of bedGraph", file: path) }
    }

    /// The contigs that have values.
    public var contigs: [String] { Array(stretches.keys) }

    /// The values of a 0-based half-open range, a base each; not a number where there is none.
    public func values(contig: String, _ range: Range<Int>) -> [Float] {
        var values = [Float](repeating: .nan, count: range.count)
        guard let own = stretches[contig] else { return values }
        // The first stretch that ends behind the beginning of the range.
        var (low, high) = (0, own.ends.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(own.ends[middle]) > range.lowerBound { high = middle } else { low = middle + 1 }
        }
        while low < own.starts.count, Int(own.starts[low]) < range.upperBound {
            for place in (Int(own.starts[low])..<Int(own.ends[low])).clamped(to: range) {
                values[place - range.lowerBound] = own.values[low]
            }
            low += 1
        }
        return values
    }
}
