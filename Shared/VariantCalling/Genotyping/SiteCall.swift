import Genomics

/// A genotyped site: a line of a VCF with one sample.
public struct SiteCall: Sendable, Codable, Hashable {
    /// The filter of sites whose QUAL is low.
    public static let lowQuality = "LowQual"
    /// The filter of sites that too few reads cover.
    public static let lowDepth = "LowDepth"
    /// The filter of sites of a single chromosome whose reads show several alleles.
    public static let mixed = "Mixed"
    /// The filter of mitochondrial calls that too few fragments show.
    public static let fewReads = "FewReads"
    /// The filter of mitochondrial calls that one strand shows far less than the other.
    public static let strandBias = "StrandBias"
    /// The filter of mitochondrial calls where the length of a repeat is often misread.
    public static let artefactProne = "ArtefactProne"
    /// The filter of mitochondrial calls that copies in the nuclear genome may explain.
    public static let nuclearCopy = "PossibleNUMT"

    /// CHROM.
    public var contig: String
    /// POS, counted from 1.
    public var position: Int
    /// REF.
    public var reference: String
    /// ALT.
    public var alternates: [String]
    /// QUAL: Phred-scaled probability that there is no alternate allele, at most 99.
    public var quality: Double
    /// FILTER; empty for PASS.
    public var filters: [String]
    /// GT as allele numbers, one a chromosome, unphased, rising; of the mitochondrion 1, or 0 and 1 for a mixture.
    public var genotype: [Int]
    /// GQ.
    public var genotypeQuality: Int
    /// DP: reads that cover the site.
    public var depth: Int
    /// AD: reads that show the reference and each alternate allele.
    public var alleleDepths: [Int]
    /// PL in VCF's order of genotypes, at most 99; of a mixture those of none, some and all of the molecules.
    public var likelihoods: [Int]
    /// MQ: root mean square mapping quality; nil where no read has one.
    public var mappingQuality: Double?
    /// SB: reference reads forward and reverse, alternate reads forward and reverse.
    public var strandCounts: [Int]
    /// What fragments say of the last allele of ``genotype``, where they can tell its phase.
    public var votes: FragmentVotes?
    /// PS: POS of the first site of the block whose phase is known; nil where it is not.
    public var phaseSet: Int?
    /// Whether the last allele of ``genotype`` stands on the block's first haplotype.
    public var isLastAlleleFirst: Bool?

    /// What became of the allele of a panel (``SiteAnswer``); nil where none asked.
    public var answer: SiteAnswer.Reason?
    /// The share of molecules that have each alternate allele, on the mitochondrion.
    public var fractions: [AlleleFraction]?

    /// Whether the site passes all filters.
    public var isPassed: Bool { filters.isEmpty }
    /// Whether all alternate alleles replace one base by another.
    public var isSNV: Bool {
        reference.utf8.count == 1 && alternates.allSatisfy { $0.utf8.count == 1 } && alternates != ["*"]
    }
    /// Whether the two alleles are equal.
    public var isHomozygous: Bool { genotype.allSatisfy { $0 == genotype.first } }
}

extension SiteCall {
    /// The order of calls of one contig: by position, and as bcftools sorts records of one position, by their alleles.
    public static func precedes(_ a: SiteCall, _ b: SiteCall) -> Bool {
        if a.position != b.position { return a.position < b.position }
        return (a.reference, a.alternates.joined(separator: ",")) < (b.reference, b.alternates.joined(separator: ","))
    }
}

extension CallReliability {
    /// Counts a call that no filter rejects; one of a mixture of molecules is of another model.
    public mutating func add(_ call: SiteCall) {
        if call.isPassed, call.fractions == nil { add(genotypeQuality: call.genotypeQuality) }
    }
}
