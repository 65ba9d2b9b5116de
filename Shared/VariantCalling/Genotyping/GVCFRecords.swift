import Genomics

/// Puts calls and blocks of the reference together, as GATK's and DeepVariant's gVCFs do and joint callers read.
///
/// Every record has `<NON_REF>` as its last allele, which stands for any allele that it does not name; blocks are cut where a
/// call's REF lies.
public struct GVCFRecords {
    /// The allele that stands for all others.
    public static let otherAllele = "<NON_REF>"
    /// No likelihood is told apart further, in Phred.
    private static let most = 999
    /// What a read costs a genotype that has its allele once instead of twice, and one that has it not at all.
    private static let (half, none) = (3, 20)

    private let reference: ReferenceLookup
    /// Where how many chromosomes are; blocks are cut where the number changes, and there are none where it is 0.
    var ploidy: Ploidy
    /// Where the last call ends.
    private var end: (contig: String, position: Int) = ("", 0)

    /// Records against a reference, whose letters blocks begin with.
    public init(reference: @escaping ReferenceLookup, ploidy: Ploidy = Ploidy()) {
        self.reference = reference
        self.ploidy = ploidy
    }

    /// The records of a shard: its calls and its blocks, by position.
    public mutating func merge(_ calls: [SiteCall], _ blocks: [ReferenceBlock]) throws(GenomicsError) -> [Variant] {
        var records: [Variant] = []
        var nextCall = 0
        func append(_ call: SiteCall) {
            records.append(Self.record(call))
            let last = call.position - 1 + call.reference.utf8.count
            end = (call.contig, end.contig == call.contig ? max(end.position, last) : last)
        }
        for block in blocks {
            var start = block.range.lowerBound
            while start < block.range.upperBound {
                while nextCall < calls.count, calls[nextCall].position - 1 <= start {
                    append(calls[nextCall])
                    nextCall += 1
                }
                if end.contig == block.contig, end.position > start {
                    start = end.position
                    continue
                }
                let next =
                    nextCall < calls.count
                    ? min(block.range.upperBound, calls[nextCall].position - 1) : block.range.upperBound
                let stop = ploidy.end(block.contig, from: start, limit: next)
                let copies = ploidy.of(block.contig, position: start + 1)
                if copies > 0 { records.append(try record(block.part(start..<stop), copies: copies)) }
                start = stop
            }
        }
        for call in calls[nextCall...] { append(call) }
        return records
    }

    private func record(_ block: ReferenceBlock, copies: Int) throws(GenomicsError) -> Variant {
        let (start, contig) = (block.range.lowerBound, block.contig)
        let letter = try reference(contig, start..<(start + 1))[start]
        var variant = Variant(
            contig: contig, position: start + 1, reference: String(UnicodeScalar(letter)),
            alternates: [Self.otherAllele],
            info: [.init("END", String(block.range.upperBound))])
        let allele: Int? = block.minimumDepth == 0 ? nil : 0
        variant.genotype = Genotype(Array(repeating: allele, count: copies))
        let likelihoods = block.likelihoods(copies: copies)
        variant.sampleFields = [
            .init("GQ", String(block.quality(copies: copies))), .init("DP", String(block.depth)),
            .init("MIN_DP", String(block.minimumDepth)),
            .init("PL", likelihoods.map { String(min(Self.most, $0)) }.joined(separator: ",")),
        ]
        return variant
    }

    /// A call with the allele for all others.
    static func record(_ call: SiteCall) -> Variant {
        var call = call
        let (known, ploidy) = (call.alternates.count + 1, call.genotype.count)
        let before = GenotypedSite.genotypes(alleles: known, ploidy: ploidy)
        let values = Dictionary(uniqueKeysWithValues: zip(before, call.likelihoods))
        func homozygous(_ allele: Int) -> Int { values[Array(repeating: allele, count: ploidy)] ?? Self.most }
        call.likelihoods = GenotypedSite.genotypes(alleles: known + 1, ploidy: ploidy).map { genotype in
            if let value = values[genotype] { return value }
            // Reads for another allele of the genotype have it less often than if all copies were of it.
            let named = Set(genotype.filter { $0 < known })
            if named.isEmpty {
                let each = (0..<known).map { homozygous($0) + Self.none * call.alleleDepths[$0] }
                return min(Self.most, each.min() ?? Self.most)
            }
            let each = named.map { homozygous($0) + Self.half * call.alleleDepths[$0] }
            return min(Self.most, each.min() ?? Self.most)
        }
        call.alternates.append(Self.otherAllele)
        call.alleleDepths.append(0)
        return call.variant
    }
}
