import Genomics

extension SequencingProfile {
    /// The profiles that come with the suite, by the name that a command line takes.
    public static let bundled: [(name: String, profile: SequencingProfile)] = [
        ("hiSeq2000", .hiSeq2000), ("hiSeqX", .hiSeqX), ("fourLevels", .fourLevels), ("old2010", .old2010),
        ("hifi", .hifi), ("ontR10", .ontR10),
    ]

    /// 2 × 101 bases with qualities of 2 to 41, as of the HiSeq 2000 reads of NA12878 (Platinum Genomes).
    public static let hiSeq2000 = SequencingProfile(
        name: "HiSeq 2000", readLength: 101, insertMean: 317, insertDeviation: 69,
        qualities: QualityModel(
            quantiles: [
                [
                    #"18;<??@@@@@BCCCCCC"#, #"28<?ABDDFGHHHHHHHH"#, #"04:>@BDEGHIIJJJJJJ"#,
                    #"*18<?BCEGGIIJJJJJJ"#, #")*1:>@CDFGHIIJJJJJ"#, #"(*08;?BCEGHIIJJJJJ"#,
                    #"()*38=@BDEGHIIJJJJ"#, #"()+58=?@CDEFHHIJJJ"#, #"(()37;>@BCDDEFFHHJ"#,
                    #"(((-4:<>@BCDDDDEFH"#, #"&((((046:=@ABCCDDE"#,
                ],
                [
                    #"++18:<??@@@BCCCCCC"#, #"++18<?BDFFHHHHHHHH"#, #"++,4:?BCFGHIJJJJJJ"#,
                    #")*+4:?ACEGHIIJJJJJ"#, #"()*08<?BDFGIIIJJJJ"#, #"((*.39=?BBEFGGHHIJ"#,
                    #"'().5;?ADEGHIJJJJJ"#, #"&()-3:=@CDEGHIIJJJ"#, #"&((+39<>ACDDEFFHIJ"#,
                    #"&(().5;>@BCDDDEEFH"#, #"&(((+38:>@BCCDDDDE"#,
                ],
            ],
            readVariance: 0.36, slow: .init(variance: 0.28, correlation: 0.97),
            fast: .init(variance: 0.25, correlation: 0.5),
            calibration: [
                .init(reported: 2, observed: 2), .init(reported: 7, observed: 8), .init(reported: 12, observed: 13.5),
                .init(reported: 20, observed: 21), .init(reported: 30, observed: 31.5),
                .init(reported: 35, observed: 37.5), .init(reported: 39, observed: 40.5),
                .init(reported: 41, observed: 45),
            ]))

    /// 2 × 151 bases with seven qualities of 6 to 40, as of the HiSeq X reads of NA12878.
    public static let hiSeqX = SequencingProfile(
        name: "HiSeq X", readLength: 151, insertMean: 350, insertDeviation: 75,
        qualities: QualityModel(
            quantiles: [
                [
                    #"''0000<<BBBBBBBFFF"#, #"00007<BBFFFIIIIIII"#, #"00007<BBBFFIIIIIII"#,
                    #"00000<<BFFIIIIIIII"#, #"000007<BBFFIIIIIII"#, #"''''''''0<FFIIIIII"#,
                    #"000000<<BBFIIIIIII"#, #"0000007<BBFIIIIIII"#, #"0000007<BBFIIIIIII"#,
                    #"0000007<BBFFIIIIII"#, #"00000007<BFFIIIIII"#, #"00000000<BFFFIIIII"#,
                    #"00000000<<BFFIIIII"#, #"000000007<BFFFIIII"#, #"''''''''''0BBFFIII"#,
                    #"''''''''007<BFFIII"#,
                ]
            ],
            readVariance: 0.26, slow: .init(variance: 0.14, correlation: 0.98),
            fast: .init(variance: 0.1, correlation: 0.4),
            calibration: [
                .init(reported: 6, observed: 8), .init(reported: 15, observed: 17), .init(reported: 27, observed: 28),
                .init(reported: 33, observed: 34), .init(reported: 40, observed: 42),
            ]))

    /// 2 × 151 bases whose qualities were reduced to four levels, as of the HiSeq X reads of the CEU trio.
    public static let fourLevels = SequencingProfile(
        name: "four quality levels", readLength: 151, insertMean: 388, insertDeviation: 80,
        qualities: QualityModel(
            quantiles: [
                [
                    #"###+5?????????????"#, #"''+5??????????????"#, #"'++5??????????????"#,
                    #"&++55?????????????"#, #"&'+55?????????????"#, #"%'+55?????????????"#,
                    #"&'+55?????????????"#, #"''++55????????????"#, #"''++55????????????"#,
                    #"$&++55????????????"#, #"%''+555???????????"#, #"&''++55???????????"#,
                    #"&&''++55??????????"#, #"%%''++55??????????"#, #"%%''++555?????????"#,
                    #"%%&++++555????????"#,
                ]
            ],
            readVariance: 0.22, slow: .init(variance: 0.12, correlation: 0.98),
            fast: .init(variance: 0.2, correlation: 0.4),
            calibration: [
                .init(reported: 2, observed: 2.5), .init(reported: 6, observed: 6), .init(reported: 10, observed: 10.5),
                .init(reported: 20, observed: 16), .init(reported: 30, observed: 36),
            ]))
}

extension SequencingProfile {
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
