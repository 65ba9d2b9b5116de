/// What a sample has at a locus of a gene's definition.
public struct LocusCall: Sendable, Hashable, Codable {
    /// Where it was read.
    public enum Source: String, Sendable, Hashable, Codable {
        /// In a record of the place.
        case record
        /// In a block of a gVCF that says the sample is as the reference.
        case block
    }

    /// For each chromosome copy which spelling of the locus it has, 0 for REF; nil for one that no definition knows.
    public var alleles: [Int?]
    /// The bases of each copy.
    public var bases: [String]
    /// Which calls are in one order with it: PS, or the contig for `|` without PS; nil for unphased calls.
    public var phaseSet: String?
    /// Where it was read.
    public var source: Source
    /// GQ; nil where the file has none.
    public var genotypeQuality: Double?
    /// DP, or MIN_DP of a block; nil where the file has none.
    public var depth: Int?

    /// Whether its copies are alike.
    public var isHomozygous: Bool { Set(bases).count <= 1 }
    /// `C/T`, `C|T` or, on one X chromosome, `C`.
    public var text: String { bases.joined(separator: phaseSet == nil ? "/" : "|") }
}

/// A locus of a gene, with the sample's call or the reason why there is none.
public enum LocusEvidence: Sendable, Hashable {
    /// What the sample has.
    case call(LocusCall)
    /// There is no usable data: why, in words.
    case missing(String)

    /// The call, if there is one.
    public var call: LocusCall? {
        if case .call(let call) = self { call } else { nil }
    }
}

/// What counts as evidence of a genotype.
public struct EvidenceThresholds: Sendable, Hashable, Codable {
    /// The least GQ of a genotype that has one, 20 if not given: one wrong in a hundred.
    public var genotypeQuality: Double
    /// The least depth of a call of the reference that has one, 8 if not given: a heterozygote shows the reference alone once in 256.
    public var depth: Int

    /// Makes thresholds.
    public init(genotypeQuality: Double = 20, depth: Int = 8) {
        self.genotypeQuality = genotypeQuality
        self.depth = depth
    }
}
