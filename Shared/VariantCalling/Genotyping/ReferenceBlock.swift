import Foundation
import Genomics
import NeuralNetwork

/// A stretch where the reads show the reference, and how surely: a block of a gVCF.
///
/// A position's likelihoods are those of its bases alone: each read that shows the reference halves that of a heterozygote, and each that
/// does not makes the reference a hundred times less likely. On the mitochondrion what is asked is whether an allele has the smallest share
/// that is reported (`MixturePosterior.least`), of which a read of the reference says far less. A block holds neighbours of one band of qualities, and the least of each.
public struct ReferenceBlock: Sendable, Hashable {
    /// The contig's name.
    public var contig: String
    /// The 0-based half-open positions.
    public var range: Range<Int>
    /// The fewest fragments that show a base, or its lack, at a position.
    public var minimumDepth: Int
    /// The sum of these over the positions.
    var depthSum: Int
    /// Phred of a heterozygote, or a mixture, and of two other alleles against the reference, the least over the positions; negative where they are likelier.
    var heterozygous: Int
    var homozygous: Int

    /// Whether it is of a mixture of molecules instead of chromosomes.
    var isMixture: Bool { MitochondrialContig.isNamed(contig) }
    /// The mean depth.
    public var depth: Int { depthSum / max(1, range.count) }
    /// GQ.
    public var quality: Int { min(99, max(0, min(heterozygous, homozygous))) }

    /// Phred of the genotypes of the reference and of another allele on so many chromosomes, by the copies of the other one, the
    /// reference's 0 or above.
    func likelihoods(copies: Int) -> [Int] {
        // What reads of something else take from a genotype with a copy of it, beside one that has none.
        let others = 3 * minimumDepth - heterozygous
        let values = (0...copies).map { other in
            switch (other, copies) {
            case (0, _): 0
            case (copies, _): homozygous
            case (1, 2): heterozygous
            default:
                // Each read of the reference is one of the copies that are left.
                Int(
                    (-10 / PortableMath.log(10) * Double(minimumDepth)
                        * PortableMath.log(1 - Double(other) / Double(copies))).rounded()) - others
            }
        }
        let least = values.min() ?? 0
        return values.map { $0 - least }
    }

    /// GQ on so many chromosomes.
    func quality(copies: Int) -> Int {
        guard copies != 2, !isMixture else { return quality }
        let values = likelihoods(copies: copies)
        return values[0] > 0 ? 0 : min(99, values.dropFirst().min() ?? 0)
    }

    /// What a read that shows something else costs the reference, in Phred.
    private static let errorCost = 20
    /// By how many thousandths of Phred a mixture at the smallest share is worse for a read of the reference, and better for another:
    /// -10 log10 of 0.97, and 20 + 10 log10 of 0.03.
    private static let mixtureCost = (reference: 132, other: 4771)
    /// Where a band of qualities begins: beyond the last one nobody decides by the difference.
    private static let bands = [1, 10, 20, 30, 40, 60]

    private var band: Int { Self.bands.count { $0 <= quality } }

    /// A block of one position.
    init(contig: String, position: Int, reads: Int, ofReference: Int, isMixture: Bool = false) {
        self.contig = contig
        range = position..<(position + 1)
        minimumDepth = reads
        depthSum = reads
        let others = reads - ofReference
        heterozygous =
            isMixture
            ? (Self.mixtureCost.reference * ofReference - Self.mixtureCost.other * others) / 1000
            : 3 * reads - Self.errorCost * others
        homozygous = Self.errorCost * (ofReference - others)
    }

    /// Joins the block that follows, where both are of one band, and of one stretch of those that are the same for any division of the
    /// reference into bins.
    mutating func join(_ next: ReferenceBlock) -> Bool {
        guard contig == next.contig, range.upperBound == next.range.lowerBound,
            band == next.band,
            range.lowerBound / Genotyper.boundary == next.range.lowerBound / Genotyper.boundary
        else { return false }
        range = range.lowerBound..<next.range.upperBound
        minimumDepth = min(minimumDepth, next.minimumDepth)
        depthSum += next.depthSum
        heterozygous = min(heterozygous, next.heterozygous)
        homozygous = min(homozygous, next.homozygous)
        return true
    }

    /// The part of the block in a stretch.
    func part(_ stretch: Range<Int>) -> ReferenceBlock {
        var part = self
        part.range = range.clamped(to: stretch)
        part.depthSum = depth * part.range.count
        return part
    }
}

extension [ReferenceBlock] {
    /// Appends a block, as a part of the last one where they join.
    mutating func add(_ block: ReferenceBlock) {
        if isEmpty || !self[count - 1].join(block) { append(block) }
    }

    /// Lowers the quality of a position to that of an allele which was weighed there and not called.
    mutating func lower(at position: Int, to quality: Int) {
        // The last block that begins at the position or before.
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].range.lowerBound <= position { low = middle + 1 } else { high = middle }
        }
        let index = low - 1
        guard index >= 0, self[index].range.contains(position), self[index].quality > quality else { return }
        let block = self[index]
        var own = block.part(position..<(position + 1))
        own.heterozygous = Swift.min(own.heterozygous, quality)
        let parts = [
            block.part(block.range.lowerBound..<position), own, block.part((position + 1)..<block.range.upperBound),
        ]
        replaceSubrange(index...index, with: parts.filter { !$0.range.isEmpty })
    }
}
