/// Intervals of 90 % around predictions, by how large the prediction is (split conformal, by group).
///
/// Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World, section 4.5, on the errors of networks that had not seen
/// the records: in each group of predictions the bounds leave out at most 5 % of the errors on either side. That holds for records
/// drawn as those were.
struct PredictionInterval: Sendable, Hashable, Codable {
    /// Where groups of predictions end, one fewer than there are groups.
    var edges: [Float]
    /// What is added to a prediction of each group for the lower bound, and for the upper one.
    var lower: [Float]
    var upper: [Float]

    private static let level = 0.9
    /// A quantile of fewer errors than these is no quantile.
    private static let leastGroup = 200

    /// From predictions of records that were not seen, and what is true of them.
    init(predictions: [Float], targets: [Float], groups most: Int = 10) {
        let order = predictions.indices.sorted { (predictions[$0], $0) < (predictions[$1], $1) }
        let count = max(1, min(most, order.count / Self.leastGroup))
        (edges, lower, upper) = ([], [], [])
        for group in 0..<count {
            let members = order[(group * order.count / count)..<((group + 1) * order.count / count)]
            if group > 0, let first = members.first { edges.append(predictions[first]) }
            let errors = members.map { targets[$0] - predictions[$0] }.sorted()
            let tail = (1 - Self.level) / 2
            // The k-th smallest of n errors, so that one more error lies beyond it with at most this probability.
            let rank = Int((Double(errors.count + 1) * tail).rounded(.down))
            let place = max(0, min(errors.count - 1, rank - 1))
            lower.append(errors.isEmpty ? 0 : errors[place])
            upper.append(errors.isEmpty ? 0 : errors[errors.count - 1 - place])
        }
    }

    /// The bounds of a prediction, in which it lies.
    func bounds(_ prediction: Float) -> (lower: Float, upper: Float) {
        let group = edges.count { $0 <= prediction }
        return (prediction + min(0, lower[group]), prediction + max(0, upper[group]))
    }

    /// Whether it has as many bounds as groups, all finite.
    var isValid: Bool {
        lower.count == edges.count + 1 && upper.count == lower.count
            && (edges + lower + upper).allSatisfy(\.isFinite)
            && zip(edges, edges.dropFirst()).allSatisfy { $0 <= $1 }
    }
}
