/// What a variant does to a transcript, in terms of the Sequence Ontology.
///
/// Eilbeck et al. 2005, Genome Biology 6:R44.
public struct Consequence: OptionSet, Sendable, Hashable {
    /// The bits, in the order in which `bcftools csq` lists its terms.
    public let rawValue: UInt32
    /// Makes a set of bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    private init(bit: UInt32) { rawValue = 1 << bit }

    /// Another codon for the same amino acid.
    public static let synonymous = Consequence(bit: 1)
    /// Another amino acid.
    public static let missense = Consequence(bit: 2)
    /// The stop codon became an amino acid.
    public static let stopLost = Consequence(bit: 3)
    /// A codon became a stop.
    public static let stopGained = Consequence(bit: 4)
    /// Whole codons' worth of bases are gone.
    public static let inframeDeletion = Consequence(bit: 5)
    /// Whole codons' worth of bases came in.
    public static let inframeInsertion = Consequence(bit: 6)
    /// The reading frame is another behind the variant.
    public static let frameshift = Consequence(bit: 7)
    /// The last two bases of an intron.
    public static let spliceAcceptor = Consequence(bit: 8)
    /// The first two bases of an intron.
    public static let spliceDonor = Consequence(bit: 9)
    /// The start codon is gone.
    public static let startLost = Consequence(bit: 10)
    /// The first or last three bases of an exon, the third to eighth of an intron.
    public static let spliceRegion = Consequence(bit: 11)
    /// Another stop codon.
    public static let stopRetained = Consequence(bit: 12)
    /// In front of the coding sequence, in an exon.
    public static let fivePrimeUTR = Consequence(bit: 13)
    /// Behind the coding sequence, in an exon.
    public static let threePrimeUTR = Consequence(bit: 14)
    /// In a transcript that is not translated.
    public static let nonCoding = Consequence(bit: 15)
    /// In an intron.
    public static let intron = Consequence(bit: 16)
    /// Insertions and deletions that leave frame and length as they were.
    public static let inframeAltering = Consequence(bit: 18)
    /// Something about the coding sequence that cannot be told exactly.
    public static let codingSequence = Consequence(bit: 21)
    /// A symbolic insertion.
    public static let elongation = Consequence(bit: 22)
    /// The start codon is still there, of other bases.
    public static let startRetained = Consequence(bit: 23)
    /// In an exon of a transcript that is not translated; `bcftools csq` does not tell it from ``nonCoding``.
    public static let nonCodingExon = Consequence(bit: 24)

    /// A symbolic deletion.
    public static let truncation = Consequence(bit: 25)
    /// The whole transcript is deleted.
    public static let ablation = Consequence(bit: 26)

    /// In the last codon of a coding sequence that ends in the middle of it.
    public static let incompleteTerminalCodon = Consequence(bit: 27)
    /// The whole transcript is there once more.
    public static let amplification = Consequence(bit: 28)

    /// Behind a stop codon that the same haplotype gained.
    static let behindStop = Consequence(bit: 19)
    /// Of a coding sequence that has no stop codon at its end.
    static let incompleteCoding = Consequence(bit: 20)

    /// What several variants of a haplotype do together.
    static let compound: Consequence = [
        .synonymous, .missense, .stopLost, .stopGained, .inframeDeletion, .inframeInsertion, .frameshift, .startLost,
        .stopRetained, .inframeAltering, .incompleteCoding, .behindStop, .startRetained,
    ]
    static let startStop: Consequence = [.stopLost, .stopGained, .stopRetained, .startLost, .startRetained]
    /// What happens to the transcript as a whole.
    static let structural: Consequence = [.truncation, .ablation, .amplification]
    static let splice: Consequence = [.spliceAcceptor, .spliceDonor, .spliceRegion]

    /// The terms with their names and the order of their severity, as Ensembl's VEP has them; the most severe first.
    private static let terms: [(consequence: Consequence, name: String, impact: Impact)] = [
        (.ablation, "transcript_ablation", .high), (.spliceAcceptor, "splice_acceptor_variant", .high),
        (.spliceDonor, "splice_donor_variant", .high),
        (.stopGained, "stop_gained", .high), (.frameshift, "frameshift_variant", .high),
        (.stopLost, "stop_lost", .high),
        (.startLost, "start_lost", .high), (.amplification, "transcript_amplification", .high),
        (.elongation, "feature_elongation", .high),
        (.truncation, "feature_truncation", .high),
        (.inframeInsertion, "inframe_insertion", .moderate), (.inframeDeletion, "inframe_deletion", .moderate),
        (.missense, "missense_variant", .moderate), (.inframeAltering, "protein_altering_variant", .moderate),
        (.spliceRegion, "splice_region_variant", .low),
        (.incompleteTerminalCodon, "incomplete_terminal_codon_variant", .low),
        (.startRetained, "start_retained_variant", .low),
        (.stopRetained, "stop_retained_variant", .low), (.synonymous, "synonymous_variant", .low),
        (.codingSequence, "coding_sequence_variant", .modifier), (.fivePrimeUTR, "5_prime_UTR_variant", .modifier),
        (.threePrimeUTR, "3_prime_UTR_variant", .modifier),
        (.nonCodingExon, "non_coding_transcript_exon_variant", .modifier), (.intron, "intron_variant", .modifier),
        (.nonCoding, "non_coding_transcript_variant", .modifier),
    ]

    /// How much a variant is expected to change the product, in VEP's four words.
    public enum Impact: String, Sendable, Hashable, Codable {
        /// Most likely no protein, or a truncated one.
        case high = "HIGH"
        /// A changed protein.
        case moderate = "MODERATE"
        /// Most likely harmless.
        case low = "LOW"
        /// Not coding, or hard to tell.
        case modifier = "MODIFIER"
    }

    /// The names of the Sequence Ontology, the most severe first.
    public var names: [String] { Self.terms.filter { contains($0.consequence) }.map(\.name) }

    /// The impact of the most severe term.
    public var impact: Impact { Self.terms.first { contains($0.consequence) }?.impact ?? .modifier }

    /// The place of the most severe term in VEP's order, 0 for the most severe of all.
    public var severity: Int { Self.terms.firstIndex { contains($0.consequence) } ?? Self.terms.count }

    /// The words of `bcftools csq`, by bit.
    static let shortNames: [String?] = [
        nil, "synonymous", "missense", "stop_lost", "stop_gained", "inframe_deletion", "inframe_insertion",
        "frameshift",
        "splice_acceptor", "splice_donor", "start_lost", "splice_region", "stop_retained", "5_prime_utr", "3_prime_utr",
        "non_coding", "intron", "intergenic", "inframe_altering", nil, nil, "coding_sequence", "feature_elongation",
        "start_retained", nil, "feature_truncation", "transcript_ablation",
        nil, "transcript_amplification",
    ]
}

extension Consequence {
    /// The terms without those that others say better.
    var simplified: Consequence {
        var terms = self
        if terms.contains(.incompleteCoding),
            !terms.subtracting(.startStop).subtracting([.incompleteCoding, .behindStop]).isEmpty
        {
            terms.subtract(.startStop)
            terms.remove(.incompleteCoding)
        }
        if !terms.isDisjoint(with: .startStop) { terms.remove(.missense) }
        if !terms.isDisjoint(with: [.spliceDonor, .spliceAcceptor]) { terms.remove(.spliceRegion) }
        return terms
    }
}
