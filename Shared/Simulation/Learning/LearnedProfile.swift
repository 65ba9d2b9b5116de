import Foundation
import Genomics

/// A profile that was learned, with what a person wants to know of how.
public struct LearnedProfile: Sendable {
    /// The profile.
    public var profile: SequencingProfile
    /// The figures to print, in their order.
    public var figures: [(name: String, value: String)]
    /// What there was too little data for, and what stands there instead.
    public var remarks: [String]
}

extension ProfileLearner {
    /// The fewest aligned bases that make a profile.
    public static let fewestBases = 100_000

    /// The profile that the counts make, once ``finish()`` was called.
    ///
    /// A table that there is too little data for is that of a profile of the suite of the same kind of reads, and is named. `extent` is
    /// how much of the reference the file's reads span: reads that overlap a short stretch are longer than others.
    /// Throws where there is too little for any.
    public func profile(
        name: String, sources: [SequencingProfile.Source], extent: Int
    ) throws(GenomicsError) -> LearnedProfile {
        guard errors.baseCount >= Self.fewestBases else {
            throw GenomicsError(
                .malformed,
                "\(errors.baseCount) aligned bases of mapping quality 20 and more, with qualities, at positions that do not vary; a "
                    + "profile needs \(Self.fewestBases)")
        }
        var remarks: [String] = []
        func missing(_ table: String, _ usual: SequencingProfile) {
            remarks.append("too little data for \(table): taken from \(usual.name)")
        }
        let usual: SequencingProfile =
            switch technology {
            case .shortPairs: .hiSeqX
            case .hifi: .hifi
            case .nanopore: .ontR10
            }
        var profile = usual
        profile.name = name
        profile.learnedFrom = sources
        profile.origin = "learned from " + sources.map(\.file).joined(separator: ", ")
        (profile.errorScale, profile.slippageScale) = (1, 1)
        learnLengths(&profile, extent: extent, usual, missing)
        learnQualities(&profile, usual, missing)
        if let table = errors.substitutions() {
            profile.substitutions = table
            let contexts = table.contexts.count - 4
            if contexts < 64 {
                remarks.append(
                    "substitutions: \(contexts) of 64 contexts have rows of their own, the others their base's")
            }
        } else {
            missing("substitutions", usual)
        }
        if let indels = errors.indels() { profile.indels = indels } else { missing("indels outside of repeats", usual) }
        let (repeats, seen) = errors.repeats(like: usual.repeats, poolsStrands: !technology.isLong)
        profile.repeats = repeats
        remarks.append(
            "repeats of which five changes or more were seen: \(seen.joined(separator: ", ")); the rates of others lean on "
                + usual.name)
        if let model = systematic.model(qualityDrop: usual.systematic.qualityDrop) {
            profile.systematic = model
        } else {
            missing("systematic places (a depth of \(SystematicCensus.fewestReads) or more shows them)", usual)
        }
        // Depth falls towards the ends of a short stretch for another reason.
        let isLongEnough = Double(extent) > 20 * profile.basesPerFragment
        if isLongEnough, let figures = coverage.figures(readLength: max(100, profile.basesPerFragment)) {
            (profile.gcBias, profile.coverageSwing) = (figures.gcBias, figures.swing)
        } else {
            missing("coverage by GC content", usual)
        }
        if reads.primary >= 1000 {
            let joined = Double(reads.joined) / Double(reads.primary)
            profile.chimeraRate = (joined * (technology.isLong ? 1 : 2) * 1e5).rounded() / 1e5
        } else {
            missing("chimeras (fewer than 1000 reads)", usual)
        }
        if reads.duplicates > 0 {
            profile.duplicateRate = (Double(reads.duplicates) / Double(reads.primary) * 1e5).rounded() / 1e5
        } else if !technology.isLong {
            missing("duplicates (none is marked)", usual)
        }
        if let lengths = reads.clips.quantiles(11), reads.ends.all > 0 {
            profile.clips = ClippedEnds(
                rate: (Double(reads.ends.clipped) / Double(reads.ends.all) * 1e5).rounded() / 1e5, lengths: lengths)
        } else {
            profile.clips.rate = 0
        }
        return LearnedProfile(profile: profile, figures: figures(profile), remarks: remarks)
    }

    private func learnLengths(
        _ profile: inout SequencingProfile, extent: Int, _ usual: SequencingProfile,
        _ missing: (String, SequencingProfile) -> Void
    ) {
        if technology.isLong {
            // A read of l bases overlaps a stretch of w as often as w + l says.
            if let lengths = reads.lengths.quantiles(21, weight: { 1 / Double(max(1, extent) + $0) }),
                lengths.values[20] >= 200, reads.lengths.count >= 20
            {
                profile.lengths = Quantiles(lengths.values.map { max(100, $0) })
            } else {
                missing("lengths", usual)
            }
            return
        }
        profile.readLength = min(1000, max(20, reads.lengths.mode))
        if let inserts = reads.inserts.quantiles(101), reads.inserts.count >= 100 {
            profile.insertMean = max(40, inserts.values[50])
            profile.insertDeviation = (inserts.values[84] - inserts.values[16]) / 2
        } else {
            missing("lengths of fragments", usual)
        }
    }

    private func learnQualities(
        _ profile: inout SequencingProfile, _ usual: SequencingProfile, _ missing: (String, SequencingProfile) -> Void
    ) {
        let quantiles = qualities.quantiles(cycles: profile.readLength)
        if !quantiles.isEmpty, quantiles.allSatisfy({ !$0.isEmpty }) {
            profile.qualities.quantiles = quantiles
            profile.qualities.cyclesPerRow = 10
        }
        if let fitted = qualities.correlations() {
            profile.qualities.readVariance = (fitted.read * 1000).rounded() / 1000
            (profile.qualities.slow, profile.qualities.fast) = (fitted.slow, fitted.fast)
        } else {
            missing("the run of qualities along reads", usual)
        }
        let points = errors.calibration()
        if points.isEmpty {
            missing("the calibration of qualities", usual)
            return
        }
        profile.qualities.calibration = points
        // Tables of a few quantiles round the lowest qualities, which have most of the errors.
        let foreseen = QualitySampler(profile.qualities).mean(of: profile.qualities.errorProbabilities)
        let found = Double(errors.wrongCount) / Double(max(1, errors.baseCount))
        profile.errorScale = (min(2, max(0.5, found / max(foreseen, 1e-9))) * 1000).rounded() / 1000
    }

    private func figures(_ profile: SequencingProfile) -> [(name: String, value: String)] {
        func percent(_ value: Double) -> String { String(format: "%.3f %%", value * 100) }
        func rate(_ series: RepeatErrors.Series, _ length: Int, from first: Int) -> String {
            let index = min(length - first, series.insertions.count - 1)
            return "\(percent(series.insertions[index])) longer, \(percent(series.deletions[index])) shorter"
        }
        let poly = profile.repeats
        var rows: [(String, String)] = [
            ("reads", "\(reads.primary)"), ("bases looked at", "\(errors.baseCount)"),
            ("misread", percent(Double(errors.wrongCount) / Double(max(1, errors.baseCount)))),
            (
                "inserted and left out, outside of repeats",
                "\(percent(profile.indels.insertionRate)), \(percent(profile.indels.deletionRate))"
            ),
            ("6 A in a row", rate(poly.homopolymers[0], 6, from: poly.shortestRun)),
            ("10 A in a row", rate(poly.homopolymers[0], 10, from: poly.shortestRun)),
            ("10 units of two bases", rate(poly.repeats[0], 10, from: poly.fewestCopies)),
            ("places that are systematically misread", "1 in \(Int(1 / max(1e-9, profile.systematic.rate)))"),
            ("clipped ends", percent(profile.clips.rate)), ("chimeras", percent(profile.chimeraRate)),
            ("duplicates", percent(Double(reads.duplicates) / Double(max(1, reads.primary)))),
            ("mapping quality 0", percent(Double(reads.unplaced) / Double(max(1, reads.primary)))),
        ]
        if let lengths = profile.lengths {
            rows.insert(
                (
                    "lengths: a tenth below, half, a tenth above",
                    [0.1, 0.5, 0.9].map { "\(Int(lengths.value(at: $0)))" }.joined(separator: ", ")
                ), at: 1)
        } else {
            rows.insert(
                (
                    "lengths of reads and fragments",
                    "\(profile.readLength), \(Int(profile.insertMean)) ± \(Int(profile.insertDeviation))"
                ), at: 1)
        }
        return rows
    }
}
