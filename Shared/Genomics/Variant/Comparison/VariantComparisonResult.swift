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

    /// The counts of one type of variant, in records.
    public struct Tally: Sendable, Hashable, Codable {
        /// Records of the truth that were called.
        public var truthTruePositives = 0
        /// Records of the truth that were not called.
        public var falseNegatives = 0
        /// Calls that are true; their number differs from the above where spellings differ.
        public var callTruePositives = 0
        /// Calls that are true, each by the records of the truth that it stands for.
        public var weightedCallTruePositives = 0.0
        /// Calls that are not true.
        public var falsePositives = 0

        /// True calls, by their weight, among all calls.
        public var precision: Estimate {
            Estimate(weightedCallTruePositives, of: weightedCallTruePositives + Double(falsePositives))
        }
        /// Called records among those of the truth.
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

    /// A record that does not agree.
    public struct Site: Sendable, Hashable, Codable {
        /// The contig's name.
        public var contig: String
        /// POS.
        public var position: Int
        /// REF.
        public var reference: String
        /// The alternates that the genotype names, joined by commas.
        public var alternate: String
        /// On how many copies they stand; an allele alone counts for two.
        public var copies: Int
    }

    /// What had to agree.
    public var mode: VariantComparison.Mode
    /// How many alleles the genotypes have that took part.
    public var ploidy: Int?
    /// Records whose alleles are as long as REF.
    public var substitutions = Tally()
    /// All others: insertions, deletions, and what has both.
    public var indels = Tally()
    /// Calls that are not true, by contig and position.
    public var falsePositives: [Site] = []
    /// Records of the truth that were not called, by contig and position.
    public var falseNegatives: [Site] = []
    /// How many records of the truth took no part, by reason.
    public var omittedTruth: [String: Int] = [:]
    /// How many calls took no part, by reason.
    public var omittedCalls: [String: Int] = [:]
    /// Where there were too many ways to tell; the records there are counted in ``omittedTruth`` and ``omittedCalls``.
    public var tooComplex: [Interval] = []

    init(mode: VariantComparison.Mode) { self.mode = mode }

    mutating func count(_ variant: Variant, _ verdict: VariantEvaluation.Verdict, isTruth: Bool) {
        let type: WritableKeyPath<VariantComparisonResult, Tally> =
            variant.isSubstitution ? \.substitutions : \.indels
        switch (verdict, isTruth) {
        case (.agrees, true): self[keyPath: type].truthTruePositives += 1
        case (.agrees(let weight), false):
            self[keyPath: type].callTruePositives += 1
            self[keyPath: type].weightedCallTruePositives += weight
        case (.disagrees, true):
            self[keyPath: type].falseNegatives += 1
            falseNegatives.append(Site(variant))
        case (.disagrees, false):
            self[keyPath: type].falsePositives += 1
            falsePositives.append(Site(variant))
        case (.tooComplex, true): omittedTruth["tooComplex", default: 0] += 1
        case (.tooComplex, false): omittedCalls["tooComplex", default: 0] += 1
        case (.outside, _), (.leftOut, _): break
        }
    }

    mutating func sortSites() {
        falsePositives.sort { ($0.contig, $0.position) < ($1.contig, $1.position) }
        falseNegatives.sort { ($0.contig, $0.position) < ($1.contig, $1.position) }
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
        var rows = [["type", "TP", "FP", "FN", "precision (95 %)", "recall (95 %)", "F1 (95 %)"]]
        for (name, tally) in [("SNP", substitutions), ("INDEL", indels)] {
            rows.append([
                name, String(tally.truthTruePositives), String(tally.falsePositives),
                String(tally.falseNegatives), cell(tally.precision), cell(tally.recall), cell(tally.f1),
            ])
        }
        return Self.aligned(rows)
    }

    /// Rows of cells as lines whose columns begin below each other.
    static func aligned(_ rows: [[String]]) -> String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .replacing(/\ +$/, with: "")
        }.joined(separator: "\n") + "\n"
    }
}

extension VariantComparisonResult.Site {
    init(_ variant: Variant) {
        let called = variant.calledAlternates
        self.init(
            contig: variant.contig, position: variant.position, reference: variant.reference,
            alternate: called.map { variant.alternates[$0 - 1] }.joined(separator: ","),
            copies: called.map { variant.genotype?.copies(of: $0) ?? 1 }.reduce(0, +))
    }
}

extension Variant {
    /// The alternates that the genotype names, by their number; all of them where there is no genotype.
    var calledAlternates: [Int] {
        guard let genotype else { return alternates.indices.map { $0 + 1 } }
        return Set(genotype.alleles.compactMap { $0 }.filter { $0 > 0 }).sorted()
    }

    /// Whether all alternates that the genotype names exchange as many bases as REF has.
    var isSubstitution: Bool {
        calledAlternates.allSatisfy {
            alternates[$0 - 1] == "*" || alternates[$0 - 1].utf8.count == reference.utf8.count
        }
    }
}
