import Events
import Genomics

extension Report.Quality {
    /// Sums measures up.
    ///
    /// `known` are the bases of the target that the reference knows.
    init(_ measures: QualityControl, calls: Report.Calls, known: KnownBases, stages: [StageTime]) {
        func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
        let (flags, sums) = (measures.flags, measures.sums)
        let inserts = measures.insertSizes.summary
        let target = known.byContig.values.reduce(0, +)
        self.init(
            reads: Reads(
                reads: flags.sum(\.primary), mapped: flags.sum(\.primaryMapped), paired: flags.sum(\.paired),
                properlyPaired: flags.sum(\.properlyPaired), duplicates: flags.sum(\.primaryDuplicates),
                qualityFailed: flags.failed.primary, secondary: flags.sum(\.secondary),
                supplementary: flags.sum(\.supplementary), bases: sums.bases, basesAligned: sums.basesAligned),
            insertSize: inserts.inward + inserts.outward + inserts.other == 0
                ? nil
                : InsertSize(
                    mean: rounded(inserts.mean, 10), standardDeviation: rounded(inserts.standardDeviation, 10),
                    inward: inserts.inward, outward: inserts.outward, other: inserts.other),
            depth: Depth(measures, target: target),
            meanBaseQuality: measures.meanBaseQuality.map { rounded($0, 100) },
            firstQualityByCycle: measures.first.meanQualities.map { rounded($0, 100) },
            lastQualityByCycle: measures.last.meanQualities.map { rounded($0, 100) },
            gc: measures.gcShare.map { rounded($0, 10_000) },
            mismatchRate: sums.mismatchRate.map { rounded($0, 1_000_000) },
            transitionsToTransversions: calls.transitionsToTransversions,
            heterozygousToHomozygous: calls.homozygous == 0
                ? nil : rounded(Double(calls.heterozygous) / Double(calls.homozygous), 1000),
            contamination: Contamination(measures.foreignAlleles),
            sex: SexByCoverage(measures, known: known), stages: stages)
    }
}

extension SexByCoverage {
    /// What the depths over a target say.
    init(_ measures: QualityControl, known: KnownBases) {
        self.init(covered: measures.depth.unpairedBases, target: known.unpairedByContig)
    }
}

extension Report.Quality.Depth {
    /// The depths over a target of so many known bases.
    init(_ measures: QualityControl, target: Int) {
        self.init(
            targetBases: target, mean: measures.depth.mean(ofTarget: target).map { ($0 * 100).rounded() / 100 },
            basesAtLeast: Dictionary(
                uniqueKeysWithValues: Self.steps.map { ("\($0)", measures.depth.positions(atLeast: $0)) }))
    }
}
