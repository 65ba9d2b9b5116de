/// The human sex chromosomes: how many copies a person has of a position.
public enum SexChromosome: Sendable, Hashable {
    /// X, by the names of UCSC, Ensembl and RefSeq.
    case x
    /// Y, by such names.
    case y

    /// The chromosome of a contig's name; nil for all others.
    public init?(_ contig: String) {
        switch contig {
        case "X", "chrX": self = .x
        case "Y", "chrY": self = .y
        case _ where contig.hasPrefix("NC_000023."): self = .x
        case _ where contig.hasPrefix("NC_000024."): self = .y
        default: return nil
        }
    }

    /// The 1-based pseudo-autosomal regions PAR1 and PAR2, by the chromosome's length.
    ///
    /// Genome Reference Consortium, human genome overview, "Pseudoautosomal regions" of GRCh37 and GRCh38; T2T consortium,
    /// `chm13v2.0_PAR.bed`.
    private static let regions: [Int: [ClosedRange<Int>]] = [
        155_270_560: [60_001...2_699_520, 154_931_044...155_260_560],
        59_373_566: [10_001...2_649_520, 59_034_050...59_363_566],
        156_040_895: [10_001...2_781_479, 155_701_383...156_030_895],
        57_227_415: [10_001...2_781_479, 56_887_903...57_217_415],
        154_259_566: [1...2_394_410, 153_925_835...154_259_566],
        62_460_029: [1...2_458_320, 62_122_810...62_460_029],
    ]

    /// Whether the regions of a chromosome of this length are known.
    public static func isKnown(length: Int) -> Bool { regions[length] != nil }

    /// Whether a 0-based position is where X and Y pair; false on chromosomes of a length that is not known.
    public static func isPseudoautosomal(_ position: Int, length: Int) -> Bool {
        regions[length]?.contains { $0.contains(position + 1) } ?? false
    }

    /// The 0-based half-open stretches where X and Y pair; none on chromosomes of a length that is not known.
    public static func pseudoautosomal(length: Int) -> [Range<Int>] {
        (regions[length] ?? []).map { ($0.lowerBound - 1)..<$0.upperBound }
    }

    /// The stretches of a contig where X and Y pair; none of a contig that is neither.
    public static func pseudoautosomal(of contig: Contig) -> [Range<Int>] {
        SexChromosome(contig.name) == nil ? [] : pseudoautosomal(length: contig.length)
    }

    /// How many of it a male or a female has, where X and Y do not pair.
    public func copies(isMale: Bool) -> Int { isMale ? 1 : self == .x ? 2 : 0 }
}
