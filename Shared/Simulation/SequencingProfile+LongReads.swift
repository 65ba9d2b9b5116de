import Genomics

extension SequencingProfile {
    /// PacBio HiFi reads of 10 to 25 kb.
    ///
    /// From the literature: lengths, Q30 in the mean, and nine of ten errors indels in homopolymers, which grow with their
    /// length (Wenger et al. 2019, doi:10.1038/s41587-019-0217-9).
    public static let hifi = {
        var profile = SequencingProfile(
            name: "PacBio HiFi", technology: .hifi,
            lengths: Quantiles([
                6_000, 9_500, 10_900, 11_900, 12_800, 13_600, 14_300, 15_000, 15_700, 16_500, 17_300, 18_300, 19_500,
                21_500, 26_000,
            ]),
            qualities: QualityModel(
                quantiles: [[#"%-5:?FMSZbku~~~~~~"#]], readVariance: 0.3,
                slow: .init(variance: 0.05, correlation: 0.98),
                fast: .init(variance: 0.35, correlation: 0.6),
                calibration: [
                    .init(reported: 3, observed: 14), .init(reported: 10, observed: 20),
                    .init(reported: 20, observed: 28), .init(reported: 40, observed: 40),
                    .init(reported: 60, observed: 46), .init(reported: 93, observed: 50),
                ]))
        profile.origin = "literature: Wenger et al. 2019"
        profile.substitutions = .transitions
        profile.indels = IndelErrors(
            insertionRate: 8e-5, deletionRate: 8e-5, furtherInserted: 0.1, furtherDeleted: 0.1)
        profile.repeats = .geometric(
            run: (4.5e-4, 1.42), longer: (2e-4, 1.35), deleted: 0.5, further: 0.12, from: 3, longest: 20)
        profile.repeats.limit = 0.5
        profile.repeats.unevenness = [
            .init(share: 0.02, factor: 10), .init(share: 0.2, factor: 2), .init(share: 0.78, factor: 0.513),
        ]
        profile.chimeraRate = 0.001
        profile.systematic = SystematicErrors(
            rate: 1.0 / 20_000, fractions: Quantiles([0.05, 0.3]), qualityDrop: 30, oneStrand: 0.3, deletions: 0.5)
        profile.clips = ClippedEnds(rate: 0.01, lengths: Quantiles([20, 60, 300]))
        return profile
    }()
}
