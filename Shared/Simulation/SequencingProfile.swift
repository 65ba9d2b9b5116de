import Genomics

/// How an instrument and its library preparation read DNA: what ``ReadSimulator`` imitates.
public struct SequencingProfile: Sendable, Hashable, Codable {
    /// The instrument.
    public var name: String
    /// The bases of a read; both mates have as many.
    public var readLength: Int
    /// The mean length of the sequenced fragments.
    public var insertMean: Double
    /// Their standard deviation.
    public var insertDeviation: Double
    /// The qualities and how far they can be trusted.
    public var qualities: QualityModel
    /// Multiplies the error probabilities of the qualities.
    public var errorScale = 1.0
    /// The probability that a base is followed by an insertion or deletion that no repeat explains.
    public var indelRate = 5e-6
    /// Multiplies the slippage of the polymerase in repeats (`PolymeraseSlippage`).
    public var slippageScale = 1.0
    /// The part of the fragments that copy another one.
    public var duplicateRate = 0.01
    /// The part of the fragments that join two places of the genome.
    public var chimeraRate = 0.003
    /// The part of the positions at which many reads go wrong in the same way (`DifficultPlaces`).
    public var systematicErrorRate = 1.0 / 2_500
    /// How far coverage swings along the genome, as a part of its mean.
    public var coverageSwing = 0.25
    /// How steeply coverage falls with the square of the distance from a GC content of 0.42.
    public var gcBias = 4.0

    /// What follows the fragment where it is shorter than the read: Illumina's TruSeq adapter.
    public var adapter = "AGATCGGAAGAGCACACGTCTGAACTCCAGTCAC"

    /// Makes a profile; the rates may be changed afterwards.
    public init(
        name: String, readLength: Int, insertMean: Double, insertDeviation: Double, qualities: QualityModel
    ) {
        self.name = name
        self.readLength = readLength
        self.insertMean = insertMean
        self.insertDeviation = insertDeviation
        self.qualities = qualities
    }
}

extension SequencingProfile {
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
