/// A point of a curve over all thresholds of a score.
public struct CurvePoint: Codable, Sendable, Hashable {
    /// False positive rate of an ROC curve, recall of a precision-recall curve.
    public var x: Double
    /// True positive rate, or precision.
    public var y: Double
    /// Examples with this score or a greater one are called positive; nil where none is.
    public var threshold: Float?
}

extension RankedScores {
    /// The ROC curve from (0, 0) to (1, 1), in at most `limit` points; empty where it is not defined.
    ///
    /// Points on a straight line between others are left out; of what remains, points evenly spaced along the curve are
    /// kept.
    public func rocCurve(limit: Int = 200) -> [CurvePoint] {
        let (points, positives, negatives) = cumulative()
        guard positives > 0, negatives > 0 else { return [] }
        var curve = [CurvePoint(x: 0, y: 0, threshold: nil)]
        for (index, point) in points.enumerated() {
            // A step that goes on in the direction of the next one is no corner.
            if index + 1 < points.count {
                let (last, next) = (index > 0 ? points[index - 1] : Counts(), points[index + 1])
                let before = (point.negative - last.negative) * (next.positive - point.positive)
                let after = (next.negative - point.negative) * (point.positive - last.positive)
                if before == after { continue }
            }
            curve.append(
                CurvePoint(
                    x: point.negative / negatives, y: point.positive / positives, threshold: point.threshold))
        }
        return Self.thin(curve, to: limit) { $0.x + $0.y }
    }

    /// The precision-recall curve, by rising recall, in at most `limit` points evenly spaced in recall; empty where it
    /// is not defined.
    public func precisionRecallCurve(limit: Int = 200) -> [CurvePoint] {
        let (points, positives, negatives) = cumulative()
        guard positives > 0, negatives > 0 else { return [] }
        let curve = points.map {
            CurvePoint(
                x: $0.positive / positives, y: $0.positive / ($0.positive + $0.negative),
                threshold: $0.threshold)
        }
        // What comes after the last positive only lowers the precision.
        let complete = curve.firstIndex { $0.x == 1 } ?? curve.count - 1
        return Self.thin(Array(curve[...complete]), to: limit, by: \.x)
    }

    /// Positives and negatives at or above a threshold.
    private struct Counts {
        var positive = 0.0
        var negative = 0.0
        var threshold = Float.infinity
    }

    /// The counts at each threshold, and their totals.
    private func cumulative() -> (points: [Counts], positives: Double, negatives: Double) {
        var points: [Counts] = []
        var counts = Counts()
        forEachRun(nil) { positive, negative in
            counts.positive += positive
            counts.negative += negative
            counts.threshold = scores[order[ends[points.count] - 1]]
            points.append(counts)
        }
        return (points, counts.positive, counts.negative)
    }

    /// The ends, and of the rest the first point of each of `limit - 2` even parts of a course that rises.
    private static func thin(
        _ curve: [CurvePoint], to limit: Int, by course: (CurvePoint) -> Double
    ) -> [CurvePoint] {
        precondition(limit >= 2)
        guard curve.count > limit, let first = curve.first, let last = curve.last else { return curve }
        var kept = [first]
        let step = (course(last) - course(first)) / Double(limit - 1)
        for point in curve.dropFirst().dropLast()
        where kept.count < limit - 1 && course(point) >= course(first) + Double(kept.count) * step {
            kept.append(point)
        }
        return kept + [last]
    }
}
