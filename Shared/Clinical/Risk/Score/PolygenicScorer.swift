import Genomics

/// Adds up a polygenic score over the samples of a VCF file, record by record, in memory of the score and of one record.
///
/// The sum is plink2's (`--score … cols=+scoresums`, mean imputation): of all matched rows the weight times the copies of the effect allele,
/// a genotype that is missing with the mean of the samples that have one.
public struct PolygenicScorer: Sendable {
    /// What is done with A/T and C/G variants, whose strand their alleles do not tell.
    public enum AmbiguityRule: String, Sendable, Hashable, CaseIterable {
        /// They are left out.
        case drop
        /// They are taken to be of the record's strand.
        case keep
        /// They are taken where the file's frequency of the effect allele tells the strand: it and the samples' are both more than
        /// 0.1 away from one half, and 50 samples or more are called.
        case frequency
    }

    /// The score.
    public let file: ScoreFile
    /// The build of the VCF's positions where the user says it; else that of its header.
    public var build: GenomeBuild?
    /// What is done with A/T and C/G variants.
    public var ambiguity = AmbiguityRule.drop
    /// With how many called samples the mean stands for a missing genotype, as in plink2.
    public static let leastForMean = 50

    /// Takes a score.
    public init(_ file: ScoreFile) { self.file = file }

    /// Adds up the score.
    ///
    /// `rows` says which rows may be used, all if nil; `fill` what a row is worth to a sample without a genotype for it, and where the
    /// whole record is missing, instead of the samples' mean. Throws for a damaged file, and for positions of another genome build.
    public func score(path: String, rows allowed: [Bool]? = nil, fill: [Double?]? = nil) throws(GenomicsError)
        -> ScoreSums
    {
        var reader = try GenotypeReader(path: path)
        let index = try ScoreIndex(file, vcf: path, contigs: reader.contigs, build: build)
        var sums = ScoreSums(samples: reader.samples, file: file)
        sums.positions = index.description
        var row = GenotypeRow()
        while try reader.next(&row) {
            let candidates = index.rows(at: row)
            if candidates.isEmpty { continue }
            var taken: Set<Int> = []
            for number in candidates where sums.outcomes[number] != .matched && allowed?[number] ?? true {
                let outcome = outcome(of: file.rows[number], in: row)
                switch outcome {
                case .use(let allele, let isFlipped):
                    guard taken.insert(allele).inserted else {
                        sums.outcomes[number] = .repeated
                        continue
                    }
                    sums.outcomes[number] = .matched
                    if isFlipped { sums.flipped += 1 }
                    sums.add(row, number: number, model: file.rows[number].model, allele: allele, fill: fill?[number])
                case .not(let why): sums.outcomes[number] = why
                }
            }
        }
        if let allowed {
            for number in allowed.indices where !allowed[number] && sums.outcomes[number] == .absent {
                sums.outcomes[number] = .excluded
            }
        }
        if let fill {
            for number in fill.indices where sums.outcomes[number] != .matched {
                if let value = fill[number] { sums.addAbsent(value) }
            }
        }
        return sums
    }

    private enum Use {
        case use(Int, isFlipped: Bool)
        case not(ScoreSums.Outcome)
    }

    private func outcome(of scored: ScoreRow, in row: GenotypeRow) -> Use {
        guard scored.flaw == nil else { return .not(.unsupported) }
        switch AlleleMatch.of(
            effect: scored.effect, other: scored.other, reference: row.reference, alternates: row.alternates)
        {
        case .none: return .not(.mismatch)
        case .allele(let number, let isFlipped): return .use(number, isFlipped: isFlipped)
        case .ambiguous(let direct, let flipped):
            switch ambiguity {
            case .drop: return .not(.ambiguous)
            case .keep: return .use(direct, isFlipped: false)
            case .frequency:
                guard let expected = scored.frequency, abs(expected - 0.5) > 0.1,
                    let seen = frequency(of: direct, in: row), abs(seen - 0.5) > 0.1, row.alternates.count == 1
                else { return .not(.ambiguous) }
                return (expected < 0.5) == (seen < 0.5)
                    ? .use(direct, isFlipped: false) : .use(flipped, isFlipped: true)
            }
        }
    }

    private func frequency(of allele: Int, in row: GenotypeRow) -> Double? {
        var (copies, called) = (0, 0)
        for sample in row.first.indices {
            guard let number = row.copies(of: allele, sample: sample) else { continue }
            copies += number
            called += 1
        }
        return called >= Self.leastForMean ? Double(copies) / Double(2 * called) : nil
    }
}
