import Foundation

/// How sure the calls of a run are, in bands of GQ: how many of them are to be expected wrong, and how many alleles of such a band were
/// wrong where the truth is known.
public struct CallReliability: Sendable, Hashable, Codable {
    /// The least GQ of each band; a band ends where the next begins.
    public static let bounds = [0, 5, 10, 15, 20, 30, 40]

    /// The calls of a range of GQ.
    public struct Band: Sendable, Hashable, Codable {
        /// The least GQ.
        public var from: Int
        /// The run's calls that no filter rejects.
        public var calls = 0
        /// How many of them are wrong if every GQ says the truth: the sum of 10^(-GQ/10).
        public var expectedWrong = 0.0
        /// Alleles of reads of this kind that the model called with such a quality on loci that chose nothing of it; nil where it says of none.
        public var heldOut: Int?
        /// How many of those had another genotype.
        public var heldOutWrong: Int?
    }

    /// Reads by what decides how sure calls of them can be.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Short reads, below 15x.
        case shallowShort = "short reads below 15x"
        /// Short reads, from 15x on.
        case short = "short reads from 15x on"
        /// Long reads of high quality.
        case accurateLong = "accurate long reads"
        /// Long reads of single molecules.
        case noisyLong = "noisy long reads"

        /// The kind of reads of a mean length in bases, mean base quality and mean depth; nil without reads.
        public init?(meanLength: Double, meanQuality: Double?, meanDepth: Double) {
            guard meanLength > 0 else { return nil }
            if meanLength > 600 {
                self = (meanQuality ?? 0) >= 26 ? .accurateLong : .noisyLong
            } else {
                self = meanDepth < 15 ? .shallowShort : .short
            }
        }
    }

    /// The run's reads; nil where there are none.
    public var kind: Kind?
    /// Each band, rising.
    public private(set) var bands: [Band]

    /// Starts without calls; `heldOut` are alleles and wrong ones of each band.
    public init(_ kind: Kind?, heldOut: [(alleles: Int, wrong: Int)]? = nil) {
        bands = Self.bounds.map { Band(from: $0) }
        compare(with: heldOut, kind: kind)
    }

    /// Takes alleles and wrong ones of each band that the model called in reads of a kind.
    public mutating func compare(with heldOut: [(alleles: Int, wrong: Int)]?, kind: Kind?) {
        precondition(heldOut == nil || heldOut?.count == bands.count, "held-out alleles come in the bands")
        self.kind = kind
        for index in bands.indices {
            bands[index].heldOut = heldOut?[index].alleles
            bands[index].heldOutWrong = heldOut?[index].wrong
        }
    }

    /// The band of a quality.
    public static func band(of quality: Int) -> Int { bounds.lastIndex { $0 <= quality } ?? 0 }

    /// Counts a call that no filter rejects.
    public mutating func add(genotypeQuality quality: Int) {
        let band = Self.band(of: quality)
        bands[band].calls += 1
        // In whole billionths: the same on every processor, and in whatever order.
        let sum = Int((bands[band].expectedWrong * 1e9).rounded()) + Self.billionths(of: quality)
        bands[band].expectedWrong = Double(sum) / 1e9
    }

    /// 10^(9 - quality/10).
    private static func billionths(of quality: Int) -> Int {
        let tenths = [
            1_000_000_000, 794_328_235, 630_957_344, 501_187_234, 398_107_171, 316_227_766, 251_188_643, 199_526_231,
            158_489_319, 125_892_541,
        ]
        let quality = max(0, quality)
        return (0..<min(quality / 10, 10)).reduce(tenths[quality % 10]) { power, _ in power / 10 }
    }

    /// A line of headings and one for each band that has calls or held-out alleles, the cells of each.
    public var rows: (header: [String], rows: [[String]]) {
        let header = ["GQ", "calls", "expected wrong", "held-out alleles", "wrong"]
        let rows = bands.enumerated().filter { $1.calls > 0 || ($1.heldOut ?? 0) > 0 }.map { index, band in
            let range = index + 1 < bands.count ? "\(band.from)-\(bands[index + 1].from - 1)" : "\(band.from)+"
            return [
                range, "\(band.calls)", String(format: "%.2f", band.expectedWrong), band.heldOut.map { "\($0)" } ?? "-",
                band.heldOutWrong.map { "\($0)" } ?? "-",
            ]
        }
        return (header, rows)
    }
}
