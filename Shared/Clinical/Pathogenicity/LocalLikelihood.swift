import Foundation
import Hashing

/// What a score is worth as evidence: the local likelihood ratio of pathogenic around it (Pejaver and others 2022, AJHG 109:2163).
///
/// Around a score lies the smallest window of scores that holds so many variants; the ratio is the share of the pathogenic ones in it
/// over the share of the benign ones, half a variant being added to each. The interval is of a bootstrap over variants.
public struct LocalLikelihood: Sendable, Hashable, Codable {
    /// The ratio at a score.
    public struct Point: Sendable, Hashable, Codable {
        /// The score, in log-odds.
        public var score: Double
        /// The ratio.
        public var ratio: Double
        /// The lower end of its 95 % interval.
        public var lower: Double
        /// The upper end.
        public var upper: Double
    }

    /// By rising score.
    public let points: [Point]
    /// Pathogenic and benign variants that it was made of.
    public let pathogenic: Int
    /// Benign ones.
    public let benign: Int

    /// Variants a window, as the paper has it.
    static let window = 100.0
    private static let count = 41

    /// Odds of pathogenicity that each strength takes where 4.41 % of variants are pathogenic: 1124 to the power of 1/8, 1/4, 1/2 and 1.
    ///
    /// The paper's prior and its table 1; those of a prior of 10 % (Tavtigian and others 2018) are 2.08, 4.33, 18.7 and 350.
    public static let odds: [(strength: Strength, odds: Double)] = [
        (.veryStrong, 1124), (.strong, 33.53), (.moderate, 5.790), (.supporting, 2.406),
    ]

    /// Measures it on scores of variants that their model did not learn from; nil where there are too few of either class for one window.
    init?(scores: [Double], positives: [Bool], seed: UInt64, resamples: Int = 1000) {
        precondition(scores.count == positives.count, "a class a score")
        pathogenic = positives.count { $0 }
        benign = positives.count - pathogenic
        guard Double(scores.count) >= Self.window, pathogenic > 0, benign > 0, scores.allSatisfy(\.isFinite) else {
            return nil
        }
        let sorted = scores.sorted()
        let draws = (0..<resamples).map { resample -> [Double] in
            var random = SplitMix64(keys: seed, 0x11ca1, UInt64(resample))
            var drawn = Array(repeating: 0.0, count: scores.count)
            for _ in scores { drawn[random.index(below: scores.count)] += 1 }
            return drawn
        }
        let once = Array(repeating: 1.0, count: scores.count)
        points = (0..<Self.count).map { step in
            let score = sorted[step * (sorted.count - 1) / (Self.count - 1)]
            let near = scores.indices.sorted { (abs(scores[$0] - score), $0) < (abs(scores[$1] - score), $1) }
            let values = draws.map { Self.ratio(near, positives, $0) }.sorted()
            let ratio = Self.ratio(near, positives, once)
            return Point(
                score: score, ratio: ratio, lower: min(ratio, values[resamples / 40]),
                upper: max(ratio, values[resamples - 1 - resamples / 40]))
        }
    }

    private static func ratio(_ near: [Int], _ positives: [Bool], _ weights: [Double]) -> Double {
        var (inside, all) = ((0.0, 0.0), (0.0, 0.0))
        for index in near {
            let isInside = inside.0 + inside.1 < window
            if positives[index] {
                all.0 += weights[index]
                if isInside { inside.0 += weights[index] }
            } else {
                all.1 += weights[index]
                if isInside { inside.1 += weights[index] }
            }
        }
        return ((inside.0 + 0.5) / (all.0 + 1)) / ((inside.1 + 0.5) / (all.1 + 1))
    }

    /// The ratio at a score, between two points by their logarithms; beyond the ends it is that of the end.
    public func point(at score: Double) -> Point {
        guard let first = points.first, let last = points.last else {
            return Point(score: score, ratio: 1, lower: 0, upper: .greatestFiniteMagnitude)
        }
        guard score > first.score, score < last.score,
            let right = points.firstIndex(where: { $0.score >= score }), right > 0
        else {
            let end = score >= last.score ? last : first
            return Point(score: score, ratio: end.ratio, lower: end.lower, upper: end.upper)
        }
        let (a, b) = (points[right - 1], points[right])
        let share = b.score > a.score ? (score - a.score) / (b.score - a.score) : 1
        func between(_ x: Double, _ y: Double) -> Double { exp(log(x) + share * (log(y) - log(x))) }
        return Point(
            score: score, ratio: between(a.ratio, b.ratio), lower: between(a.lower, b.lower),
            upper: between(a.upper, b.upper))
    }

    /// PP3 or BP4 with the strength that the interval's nearer end bears out at this score and at all that are further out; nil for neither.
    public func criterion(at score: Double) -> MetCriterion? {
        let here = point(at: score)
        let above = points.filter { $0.score > score }.map(\.lower).reduce(here.lower, min)
        let below = points.filter { $0.score < score }.map(\.upper).reduce(here.upper, max)
        for (strength, odds) in Self.odds {
            if above >= odds { return MetCriterion(.pp3, strength) }
            // Nothing benign is very strong.
            if strength != .veryStrong, below <= 1 / odds { return MetCriterion(.bp4, strength) }
        }
        return nil
    }

    /// The probability of pathogenic among variants of which as many are as of those that it was measured on.
    func probability(at score: Double) -> Double {
        let odds = point(at: score).ratio * Double(pathogenic) / Double(max(1, benign))
        return odds / (1 + odds)
    }
}
