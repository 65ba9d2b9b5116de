import Foundation

/// The bases of a target that the reference knows, and how many of them lie where X and Y do not pair.
public struct KnownBases: Sendable, Hashable {
    /// By contig.
    public private(set) var byContig: [String: Int] = [:]
    /// By contig, without where X and Y pair.
    public private(set) var unpairedByContig: [String: Int] = [:]
    private let pairing: [String: [Range<Int>]]

    /// Counts none yet of the contigs of a reference.
    public init(contigs: [Contig]) {
        pairing = Dictionary(
            contigs.map { ($0.name, SexChromosome.pseudoautosomal(of: $0)) }, uniquingKeysWith: { first, _ in first }
        ).filter { !$0.value.isEmpty }
    }

    /// Adds a 0-based half-open stretch whose bases are known.
    public mutating func add(_ contig: String, _ range: Range<Int>) {
        byContig[contig, default: 0] += range.count
        let paired = pairing[contig]?.reduce(0) { $0 + $1.clamped(to: range).count } ?? 0
        unpairedByContig[contig, default: 0] += range.count - paired
    }
}

extension ReferenceGenome {
    private static let unknown = UInt8(ascii: "N")

    /// Calls `body` with each stretch of a range, within the regions where there are any, and whether the reference knows its bases.
    public func forEachStretch(
        contig: Int, in range: Range<Int>, regions: BED?, _ body: (Range<Int>, _ isKnown: Bool) -> Void
    ) throws(GenomicsError) {
        let targets = regions.map { $0.stretches(of: contigs[contig].name, in: range) } ?? [range]
        guard !targets.isEmpty else { return }
        let bases = try bases(contig: contig, range)
        for target in targets {
            var position = target.lowerBound
            while position < target.upperBound {
                let start = position - range.lowerBound
                let next =
                    range.lowerBound + Self.end(ofRunAt: start, in: bases, upTo: target.upperBound - range.lowerBound)
                body(position..<next, bases[start] != Self.unknown)
                position = next
            }
        }
    }

    /// Where bases that are known, or are not, end; the arms of chromosomes are long, so eight are looked at a time.
    private static func end(ofRunAt start: Int, in bases: [UInt8], upTo limit: Int) -> Int {
        bases.withUnsafeBytes { raw in
            guard raw[start] == unknown else {
                guard let base = raw.baseAddress, let found = memchr(base + start, Int32(unknown), limit - start) else {
                    return limit
                }
                return UnsafeRawPointer(found) - base
            }
            let eight = UInt64(unknown) &* 0x0101_0101_0101_0101
            var end = start
            while end + 8 <= limit, raw.loadUnaligned(fromByteOffset: end, as: UInt64.self) == eight { end += 8 }
            while end < limit, raw[end] == unknown { end += 1 }
            return end
        }
    }
}
