import Genomics

/// The qualities of positions where alleles were weighed and the reference was found likelier: blocks are no surer there.
public struct BlockLimits: Sendable, Hashable {
    /// A 0-based position and the most that GQ is there.
    struct Limit: Hashable {
        var position: Int
        var quality: Int
    }

    private(set) var limits: [Limit] = []

    /// Limits nothing.
    public init() {}

    /// Takes what the networks said of alleles.
    public init(_ alleles: [Genotyper.Allele]) {
        for allele in alleles {
            let said = allele.probabilities
            guard said[0] >= max(said[1], said[2]) else { continue }
            let quality = Int(GenotypedSite.phred(1 - Double(said[0])).rounded())
            // Not beyond the stretch of the site, so that blocks are the same however the reference is divided into bins.
            let stretch = (allele.candidate.position - 1) / Genotyper.boundary
            for position in allele.candidate.affectedRange where position / Genotyper.boundary == stretch {
                limits.append(Limit(position: position, quality: quality))
            }
        }
    }

    /// Adds other limits.
    public mutating func add(_ other: BlockLimits) { limits += other.limits }

    /// Lowers the qualities of blocks.
    public func apply(to blocks: inout [ReferenceBlock]) {
        for limit in limits { blocks.lower(at: limit.position, to: limit.quality) }
    }

    /// The form in which limits are kept: numbers of a variable length, positions as differences.
    public func encoded() -> [UInt8] {
        var writer = PackedNumbers()
        var last = 0
        for limit in limits {
            writer.append(limit.position - last)
            writer.append(limit.quality)
            last = limit.position
        }
        return writer.bytes
    }

    /// Reads that form; throws ``ExampleError`` for bytes that are none.
    public init(decoding bytes: [UInt8]) throws(ExampleError) {
        var reader = PackedNumbers.Reader(bytes)
        var last = 0
        while !reader.isAtEnd {
            last &+= try reader.next()
            limits.append(Limit(position: last, quality: try reader.next()))
        }
    }
}
