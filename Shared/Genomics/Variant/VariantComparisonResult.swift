import Statistics

/// How well calls agree with the truth, by type of variant.
public struct VariantComparisonResult: Sendable, Hashable, Codable {
    /// A fraction with its 95 % interval.
    public struct Estimate: Sendable, Hashable, Codable {
        /// The fraction; 0 when nothing was counted.
        public var value: Double
        /// The lower end of the interval.
        public var low: Double
        /// The upper end of the interval.
        public var high: Double

        /// Wilson's score interval (1927) of a number of successes, which may be a half, among trials.
        init(_ successes: Double, of trials: Double) {
            value = trials > 0 ? successes / trials : 0
            let interval = WilsonInterval.of(share: value, trials: trials, z: 1.959964)
            (low, high) = (interval.lowerBound, interval.upperBound)
        }
    }

    /// The counts of one type of variant.
    public struct Tally: Sendable, Hashable, Codable {
        /// Alleles of the truth that were called.
        public var truthTruePositives = 0
        /// Alleles of the truth that were not called.
        public var falseNegatives = 0
        /// Called alleles that are true; their number differs from the above where spellings differ.
        public var callTruePositives = 0
        /// Called alleles that are not true.
        public var falsePositives = 0

        /// True calls among all calls.
        public var precision: Estimate {
            Estimate(Double(callTruePositives), of: Double(callTruePositives + falsePositives))
        }
        /// Called alleles among those of the truth.
        public var recall: Estimate {
            Estimate(Double(truthTruePositives), of: Double(truthTruePositives + falseNegatives))
        }
        /// The harmonic mean of precision and recall.
        ///
        /// Its interval is Wilson's of TP among TP + (FP + FN) / 2, an approximation: precision and recall share their
        /// successes.
        public var f1: Estimate {
            let (precision, recall) = (precision.value, recall.value)
            let mean = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
            let trials = Double(truthTruePositives) + Double(falsePositives + falseNegatives) / 2
            return Estimate(mean * trials, of: trials)
        }
    }

    /// A variant that does not agree.
    public struct Site: Sendable, Hashable, Codable {
        /// The contig's name.
        public var contig: String
        /// VCF's POS in normal form.
        public var position: Int
        /// REF in normal form.
        public var reference: String
        /// ALT in normal form.
        public var alternate: String
        /// On how many of two copies.
        public var copies: Int
    }

    /// What had to agree.
    public var mode: VariantComparison.Mode
    /// Exchanges of single bases.
    public var substitutions = Tally()
    /// Insertions, deletions and what is neither.
    public var indels = Tally()
    /// Calls that are not true, by contig and position.
    public var falsePositives: [Site] = []
    /// Variants of the truth that were not called, by contig and position.
    public var falseNegatives: [Site] = []

    init(mode: VariantComparison.Mode) { self.mode = mode }

    mutating func count(_ item: HaplotypeMatcher.Item, isMatched: Bool, isTruth: Bool) {
        let type: WritableKeyPath<VariantComparisonResult, Tally> =
            item.allele.isSubstitution ? \.substitutions : \.indels
        switch (isTruth, isMatched) {
        case (true, true): self[keyPath: type].truthTruePositives += 1
        case (true, false): self[keyPath: type].falseNegatives += 1
        case (false, true): self[keyPath: type].callTruePositives += 1
        case (false, false): self[keyPath: type].falsePositives += 1
        }
        if isMatched { return }
        let site = Site(
            contig: item.allele.contig, position: item.allele.start + 1,
            reference: String(decoding: item.allele.reference, as: UTF8.self),
            alternate: String(decoding: item.allele.alternate, as: UTF8.self), copies: item.copies)
        if isTruth { falseNegatives.append(site) } else { falsePositives.append(site) }
    }

    /// The figures as a table for a terminal.
    public var table: String {
        func fixed(_ value: Double) -> String {
            let text = String(Int((value * 10_000).rounded()))
            let digits = String(repeating: "0", count: max(0, 5 - text.count)) + text
            return "\(digits.dropLast(4)).\(digits.suffix(4))"
        }
        func cell(_ estimate: Estimate) -> String {
            "\(fixed(estimate.value)) (\(fixed(estimate.low))-\(fixed(estimate.high)))"
        }
        let rows =
            [["type", "TP", "FP", "FN", "precision (95 %)", "recall (95 %)", "F1 (95 %)"]]
            + [("SNP", substitutions), ("INDEL", indels)].map { name, tally in
                [
                    name, String(tally.truthTruePositives), String(tally.falsePositives),
                    String(tally.falseNegatives), cell(tally.precision), cell(tally.recall), cell(tally.f1),
                ]
            }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .replacing(/\ +$/, with: "")
        }.joined(separator: "\n") + "\n"
    }
}
