/// What became of each record of a comparison.
public struct VariantEvaluation: Sendable {
    /// The verdict on a record.
    public enum Verdict: Sendable, Hashable {
        /// It agrees; a call stands for so many records of the truth.
        case agrees(weight: Double)
        /// It does not agree.
        case disagrees
        /// It took part, and is outside of the regions, or agrees with what is.
        case outside
        /// It lies where there are too many ways to tell.
        case tooComplex
        /// It took no part.
        case leftOut
    }

    /// The counts.
    public private(set) var result: VariantComparisonResult
    /// The verdicts on the truth's records, in their order.
    public private(set) var truth: [Verdict]
    /// The verdicts on the calls, in their order.
    public private(set) var calls: [Verdict]

    init(mode: VariantComparison.Mode, ploidy: Int, truth: Int, calls: Int) {
        result = VariantComparisonResult(mode: mode)
        result.ploidy = ploidy
        self.truth = [Verdict](repeating: .leftOut, count: truth)
        self.calls = [Verdict](repeating: .leftOut, count: calls)
    }

    mutating func omit(_ index: Int, _ reason: ComparedRecord.Omission, isTruth: Bool) {
        if isTruth {
            result.omittedTruth[reason.rawValue, default: 0] += 1
        } else {
            result.omittedCalls[reason.rawValue, default: 0] += 1
        }
    }

    /// Takes over what a search found on a contig; each record comes with whether it is inside of the regions.
    ///
    /// In each stretch the calls share the weight of the truth's records that are inside, so that precision does not depend
    /// on how many records the calls need for the same haplotypes.
    mutating func judge(
        _ truthRecords: [(record: ComparedRecord, isInside: Bool)],
        _ callRecords: [(record: ComparedRecord, isInside: Bool)], by search: HaplotypeSearch, contig: String
    ) {
        var inside: [Int: (truth: Int, calls: Int)] = [:]
        for ((_, isInside), fate) in zip(truthRecords, search.truthFates) {
            if case .matched(let stretch) = fate, isInside { inside[stretch, default: (0, 0)].truth += 1 }
        }
        for fate in search.callFates {
            if case .matched(let stretch) = fate { inside[stretch, default: (0, 0)].calls += 1 }
        }
        for ((record, isInside), fate) in zip(truthRecords, search.truthFates) {
            truth[record.index] = Self.verdict(fate, isInside: isInside) { _ in isInside ? 1 : 0 }
        }
        for ((record, isInside), fate) in zip(callRecords, search.callFates) {
            calls[record.index] = Self.verdict(fate, isInside: isInside) { stretch in
                inside[stretch].map { Double($0.truth) / Double($0.calls) } ?? 0
            }
        }
        result.tooComplex += search.tangles.map { Interval(contig: contig, zeroBased: $0.range) }
    }

    private static func verdict(
        _ fate: HaplotypeSearch.Fate, isInside: Bool, weight: (Int) -> Double
    ) -> Verdict {
        switch fate {
        case .matched(let stretch):
            let weight = weight(stretch)
            return weight > 0 ? .agrees(weight: weight) : .outside
        case .unmatched: return isInside ? .disagrees : .outside
        case .tooComplex: return .tooComplex
        }
    }

    /// Adds the verdicts up.
    mutating func count(truth variants: [Variant], calls called: [Variant]) {
        for (variant, verdict) in zip(variants, truth) { result.count(variant, verdict, isTruth: true) }
        for (variant, verdict) in zip(called, calls) { result.count(variant, verdict, isTruth: false) }
        result.sortSites()
    }
}
