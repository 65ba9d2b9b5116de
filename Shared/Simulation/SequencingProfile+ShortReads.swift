import Genomics

extension SequencingProfile {
    /// The profiles that come with the suite, by the name that a command line takes.
    public static let bundled: [(name: String, profile: SequencingProfile)] = [
        ("hiSeq2000", .hiSeq2000), ("hiSeqX", .hiSeqX), ("fourLevels", .fourLevels), ("novaSeq", .novaSeq),
        ("old2010", .old2010), ("hifi", .hifi), ("ontR10", .ontR10),
    ]

    /// 2 × 101 bases with qualities of 2 to 41, as of the HiSeq 2000 reads of NA12878 (Platinum Genomes).
    public static let hiSeq2000 = {
        var profile = SequencingProfile(
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
                    .init(reported: 2, observed: 2), .init(reported: 7, observed: 8),
                    .init(reported: 12, observed: 13.5),
                    .init(reported: 20, observed: 21), .init(reported: 30, observed: 31.5),
                    .init(reported: 35, observed: 37.5), .init(reported: 39, observed: 40.5),
                    .init(reported: 41, observed: 45),
                ]))
        profile.origin = "NA12878 of the Platinum Genomes, GRCh37 chr20:10.0-10.1 Mb, which is a test set too"
        return profile
    }()

    /// 2 × 151 bases with seven qualities of 6 to 40, as of the HiSeq X reads of NA12878.
    public static let hiSeqX = {
        var profile = SequencingProfile(
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
                    .init(reported: 6, observed: 8), .init(reported: 15, observed: 17),
                    .init(reported: 27, observed: 28),
                    .init(reported: 33, observed: 34), .init(reported: 40, observed: 42),
                ]))
        profile.substitutions = .hiSeqX
        profile.origin =
            "qualities of NA12878 HiSeq X reads of GRCh37 chr22; substitutions of NA12891, NA12892 and these"
        return profile
    }()

    /// 2 × 151 bases whose qualities were reduced to four levels, as of the HiSeq X reads of the CEU trio.
    public static let fourLevels = {
        var profile = SequencingProfile(
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
                    .init(reported: 2, observed: 2.5), .init(reported: 6, observed: 6),
                    .init(reported: 10, observed: 10.5),
                    .init(reported: 20, observed: 16), .init(reported: 30, observed: 36),
                ]))
        profile.substitutions = .hiSeqX
        profile.origin = "HiSeq X reads of NA12891 and NA12892; substitutions of these and of NA12878 chr22"
        return profile
    }()
}
