import Foundation

/// The error that calls predict of themselves beside the error that they have, by bins of a Phred score.
public struct ReliabilityTable: Sendable, Hashable, Codable {
    /// Calls of one bin.
    public struct Bin: Sendable, Hashable, Codable {
        /// The least score of the bin.
        public var low: Double
        /// The score above all of the bin; nil for the last.
        public var high: Double?
        /// How many calls are in it.
        public var calls: Int
        /// How many of them are false positives.
        public var wrong: Int
        /// The mean of 10^(-score/10), the error that the calls predict.
        public var predictedError: Double
        /// The share of false positives, with its interval.
        public var observedError: VariantComparisonResult.Estimate
    }

    /// The score: `GQ` or `QUAL`.
    public let score: String
    /// The bins that hold calls, rising.
    public let bins: [Bin]
    /// Calls without the score.
    public let unscored: Int

    private static let edges = [0.0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100]

    /// Sorts calls into bins.
    public init(score: String, of calls: [ScoredCall], _ value: (ScoredCall) -> Double?) {
        self.score = score
        var sums = Self.edges.map { _ in (calls: 0, wrong: 0, error: 0.0) }
        var unscored = 0
        for call in calls {
            guard let value = value(call) else {
                unscored += 1
                continue
            }
            let bin = max(0, (Self.edges.firstIndex { $0 > value } ?? Self.edges.count) - 1)
            sums[bin].calls += 1
            sums[bin].wrong += call.isTrue ? 0 : 1
            sums[bin].error += min(1, pow(10, -max(0, value) / 10))
        }
        self.unscored = unscored
        bins = sums.enumerated().filter { $1.calls > 0 }.map { index, sum in
            Bin(
                low: Self.edges[index], high: index + 1 < Self.edges.count ? Self.edges[index + 1] : nil,
                calls: sum.calls, wrong: sum.wrong, predictedError: sum.error / Double(sum.calls),
                observedError: .init(Double(sum.wrong), of: Double(sum.calls)))
        }
    }

    /// The table for a terminal.
    public var table: String {
        func text(_ value: Double) -> String { String(format: "%.2g", value) }
        var rows = [[score, "calls", "wrong", "predicted error", "observed error (95 %)"]]
        for bin in bins {
            let range = bin.high.map { "\(Int(bin.low))-\(Int($0))" } ?? "\(Int(bin.low)) and more"
            let observed = bin.observedError
            rows.append([
                range, String(bin.calls), String(bin.wrong), text(bin.predictedError),
                "\(text(observed.value)) (\(text(observed.low))-\(text(observed.high)))",
            ])
        }
        if unscored > 0 { rows.append(["none", String(unscored), "", "", ""]) }
        return VariantComparisonResult.aligned(rows)
    }
}
