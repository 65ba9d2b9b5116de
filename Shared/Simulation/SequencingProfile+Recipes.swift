import Genomics

extension SequencingProfile {
    /// 2 × 151 bases with the four qualities 2, 12, 23 and 37 of NovaSeq's and NextSeq's two colours, in which no light is a G.
    ///
    /// From the instruments' documentation and what is published of their errors (Stoler and Nekrutenko 2021,
    /// doi:10.1093/nargab/lqab019), not from a file.
    public static let novaSeq = {
        let rows = (0..<16).map { row -> String in
            // The parts of the qualities 2, 12 and 23 grow towards the end.
            let bad = 0.003 + 0.0012 * Double(row)
            let limits = [bad * 0.3, bad * 2, bad * 6]
            let letters = QualityModel.probabilities.map { probability -> UInt8 in
                33 + (probability < limits[0] ? 2 : probability < limits[1] ? 12 : probability < limits[2] ? 23 : 37)
            }
            return String(decoding: letters, as: UTF8.self)
        }
        var profile = SequencingProfile(
            name: "NovaSeq", readLength: 151, insertMean: 420, insertDeviation: 100,
            qualities: QualityModel(
                quantiles: [rows, rows], readVariance: 0.3, slow: .init(variance: 0.2, correlation: 0.98),
                fast: .init(variance: 0.15, correlation: 0.4),
                calibration: [
                    .init(reported: 2, observed: 3), .init(reported: 12, observed: 11),
                    .init(reported: 23, observed: 21), .init(reported: 37, observed: 33),
                ]))
        profile.origin = "literature: Stoler and Nekrutenko 2021"
        profile.substitutions = SubstitutionTable([
            "A": .init(to: [0, 0.3, 0.5, 0.2]), "C": .init(to: [0.35, 0, 0.35, 0.3]),
            "G": .init(rate: 0.8, to: [0.35, 0.2, 0, 0.45]), "T": .init(rate: 1.2, to: [0.2, 0.25, 0.55, 0]),
        ])
        profile.clips = ClippedEnds(rate: 0.01, lengths: Quantiles([3, 8, 20, 50]))
        (profile.gcBias, profile.duplicateRate) = (1.5, 0.05)
        return profile
    }()

    /// 2 × 76 bases of a Genome Analyzer II of 2010, whose qualities fall steeply towards the ends, with tails of quality 2.
    ///
    /// From what is published of such reads (Bentley et al. 2008, doi:10.1038/nature07517; the 1000 Genomes pilot), not from
    /// a file.
    public static let old2010 = {
        let rows = (0..<8).map { row -> String in
            // Quantiles of the first cycles, lowered more and more towards the end.
            let first: [Double] = [
                10, 14, 18, 22, 24, 26, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 36,
            ]
            let fall = Double(row * row) / 49
            let letters = first.enumerated().map { column, quality -> UInt8 in
                let low = 1 - Double(column) / 17
                let value = quality - fall * (3 + 22 * low)
                return 33 + UInt8(max(2, value < 6 ? 2 : value))
            }
            return String(decoding: letters, as: UTF8.self)
        }
        var profile = SequencingProfile(
            name: "Genome Analyzer II, 2010", readLength: 76, insertMean: 220, insertDeviation: 35,
            qualities: QualityModel(
                quantiles: [rows, rows], readVariance: 0.4, slow: .init(variance: 0.3, correlation: 0.97),
                fast: .init(variance: 0.15, correlation: 0.5),
                calibration: [
                    .init(reported: 2, observed: 3), .init(reported: 10, observed: 9),
                    .init(reported: 20, observed: 18), .init(reported: 30, observed: 28),
                    .init(reported: 36, observed: 33),
                ]))
        profile.origin = "literature: Bentley et al. 2008"
        (profile.duplicateRate, profile.chimeraRate) = (0.04, 0.01)
        (profile.gcBias, profile.coverageSwing) = (8, 0.3)
        profile.systematic = SystematicErrors(rate: 1.0 / 1_200, fractions: Quantiles([0.05, 0.2, 0.5]))
        profile.clips = ClippedEnds(rate: 0.01, lengths: Quantiles([4, 10, 25]))
        return profile
    }()
}
