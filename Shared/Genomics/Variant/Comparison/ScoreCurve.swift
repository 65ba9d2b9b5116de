import Foundation

/// Precision, recall and F1 of calls at every threshold of a score, from one comparison.
public struct ScoreCurve: Sendable, Hashable, Codable {
    /// What the calls at or above a threshold are like.
    public struct Point: Sendable, Hashable, Codable {
        /// The threshold; nil stands for all calls, those without a score too.
        public var score: Double?
        /// Records of the truth that the calls stand for.
        public var truePositives: Double
        /// Calls that are true.
        public var callTruePositives: Int
        /// Calls that are not true.
        public var falsePositives: Int
        /// Records of the truth that are not called.
        public var falseNegatives: Double

        /// True calls, by their weight, among all calls.
        public var precision: Double { share(truePositives, Double(falsePositives)) }
        /// Called records among those of the truth.
        public var recall: Double { share(truePositives, falseNegatives) }
        /// The harmonic mean of both.
        public var f1: Double {
            let sum = precision + recall
            return sum > 0 ? 2 * precision * recall / sum : 0
        }

        private func share(_ part: Double, _ rest: Double) -> Double { part > 0 ? part / (part + rest) : 0 }
    }

    /// The points, from the highest threshold to all calls.
    public let points: [Point]

    /// Draws a curve of calls by their score; `truth` is the number of the truth's records.
    public init(_ calls: [ScoredCall], truth: Int, by score: (ScoredCall) -> Double?) {
        var scored: [(score: Double, call: ScoredCall)] = []
        var unscored: [ScoredCall] = []
        for call in calls {
            if let value = score(call) { scored.append((value, call)) } else { unscored.append(call) }
        }
        scored.sort { $0.score > $1.score }
        var points: [Point] = []
        var sum = Point(
            score: nil, truePositives: 0, callTruePositives: 0, falsePositives: 0, falseNegatives: Double(truth))
        func add(_ call: ScoredCall) {
            sum.truePositives += call.weight
            sum.callTruePositives += call.isTrue ? 1 : 0
            sum.falsePositives += call.isTrue ? 0 : 1
            sum.falseNegatives = max(0, Double(truth) - sum.truePositives)
        }
        for (index, entry) in scored.enumerated() {
            add(entry.call)
            if index + 1 < scored.count, scored[index + 1].score == entry.score { continue }
            sum.score = entry.score
            points.append(sum)
        }
        for call in unscored { add(call) }
        if !unscored.isEmpty || points.isEmpty {
            sum.score = nil
            points.append(sum)
        }
        self.points = points
    }

    /// The point of the best F1; the lowest threshold of several.
    public var best: Point? {
        points.reduce(nil) { best, point in best.map { point.f1 >= $0.f1 ? point : $0 } ?? point }
    }

    /// The columns of ``lines(type:)``.
    public static let header =
        "type\tscore\ttrue_positives_baseline\tfalse_positives\ttrue_positives_call\tfalse_negatives\tprecision\t"
        + "sensitivity\tf_measure\n"

    /// The points as lines of a table, with vcfeval's columns behind the type.
    public func lines(type: String) -> String {
        points.map { point in
            let numbers = [
                String(format: "%.2f", point.truePositives), String(point.falsePositives),
                String(point.callTruePositives), String(format: "%.2f", point.falseNegatives),
                String(format: "%.4f", point.precision), String(format: "%.4f", point.recall),
                String(format: "%.4f", point.f1),
            ]
            return ([type, point.score.map { String($0) } ?? "None"] + numbers).joined(separator: "\t") + "\n"
        }.joined()
    }
}
