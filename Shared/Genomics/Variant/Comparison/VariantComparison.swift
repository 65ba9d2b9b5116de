/// Compares called variants with the truth by the haplotypes they spell, as vcfeval does.
///
/// The unit is a record with its genotype: its alleles are placed together, each on its haplotype, or the record is left
/// out. Of all ways to keep records of both sides so that the haplotypes are equal, the one that keeps the most counts
/// (Cleary et al. 2015; `HaplotypeSearch`). So `1/2` called `0/1` is a false negative and a false positive, and records of other spelling agree.
public struct VariantComparison: Sendable {
    /// What must agree.
    public enum Mode: String, Sendable, Hashable, Codable {
        /// Alleles and genotypes.
        case genotype
        /// An allele of each genotype, whatever its copies: vcfeval's `--squash-ploidy`.
        case allele
    }

    /// Sides of a comparison.
    public struct Sides: OptionSet, Sendable, Hashable {
        /// The sides as bits.
        public let rawValue: Int
        /// Makes a set of sides.
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// The truth.
        public static let truth = Sides(rawValue: 1)
        /// The calls.
        public static let calls = Sides(rawValue: 2)
    }

    /// What agrees.
    public var mode: Mode
    /// Calls of a lower QUAL are left out; calls without one stay.
    public var minimumQuality: Double
    /// Whether records that a filter rejected take part.
    public var takesFilteredRecords = false
    /// Whether the reference allele of a genotype keeps other records' alleles from its bases.
    ///
    /// So does vcfeval without `--ref-overlap`. Otherwise such records fit together: a deletion on one haplotype and an
    /// exchange below it on the other.
    public var assertsReference = false
    /// Whose phased genotypes keep their order: the first allele stands on the first haplotype all along a contig.
    public var phasedSides: Sides = []
    /// Of whom any genotype of a record's alleles will do, as of a file of sites.
    public var sitesOnly: Sides = []
    /// How many alleles a genotype has, one allele standing for all; that of most genotypes when nil.
    public var ploidy: Int?
    /// Records with a longer allele are left out.
    public var longestAllele = 1_000

    /// Makes a comparison.
    public init(mode: Mode = .genotype, minimumQuality: Double = 0) {
        self.mode = mode
        self.minimumQuality = minimumQuality
    }

    /// Compares and counts (``evaluate(truth:calls:confident:reference:)``).
    public func compare(
        truth: [Variant], calls: [Variant], confident: BED?, reference: @escaping ReferenceLookup
    ) throws(GenomicsError) -> VariantComparisonResult {
        try evaluate(truth: truth, calls: calls, confident: confident, reference: reference).result
    }

    /// Compares, counts, and says of each record what became of it.
    ///
    /// Calls that a filter rejected are left out. All records take part in the matching; those that touch `confident`
    /// (everything when nil) are counted. Throws `GenomicsError.Code.referenceMismatch` for a record whose REF is not the
    /// reference's.
    public func evaluate(
        truth: [Variant], calls: [Variant], confident: BED?, reference: @escaping ReferenceLookup
    ) throws(GenomicsError) -> VariantEvaluation {
        let ploidy = self.ploidy ?? Self.ploidy(of: truth, calls)
        var evaluation = VariantEvaluation(mode: mode, ploidy: ploidy, truth: truth.count, calls: calls.count)
        // One contig at a time, for what is compared is larger than the records it is made of.
        let (truthPlaces, callPlaces) = (Self.byContig(truth), Self.byContig(calls))
        for contig in Set(truthPlaces.keys).union(callPlaces.keys).sorted() {
            let first = try records(
                truth, truthPlaces[contig] ?? [], .truth, ploidy: ploidy, evaluation: &evaluation, reference: reference)
            let second = try records(
                calls, callPlaces[contig] ?? [], .calls, ploidy: ploidy, evaluation: &evaluation, reference: reference)
            var search = HaplotypeSearch(
                ploidy: mode == .genotype ? ploidy : 1, isOrdered: !phasedSides.isEmpty)
            try search.run(truth: first, calls: second, contig: contig, reference: reference)
            let counted = { (record: ComparedRecord) in
                // An insertion belongs to the base in front of it.
                let touched =
                    record.range.isEmpty ? (record.range.lowerBound - 1)..<record.range.lowerBound : record.range
                return confident?.overlaps(contig, touched) ?? true
            }
            evaluation.judge(
                first.map { ($0, counted($0)) }, second.map { ($0, counted($0)) }, by: search, contig: contig)
        }
        evaluation.count(truth: truth, calls: calls)
        return evaluation
    }

    /// The number of alleles that most genotypes of more than one have.
    private static func ploidy(of lists: [Variant]...) -> Int {
        var counts: [Int: Int] = [:]
        for variant in lists.joined() {
            guard let genotype = variant.genotype, genotype.alleles.count > 1 else { continue }
            if genotype.alleles.contains(where: { ($0 ?? 0) > 0 }) { counts[genotype.alleles.count, default: 0] += 1 }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 2
    }

    /// The places of records in their list, by contig.
    private static func byContig(_ variants: [Variant]) -> [String: [Int]] {
        var places: [String: [Int]] = [:]
        for (place, variant) in variants.enumerated() { places[variant.contig, default: []].append(place) }
        return places
    }

    /// The records of a contig that take part; of the others the evaluation holds why not.
    private func records(
        _ variants: [Variant], _ places: [Int], _ side: Sides, ploidy: Int, evaluation: inout VariantEvaluation,
        reference: @escaping ReferenceLookup
    ) throws(GenomicsError) -> [ComparedRecord] {
        let rules = ComparedRecords(
            ploidy: ploidy, takesAnyGenotype: sitesOnly.contains(side), isGenotypeStrict: mode == .genotype,
            assertsReference: assertsReference, keepsPhase: phasedSides.contains(side), longestAllele: longestAllele)
        var records: [ComparedRecord] = []
        guard let contig = places.first.map({ variants[$0].contig }) else { return [] }
        var buffer = ReferenceBuffer(contig: contig, reference: reference)
        for place in places {
            let variant = variants[place]
            if !takesFilteredRecords, !variant.isPassing { continue }
            if side == .calls, let quality = variant.quality, quality < minimumQuality { continue }
            switch rules.record(variant, index: place) {
            case .success(let record):
                if try Self.isWithin(variant, &buffer) {
                    records.append(record)
                } else {
                    evaluation.omit(place, .outsideContig, isTruth: side == .truth)
                }
            case .failure(let refusal):
                evaluation.omit(place, refusal.omission, isTruth: side == .truth)
            }
        }
        return records
    }

    /// Whether REF lies on the contig; throws where it is not the reference's.
    private static func isWithin(_ variant: Variant, _ buffer: inout ReferenceBuffer) throws(GenomicsError) -> Bool {
        let range = variant.referenceRange
        guard range.lowerBound >= 0 else { return false }
        let bases = try buffer.bases(range)
        guard bases.count == range.count else { return false }
        guard zip(bases, variant.reference.utf8).allSatisfy({ $0 == $1 || !Nucleotide.isBase($0) }) else {
            throw GenomicsError(
                .referenceMismatch,
                "REF at \(variant.contig):\(variant.position) is not what the reference has there; is it another release?",
                field: "REF")
        }
        return true
    }
}
