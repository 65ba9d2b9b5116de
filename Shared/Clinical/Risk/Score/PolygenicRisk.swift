import Genomics

/// A polygenic score of a file's samples, with their places among the people of a panel: what `helicase risk` and a report tell.
public struct PolygenicRisk: Sendable {
    /// What stands for a genotype that is missing.
    public enum Imputation: String, Sendable, Hashable, CaseIterable {
        /// The mean of the file's samples, where enough have one; with a panel that of its people.
        case mean
        /// What the frequency of the scoring file lets expect, for sites that the file lacks too.
        case file
        /// The mean of the panel's people, for sites that the file lacks too.
        case panel
    }

    /// How the score is told.
    public struct Options: Sendable, Hashable {
        /// What stands for a missing genotype.
        public var imputation = Imputation.mean
        /// Of the score's variants, and of its weights, this share has to have a genotype.
        public var minimumCoverage = 0.75

        /// The usual options.
        public init() {}
    }

    /// The score, and how its rows are matched.
    public let scorer: PolygenicScorer
    /// How it is told.
    public let options: Options

    /// Takes a score.
    public init(_ scorer: PolygenicScorer, options: Options = Options()) {
        (self.scorer, self.options) = (scorer, options)
    }

    /// The sums of the samples of a file and, with a panel, of its people, over the rows that both have.
    ///
    /// Throws as ``PolygenicScorer/score(path:rows:fill:)`` does.
    public func sums(
        of path: String, panel: String? = nil
    ) throws(GenomicsError) -> (samples: ScoreSums, panel: ScoreSums?) {
        var fill: [Double?]?
        if options.imputation == .file {
            fill = scorer.file.rows.map { row in row.frequency.flatMap { row.model?.expected(frequency: $0) } }
        }
        guard let panel else { return (try scorer.score(path: path, fill: fill), nil) }
        var (people, own) = (try scorer.score(path: panel), try scorer.score(path: path))
        let isUsed = people.outcomes.indices.map {
            people.outcomes[$0] == .matched && (own.outcomes[$0] == .matched || options.imputation == .panel)
        }
        people = try scorer.score(path: panel, rows: isUsed)
        // A sample's gaps are filled as the panel's own are, or it would stand lower among them.
        if options.imputation != .file { fill = people.means }
        own = try scorer.score(
            path: path, rows: isUsed,
            fill: fill.map { values in
                // What the panel does not have may not be added to the samples either.
                values.indices.map { isUsed[$0] ? values[$0] : nil }
            })
        return (own, people)
    }

    /// Why a file's sums are no score, in a sentence; nil where enough of it is there.
    public func refusal(_ sums: ScoreSums) -> String? {
        guard min(sums.coverage, sums.weightCoverage) < options.minimumCoverage else { return nil }
        return
            "\(Figure.percent(sums.coverage)) of its variants and \(Figure.percent(sums.weightCoverage)) of its weights were matched, and "
            + "\(Figure.percent(options.minimumCoverage)) is the least; a VCF of all the score's sites is needed, of the same genome build"
    }

    /// Whether a sample has enough genotypes; sums of shares are each rounded.
    public func isEnough(_ sums: ScoreSums, sample: Int) -> Bool {
        sums.coverage(sample: sample) >= options.minimumCoverage - 1e-9
    }

    /// What became of the score's rows, in a sentence, then what was filled and what cannot be scored.
    public func words(_ sums: ScoreSums) -> [String] {
        let file = scorer.file
        let words: [(ScoreSums.Outcome, String)] = [
            (.absent, "without a record"), (.mismatch, "with other alleles in the VCF"),
            (.ambiguous, "A/T or C/G left out (--ambiguous)"), (.repeated, "of an allele that an earlier row has"),
            (.unsupported, "that no genotype answers"), (.excluded, "not matched in both files"),
        ]
        let rest = words.compactMap { outcome, word in
            let count = sums.count(outcome)
            return count > 0 ? "\(count) \(word)" : nil
        }
        var sentences = [
            "\(sums.count(.matched)) of \(Figure.count(file.rows.count, "variant")) matched by \(sums.positions)"
                + (sums.flipped > 0 ? ", \(sums.flipped) of them on the other strand" : "")
                + (rest.isEmpty ? "" : "; " + rest.joined(separator: ", "))
        ]
        var seen: Set<String> = []
        for row in file.rows {
            if let flaw = row.flaw, seen.insert(flaw).inserted {
                sentences.append("\(file.path), line \(row.line): not scored, \(flaw)")
            }
        }
        let rule = "(--impute \(options.imputation.rawValue))"
        if sums.filled > 0 { sentences.append("\(Figure.count(sums.filled, "missing genotype")) filled \(rule)") }
        if sums.filledRows > 0 {
            sentences.append("\(Figure.count(sums.filledRows, "variant")) without a record filled \(rule)")
        }
        if sums.unfilled > 0 {
            sentences.append(
                "\(Figure.count(sums.unfilled, "missing genotype")) could not be filled and added nothing: fewer than \(PolygenicScorer.leastForMean) samples are called there"
            )
        }
        return sentences
    }
}
