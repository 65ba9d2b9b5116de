import Genomics

/// The sums of a score over the samples of a file, and what became of its rows.
public struct ScoreSums: Sendable {
    /// What became of a row of the score.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// A record has its alleles.
        case matched
        /// No record is at its place.
        case absent
        /// A record is at its place, with other alleles.
        case mismatch
        /// A/T or C/G, whose strand is not known.
        case ambiguous
        /// Another row of the file is of the same allele.
        case repeated
        /// It is no variant that VCF's genotypes answer (``ScoreRow/flaw``).
        case unsupported
        /// It is left out, for it was not matched in the reference panel and in the file both.
        case excluded
    }

    /// The samples.
    public let samples: [String]
    /// The sum of each sample.
    public private(set) var sums: [Double]
    /// How many matched rows each sample has a genotype for.
    public private(set) var called: [Int]
    /// What became of each row.
    public internal(set) var outcomes: [Outcome]
    /// How many matched rows were of the other strand.
    public internal(set) var flipped = 0
    /// By what rows were found, in words.
    public internal(set) var positions = ""
    /// How many genotypes were missing and filled.
    public private(set) var filled = 0
    /// How many genotypes were missing and added nothing, for too few samples have one.
    public private(set) var unfilled = 0
    /// How many rows without a record were filled.
    public private(set) var filledRows = 0
    /// The mean of what each row adds, over the samples that have a genotype; nil where there are fewer than
    /// ``PolygenicScorer/leastForMean``.
    public private(set) var means: [Double?]
    private let magnitudes: [Double]
    /// The magnitudes of the rows that each sample has a genotype for, added up.
    private var calledWeights: [Double]

    init(samples: [String], file: ScoreFile) {
        self.samples = samples
        sums = [Double](repeating: 0, count: samples.count)
        called = [Int](repeating: 0, count: samples.count)
        outcomes = file.rows.map { $0.flaw == nil ? .absent : .unsupported }
        means = [Double?](repeating: nil, count: file.rows.count)
        calledWeights = [Double](repeating: 0, count: samples.count)
        magnitudes = file.rows.map { $0.model?.magnitude ?? 0 }
    }

    /// How many rows have an outcome.
    public func count(_ outcome: Outcome) -> Int { outcomes.count { $0 == outcome } }

    /// The share of the file's rows that were matched.
    public var coverage: Double { Double(count(.matched)) / Double(outcomes.count) }

    /// The share that matched rows have of all rows' ``ScoreRow/Model/magnitude``; rows without a weight count for nothing.
    public var weightCoverage: Double {
        let all = magnitudes.reduce(0, +)
        guard all > 0 else { return 0 }
        return zip(magnitudes, outcomes).reduce(0) { $0 + ($1.1 == .matched ? $1.0 : 0) } / all
    }

    /// The smaller of the shares of all rows, and of their magnitudes, that a sample has a genotype for.
    public func coverage(sample: Int) -> Double {
        let all = magnitudes.reduce(0, +)
        let rows = Double(called[sample]) / Double(max(1, outcomes.count))
        return all > 0 ? min(rows, calledWeights[sample] / all) : rows
    }

    /// Adds a row to all samples.
    mutating func add(_ row: GenotypeRow, number: Int, model: ScoreRow.Model?, allele: Int, fill: Double?) {
        guard let model else { return }
        let worth = (0...2).map { model.contribution(copies: $0) }
        var missing: [Int] = []
        var (total, count) = (0.0, 0)
        for sample in samples.indices {
            guard let copies = row.copies(of: allele, sample: sample) else {
                missing.append(sample)
                continue
            }
            sums[sample] += worth[copies]
            called[sample] += 1
            calledWeights[sample] += magnitudes[number]
            total += worth[copies]
            count += 1
        }
        if count >= PolygenicScorer.leastForMean { means[number] = total / Double(count) }
        guard let value = fill ?? means[number] else {
            unfilled += missing.count
            return
        }
        for sample in missing { sums[sample] += value }
        filled += missing.count
    }

    /// Adds what a row without a record is expected to be.
    mutating func addAbsent(_ value: Double) {
        for sample in samples.indices { sums[sample] += value }
        filledRows += 1
    }
}
