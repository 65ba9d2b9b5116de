import Genomics

/// A record of a gVCF: a stretch where one sample is as the reference, or a place where it may not be.
struct GVCFRecord {
    /// The contig's place in the reference.
    var contig: Int
    /// The 0-based half-open positions: those of REF, or of a block up to its END.
    var range: Range<Int>
    /// REF in upper case.
    var reference: String
    /// The alternates that are spelled, and `*`.
    var alternates: [String]
    /// Whether the record tells of alleles that it does not name: `<NON_REF>` or `<*>`, whose genotypes come last.
    var hasOther: Bool
    /// GT, nil when missing.
    var genotype: Genotype?
    /// Reads, the least of a block.
    var depth: Int?
    /// GQ.
    var quality: Int?
    /// AD of REF, of ``alternates``, and of the rest.
    var alleleDepths: [Int]?
    /// PL over REF, ``alternates`` and the rest; one an allele for a haploid sample.
    var likelihoods: [Int]
    /// 1 or 2.
    var ploidy: Int

    /// Whether the record names no alternate: a block of the reference.
    var isBlock: Bool { alternates.isEmpty }

    /// Whether all alternates are as long as REF.
    var isExchange: Bool {
        alternates.allSatisfy { $0 != "*" && $0.utf8.count == reference.utf8.count }
    }

    /// Whether the reads say more for some other genotype than for the reference's.
    var favoursAlternate: Bool { likelihoods.contains { $0 < likelihoods[0] } }

    /// The alleles by their number in ``likelihoods``.
    var alleleCount: Int { 1 + alternates.count + (hasOther ? 1 : 0) }

    /// How VCF lists the genotype of two alleles.
    static func index(_ a: Int, _ b: Int) -> Int {
        let (low, high) = (min(a, b), max(a, b))
        return high * (high + 1) / 2 + low
    }

    /// The most that a likelihood is told apart, in Phred.
    static let most = 1_000
    /// What a read of the reference says against a heterozygote, in Phred: 10 log10 of 2.
    private static let perRead = 3

    /// Reads a record; throws for fields that contradict each other.
    init(_ variant: Variant, contig: Int) throws(GenomicsError) {
        self.contig = contig
        reference = variant.reference
        let others = variant.alternates.indices.filter {
            ["<NON_REF>", "<*>", "<X>"].contains(variant.alternates[$0])
        }
        guard others.count <= 1, others.first.map({ $0 == variant.alternates.count - 1 }) ?? true else {
            throw GenomicsError(.malformed, "the allele for all others is not the last one", field: "ALT")
        }
        hasOther = !others.isEmpty
        alternates = variant.alternates.dropLast(others.count).map { $0.uppercased() }
        guard alternates.allSatisfy({ $0 == "*" || $0.utf8.allSatisfy { "ACGTN".utf8.contains($0) } })
        else {
            throw GenomicsError(
                .unsupported,
                "\"\(alternates.joined(separator: ","))\" is not spelled in bases; leave such records out",
                field: "ALT")
        }
        let start = variant.position - 1
        range = start..<(start + reference.utf8.count)
        if alternates.isEmpty, let end = variant.info("END") {
            guard let end = Int(end), end > start else {
                throw GenomicsError(
                    .malformed, "\"\(end)\" is no end of a block at \(variant.position)", field: "END")
            }
            range = start..<end
        }
        genotype = variant.genotype
        func number(_ text: String?) -> Int? {
            text.flatMap(Double.init).map { Int(max(0, min(1e6, $0))) }
        }
        let isBlock = alternates.isEmpty
        depth = isBlock ? number(variant.sampleField("MIN_DP")) ?? number(variant.info("MinDP")) : nil
        depth = depth ?? number(variant.sampleField("DP"))
        quality = number(variant.sampleField("GQ"))
        let count = 1 + alternates.count + others.count
        let depths = variant.sampleField("AD")?.split(separator: ",").map { Int($0) } ?? []
        alleleDepths =
            depths.count == count && depths.allSatisfy { $0 != nil } ? depths.compactMap { $0 } : nil
        let called = genotype.flatMap { $0.alleles.contains { $0 != nil } ? $0.alleles.count : nil } ?? 2
        ploidy = called
        let text = variant.sampleField("PL")?.split(separator: ",").map { number(String($0)) } ?? []
        if !text.isEmpty, text.allSatisfy({ $0 != nil }) {
            likelihoods = text.compactMap { $0 }.map { min(Self.most, $0) }
            let diploid = count * (count + 1) / 2
            guard likelihoods.count == diploid || likelihoods.count == count else {
                throw GenomicsError(
                    .malformed,
                    "\(likelihoods.count) values for \(count) alleles, instead of \(diploid) or \(count)",
                    field: "PL")
            }
            if likelihoods.count != diploid || count == 1 && called == 1 {
                ploidy = 1
            } else {
                ploidy = 2
            }
        } else {
            likelihoods = []
        }
        guard (1...2).contains(ploidy) else {
            throw GenomicsError(
                .unsupported, "a genotype of \(ploidy) alleles; joint calling takes one or two", field: "GT"
            )
        }
        if likelihoods.isEmpty { likelihoods = Self.likelihoods(of: self) }
        // A block that names no other allele says the same as one that does.
        if isBlock, !hasOther { hasOther = true }
        if likelihoods.count == 1 {
            likelihoods = Self.block(quality: quality, depth: depth, ploidy: ploidy)
        }
    }

    /// What stands for PL where there is none: the genotype by its GQ, or the reads of a block.
    private static func likelihoods(of record: GVCFRecord) -> [Int] {
        if record.isBlock {
            // A block of another genotype than the reference's knows nothing.
            let isReference = record.genotype?.alleles.allSatisfy { $0 == 0 } ?? true
            return block(
                quality: isReference ? record.quality : 0, depth: isReference ? record.depth : 0,
                ploidy: record.ploidy)
        }
        let count = record.alleleCount
        let size = record.ploidy == 1 ? count : count * (count + 1) / 2
        guard let alleles = record.genotype?.alleles, !alleles.contains(nil),
            let quality = record.quality
        else {
            return [Int](repeating: 0, count: size)
        }
        var values = [Int](repeating: min(most, quality), count: size)
        let numbers = alleles.compactMap { $0 }
        values[record.ploidy == 1 ? numbers[0] : index(numbers[0], numbers[numbers.count - 1])] = 0
        return values
    }

    private static func block(quality: Int?, depth: Int?, ploidy: Int) -> [Int] {
        let reads = (depth ?? 0) * perRead
        let heterozygote = min(most, quality ?? reads)
        let homozygote = min(most, 10 * heterozygote)
        return ploidy == 1 ? [0, homozygote] : [0, heterozygote, homozygote]
    }
}
