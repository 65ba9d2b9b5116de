import Foundation
import Genomics

/// Counts qualities by cycle and keeps some quality strings, to learn how qualities hang together along a read.
struct QualityCensus {
    private let isLong: Bool
    // By mate, row of ten cycles, quality; long reads have one row.
    private var counts: [[[Int]]] = [[], []]
    private var strings: [[UInt8]] = []
    private var stride = 1
    private var offered = 0

    private static let mostStrings = 1500
    private static let longestString = 3000
    private static let cyclesPerRow = 10

    init(isLong: Bool) { self.isLong = isLong }

    /// Takes a read's qualities, first cycle first.
    mutating func add(_ qualities: [UInt8], mate: Int) {
        for (cycle, quality) in qualities.enumerated() {
            let row = isLong ? 0 : (cycle + Self.cyclesPerRow / 2) / Self.cyclesPerRow
            while counts[mate].count <= row {
                counts[mate].append([Int](repeating: 0, count: ErrorCensus.qualities))
            }
            counts[mate][row][min(Int(quality), ErrorCensus.qualities - 1)] += 1
        }
        // Every read, then every second one, and so on: a sample of all of the file.
        offered += 1
        guard offered % stride == 0, qualities.count >= 30 else { return }
        strings.append(Array(qualities.prefix(Self.longestString)))
        if strings.count > Self.mostStrings {
            strings = strings.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            stride *= 2
        }
    }

    /// The quantiles, in FASTQ's letters, with as many rows as reads of the usual length have.
    func quantiles(cycles: Int) -> [[String]] {
        let mates = isLong || counts[1].isEmpty ? [counts[0]] : counts
        let rows = isLong ? 1 : (cycles + Self.cyclesPerRow / 2) / Self.cyclesPerRow + (cycles % 10 > 0 ? 1 : 0)
        return mates.map { mate in mate.prefix(max(1, rows)).filter { $0.reduce(0, +) > 0 }.map(Self.row) }
    }

    private static func row(_ counts: [Int]) -> String {
        let total = Double(counts.reduce(0, +))
        var (quality, sum) = (0, Double(counts[0]))
        let letters = QualityModel.probabilities.map { probability -> UInt8 in
            while sum < probability * total, quality + 1 < counts.count {
                quality += 1
                sum += Double(counts[quality])
            }
            return UInt8(33 + quality)
        }
        return String(decoding: letters, as: UTF8.self)
    }

    /// The variances and correlations that fit the autocorrelation of the kept strings best.
    func correlations() -> (read: Double, slow: QualityModel.Autoregression, fast: QualityModel.Autoregression)? {
        guard strings.count >= 20 else { return nil }
        let lags = [1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 80] + (isLong ? [200, 500, 1000] : [])
        let scores = normalScores()
        var measured: [(lag: Int, value: Double)] = []
        var variance = (sum: 0.0, count: 0)
        for string in scores {
            variance.sum += string.reduce(0) { $0 + $1 * $1 }
            variance.count += string.count
        }
        guard variance.count > 0, variance.sum > 0 else { return nil }
        let unit = variance.sum / Double(variance.count)
        for lag in lags {
            var (sum, count) = (0.0, 0)
            for string in scores where string.count > lag {
                for index in lag..<string.count { sum += string[index] * string[index - lag] }
                count += string.count - lag
            }
            if count > 5000 { measured.append((lag, sum / Double(count) / unit)) }
        }
        guard measured.count > 4 else { return nil }
        return Self.fit(measured)
    }

    /// Each quality as the normal score of its middle rank among those of its cycle.
    private func normalScores() -> [[Double]] {
        var tables: [[Double]] = []
        for row in 0..<max(counts[0].count, counts[1].count) {
            let both = (0..<ErrorCensus.qualities).map { quality in
                counts.reduce(0) { $0 + (row < $1.count ? $1[row][quality] : 0) }
            }
            let total = Double(max(1, both.reduce(0, +)))
            var below = 0.0
            tables.append(
                both.map { count in
                    defer { below += Double(count) }
                    return Self.normalQuantile((below + Double(count) / 2 + 0.25) / (total + 0.5))
                })
        }
        return strings.map { string in
            string.enumerated().map { cycle, quality in
                let row = isLong ? 0 : (cycle + Self.cyclesPerRow / 2) / Self.cyclesPerRow
                return tables[row][min(Int(quality), ErrorCensus.qualities - 1)]
            }
        }
    }

    private static func normalQuantile(_ probability: Double) -> Double {
        var (low, high) = (-6.0, 6.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if NormalDistribution.cumulative(middle) < probability { low = middle } else { high = middle }
        }
        return low
    }

    /// R + S s^lag + F f^lag by least squares, over a grid of s and f.
    private static func fit(
        _ measured: [(lag: Int, value: Double)]
    ) -> (read: Double, slow: QualityModel.Autoregression, fast: QualityModel.Autoregression) {
        var best = (error: Double.infinity, read: 0.0, slow: (0.0, 0.97), fast: (0.0, 0.5))
        for s in [0.9, 0.94, 0.96, 0.97, 0.98, 0.99, 0.995] {
            for f in [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.86] {
                let slow = measured.map { pow(s, Double($0.lag)) }
                let fast = measured.map { pow(f, Double($0.lag)) }
                // Parts in steps of 0.02: three unknowns that must not be negative.
                for read in Swift.stride(from: 0.0, through: 0.8, by: 0.02) {
                    let rest = zip(measured, slow).map { ($0.0.value - read, $0.1) }
                    // For a given read part, slow and fast by the normal equations.
                    let ss = slow.reduce(0) { $0 + $1 * $1 }
                    let ff = fast.reduce(0) { $0 + $1 * $1 }
                    let sf = zip(slow, fast).reduce(0) { $0 + $1.0 * $1.1 }
                    let sy = rest.reduce(0) { $0 + $1.0 * $1.1 }
                    let fy = zip(rest, fast).reduce(0) { $0 + $1.0.0 * $1.1 }
                    let determinant = ss * ff - sf * sf
                    guard determinant > 1e-9 else { continue }
                    let a = max(0, (sy * ff - fy * sf) / determinant)
                    let b = max(0, (fy * ss - sy * sf) / determinant)
                    guard read + a + b <= 1 else { continue }
                    let error = measured.indices.reduce(0.0) { sum, index in
                        let off = measured[index].value - read - a * slow[index] - b * fast[index]
                        return sum + off * off
                    }
                    if error < best.error { best = (error, read, (a, s), (b, f)) }
                }
            }
        }
        func part(_ value: (Double, Double)) -> QualityModel.Autoregression {
            .init(variance: (value.0 * 1000).rounded() / 1000, correlation: value.1)
        }
        return (best.read, part(best.slow), part(best.fast))
    }
}
