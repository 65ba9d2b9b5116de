import Foundation

/// What one sample's reads say of the genotypes at a site.
struct SampleEvidence {
    /// 1 or 2; 0 where the sample has no copy of the site.
    var ploidy: Int
    /// 10^(-PL/10) of each genotype, in VCF's order; empty where nothing is known.
    var likelihoods: [Double] = []
    /// Reads.
    var depth: Int?
    /// Reads of each allele.
    var alleleDepths: [Int]?
    /// The GQ of the block that covers the site.
    var blockQuality: Int?

    /// Whether the reads tell genotypes apart.
    var isInformative: Bool { likelihoods.contains { $0 != likelihoods[0] } }

    /// No knowledge of a site.
    static func nothing(ploidy: Int) -> SampleEvidence { SampleEvidence(ploidy: ploidy) }

    /// Reads a record's likelihoods for the alleles of a site; `numbers` gives each allele's number in the record.
    ///
    /// An allele that the record cannot tell of is as unlikely as its least likely genotype. A diploid record of a haploid
    /// place gives its homozygotes.
    init(_ record: GVCFRecord, numbers: [Int?], ploidy: Int) {
        self.ploidy = ploidy
        depth = record.depth
        let worst = record.likelihoods.max() ?? 0
        func value(_ a: Int?, _ b: Int?) -> Int {
            guard let a, let b else { return worst }
            if record.ploidy == 1 { return a == b ? record.likelihoods[a] : worst }
            return record.likelihoods[GVCFRecord.index(a, b)]
        }
        var values: [Int] = []
        for high in numbers.indices {
            if ploidy == 1 {
                values.append(value(numbers[high], numbers[high]))
            } else {
                for low in 0...high { values.append(value(numbers[low], numbers[high])) }
            }
        }
        let least = values.min() ?? 0
        likelihoods = values.map { pow(10, -Double($0 - least) / 10) }
        if record.isBlock {
            blockQuality = record.quality ?? (record.ploidy == 2 ? min(99, record.likelihoods[1]) : nil)
        } else if let depths = record.alleleDepths {
            let other = record.hasOther ? record.alleleCount - 1 : -1
            alleleDepths = numbers.map { $0.map { $0 == other ? 0 : depths[$0] } ?? 0 }
        }
    }

    private init(ploidy: Int) { self.ploidy = ploidy }

    /// The evidence for some of the alleles only, by their number.
    func keeping(_ alleles: [Int]) -> SampleEvidence {
        var result = self
        if !likelihoods.isEmpty {
            result.likelihoods = []
            for (high, allele) in alleles.enumerated() {
                if ploidy == 1 {
                    result.likelihoods.append(likelihoods[allele])
                } else {
                    for low in alleles[...high] {
                        result.likelihoods.append(likelihoods[GVCFRecord.index(low, allele)])
                    }
                }
            }
            let best = result.likelihoods.max() ?? 1
            if best > 0 { result.likelihoods = result.likelihoods.map { $0 / best } }
        }
        result.alleleDepths = alleleDepths.map { depths in alleles.map { depths[$0] } }
        return result
    }

    /// The likelihoods in Phred.
    var phred: [Int] {
        likelihoods.map { $0 > 0 ? Int((-10 * log10($0)).rounded()) : GVCFRecord.most }
    }
}
