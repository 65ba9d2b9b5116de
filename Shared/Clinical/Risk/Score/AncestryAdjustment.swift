import Foundation
import LinearAlgebra
import Statistics

/// Where a score lies among people of the same ancestry: a panel's scores as a function of their principal components.
///
/// Mean and variance are linear in the components (Khera et al. 2019, Circulation 139, 1593; Wang et al. 2022, `Z_norm2` of pgsc_calc), the
/// variance at least a quarter of the whole panel's about its means.
public struct AncestryAdjustment: Sendable {
    private let mean: LeastSquares
    private let variance: LeastSquares
    private let least: Double
    /// The panel's standardised scores, sorted.
    private let panel: [Double]

    /// Where a score lies.
    public struct Percentile: Sendable, Hashable {
        /// The percentage of the panel below it, ties by half.
        public var value: Double
        /// Between which percentages it lies, as far as the panel's size tells: Wilson's interval of 95 %.
        public var interval: ClosedRange<Double>
    }

    /// The people of a panel that tell a percentile.
    public static let leastPeople = 100

    /// Learns from a panel's scores, and its components, a row a person.
    ///
    /// Throws for fewer than ``leastPeople``, and for a number that is not finite.
    public init(components: Matrix, scores: [Double]) throws(LinearAlgebraError) {
        guard scores.count >= Self.leastPeople, scores.count > 10 * components.columns else {
            throw LinearAlgebraError(
                .tooFew,
                "a panel of \(scores.count) tells no percentile; it takes \(Self.leastPeople) people, and ten for each component"
            )
        }
        mean = try LeastSquares(features: components, targets: scores)
        var squares: [Double] = []
        for (row, score) in scores.enumerated() {
            let rest = score - mean.value(components.row(row))
            squares.append(rest * rest)
        }
        variance = try LeastSquares(features: components, targets: squares)
        least = max(squares.reduce(0, +) / Double(squares.count) / 4, .leastNormalMagnitude)
        var standardized: [Double] = []
        for (row, score) in scores.enumerated() {
            standardized.append(
                (score - mean.value(components.row(row))) / max(least, variance.value(components.row(row))).squareRoot()
            )
        }
        panel = standardized.sorted()
    }

    /// How many standard deviations a score lies above what is expected of its components.
    public func standardized(_ score: Double, components: some Sequence<Double>) -> Double {
        let row = Array(components)
        return (score - mean.value(row)) / max(least, variance.value(row)).squareRoot()
    }

    /// The percentile of a score.
    public func percentile(_ score: Double, components: some Sequence<Double>) -> Percentile {
        let z = standardized(score, components: components)
        let below = panel.count { $0 < z }
        let share = (Double(below) + Double(panel.count { $0 == z }) / 2) / Double(panel.count)
        let interval = WilsonInterval.of(share: share, trials: Double(panel.count), z: 1.96)
        return Percentile(value: 100 * share, interval: (100 * interval.lowerBound)...(100 * interval.upperBound))
    }
}
