import Foundation
import Genomics
import Hashing

/// Draws the quality strings of an instrument: the spread at each cycle and how qualities hang together along a read.
///
/// A Gaussian copula: the qualities of each cycle are distributed as in a table of quantiles, and the normal scores
/// behind them are the sum of one that belongs to the read, of two first-order autoregressive ones along it, and of
/// noise. The weights were fitted to the autocorrelation of real reads at lags of 1 to 80 cycles.
public struct QualityModel: Sendable, Hashable, Codable {
    /// The probabilities that the columns of the tables stand for.
    static let probabilities = [
        0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97,
    ]

    /// For the first and the second mate: a row each ``cyclesPerRow`` cycles, with the qualities at `probabilities` in
    /// FASTQ's letters.
    public var quantiles: [[String]]
    /// The cycles from one row to the next; a cycle takes the row that is nearest.
    public var cyclesPerRow = 10
    /// The variance of the score that belongs to the read.
    public var readVariance: Double
    /// The variance and the correlation from cycle to cycle of the slow and of the fast autoregressive score; what
    /// remains of 1 is noise.
    public var slow: Autoregression
    /// The fast one.
    public var fast: Autoregression
    /// Reported qualities and the qualities that the error rate shows, rising; linear in between.
    public var calibration: [CalibrationPoint]

    /// A score that keeps a part of itself from cycle to cycle.
    public struct Autoregression: Sendable, Hashable, Codable {
        /// Its part of the whole variance.
        public var variance: Double
        /// Its correlation from one cycle to the next.
        public var correlation: Double
    }

    /// How often bases of a reported quality are wrong, as a quality.
    public struct CalibrationPoint: Sendable, Hashable, Codable {
        /// The quality in the record.
        public var reported: Double
        /// -10 log10 of the fraction that is wrong.
        public var observed: Double
    }

    /// The highest quality that FASTQ's letters can say.
    static let highest = 93

    /// The probability that a base of each quality 0 to ``highest`` is wrong.
    var errorProbabilities: [Double] {
        (0...Self.highest).map { quality in
            let reported = Double(quality)
            guard let above = calibration.firstIndex(where: { $0.reported >= reported }) else {
                return pow(10, -(calibration.last?.observed ?? reported) / 10)
            }
            let high = calibration[above]
            let low = above > 0 ? calibration[above - 1] : CalibrationPoint(reported: -1, observed: 0)
            let part = (reported - low.reported) / (high.reported - low.reported)
            return pow(10, -(low.observed + part * (high.observed - low.observed)) / 10)
        }
    }

    /// What is wrong with a model that was read from a file; nil where nothing is.
    var flaw: String? {
        guard !quantiles.isEmpty, quantiles.allSatisfy({ !$0.isEmpty }), cyclesPerRow > 0 else {
            return "qualities: a mate has no quantiles"
        }
        for row in quantiles.joined()
        where row.utf8.count != Self.probabilities.count || !row.utf8.allSatisfy({ (33...126).contains($0) }) {
            return "qualities: \"\(row)\" is not \(Self.probabilities.count) letters of FASTQ"
        }
        let parts = [readVariance, slow.variance, fast.variance]
        guard parts.allSatisfy({ (0...1).contains($0) }), parts.reduce(0, +) <= 1.000001,
            [slow, fast].allSatisfy({ (0..<1).contains($0.correlation) })
        else { return "qualities: the variances are no parts of 1, or a correlation is not below 1" }
        let points = calibration
        guard !points.isEmpty, zip(points, points.dropFirst()).allSatisfy({ $0.reported < $1.reported }),
            points.allSatisfy({ $0.observed >= 0 && $0.reported >= 0 })
        else { return "qualities: the calibration is not a list of rising qualities" }
        return nil
    }
}

/// Draws quality strings of a ``QualityModel``, with its tables laid out for speed.
struct QualitySampler: Sendable {
    private static let resolution = 2048

    private let model: QualityModel
    // For each mate and row, the quality of each of `resolution` equal slices of probability.
    private let tables: [[[UInt8]]]
    // For each quality the highest one that the instrument writes and that is not above it.
    private let levels: [UInt8]
    private let weights: (read: Double, slow: Double, fast: Double, noise: Double)
    private let innovations: (slow: Double, fast: Double)

    init(_ model: QualityModel) {
        self.model = model
        tables = model.quantiles.map { rows in rows.map(Self.table) }
        let written = Set(model.quantiles.joined().joined().utf8.map { $0 - 33 }).sorted()
        levels = (0...QualityModel.highest).map { quality in written.last { $0 <= quality } ?? written[0] }
        let noise = max(0, 1 - model.readVariance - model.slow.variance - model.fast.variance)
        weights = (
            model.readVariance.squareRoot(), model.slow.variance.squareRoot(), model.fast.variance.squareRoot(),
            noise.squareRoot()
        )
        func innovation(_ part: QualityModel.Autoregression) -> Double {
            (1 - part.correlation * part.correlation).squareRoot()
        }
        innovations = (innovation(model.slow), innovation(model.fast))
    }

    /// The mean of a function of the quality over all reads and cycles.
    func mean(of values: [Double]) -> Double {
        let rows = tables.flatMap { $0 }
        return rows.reduce(0) { sum, row in
            sum + row.reduce(0) { $0 + values[Int($1)] } / Double(row.count * rows.count)
        }
    }

    /// The mean of a function of the quality over the reads of a score, in the middle of a read.
    func mean(of values: [Double], readScore: Double) -> Double {
        let rows = tables[0]
        let row = rows[rows.count / 2]
        let spread = max(0, 1 - model.readVariance).squareRoot()
        var (sum, total) = (0.0, 0.0)
        for step in 0..<60 {
            let (low, high) = (-3 + 0.1 * Double(step), -2.9 + 0.1 * Double(step))
            let weight = NormalDistribution.cumulative(high) - NormalDistribution.cumulative(low)
            let score = weights.read * readScore + spread * (low + high) / 2
            let slice = Int(NormalDistribution.cumulative(score) * Double(Self.resolution))
            sum += weight * values[Int(row[min(max(slice, 0), Self.resolution - 1)])]
            total += weight
        }
        return sum / total
    }

    /// Fills `qualities` with the qualities of a read, first cycle first; `readScore` is the standard normal score of
    /// the read, so that mates of one cluster can share it.
    func draw(
        _ count: Int, mate: Int, readScore: Double, with random: inout SplitMix64, into qualities: inout [UInt8]
    ) {
        qualities.removeAll(keepingCapacity: true)
        let rows = tables[min(mate, tables.count - 1)]
        var (slow, fast) = (random.quickNormal(), random.quickNormal())
        for cycle in 0..<count {
            slow = model.slow.correlation * slow + innovations.slow * random.quickNormal()
            fast = model.fast.correlation * fast + innovations.fast * random.quickNormal()
            let score =
                weights.read * readScore + weights.slow * slow + weights.fast * fast + weights.noise
                * random.quickNormal()
            let slice = Int(NormalDistribution.cumulative(score) * Double(Self.resolution))
            let row = min((cycle + model.cyclesPerRow / 2) / model.cyclesPerRow, rows.count - 1)
            qualities.append(rows[row][min(max(slice, 0), Self.resolution - 1)])
        }
    }

    /// A quality that has fallen, as the instrument would write it.
    func lowered(_ quality: UInt8, by drop: Double) -> UInt8 {
        drop < 1 ? quality : levels[Int(quality) - min(Int(quality), Int(drop))]
    }

    private static func table(_ row: String) -> [UInt8] {
        let qualities = row.utf8.map { $0 - 33 }
        precondition(qualities.count == QualityModel.probabilities.count, "a row has a quality for each probability")
        let probabilities = QualityModel.probabilities
        var column = 0
        return (0..<resolution).map { slice in
            let probability = (Double(slice) + 0.5) / Double(resolution)
            // The nearest column, so that only qualities appear that the instrument writes.
            while column + 1 < probabilities.count, probabilities[column] + probabilities[column + 1] < 2 * probability
            {
                column += 1
            }
            return qualities[column]
        }
    }
}

/// The standard normal distribution in plain arithmetic, so that it has the same bits on every machine.
enum NormalDistribution {
    /// Abramowitz and Stegun 26.2.19, error below 1.5e-7.
    static func cumulative(_ z: Double) -> Double {
        let x = abs(z)
        let polynomial =
            1 + x
            * (0.049867347 + x
                * (0.0211410061 + x * (0.0032776263 + x * (0.0000380036 + x * (0.0000488906 + x * 0.000005383)))))
        let squared = polynomial * polynomial
        let fourth = squared * squared
        let eighth = fourth * fourth
        let upper = 0.5 / (eighth * eighth)
        return z < 0 ? upper : 1 - upper
    }
}

extension SplitMix64 {
    /// A standard normal number, near enough: the sum of four uniform ones, which one draw provides.
    mutating func quickNormal() -> Double {
        let bits = next()
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + bits >> 48
        // Four uniforms on [0, 1) have the mean 2 and the variance 1/3.
        return (Double(sum) / 65536 - 2) * 1.7320508
    }
}
