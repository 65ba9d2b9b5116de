import NeuralNetwork

/// What the scores of a model say.
public enum Outcome: Sendable, Hashable, Codable {
    /// The probabilities of classes that exclude each other; they sum to 1.
    case classes([String])
    /// The probability of each of several labels.
    case labels([String])
    /// Numbers, by their names.
    case values([String])

    /// What a package predicts: as the loss says that it was trained with; classes where it says nothing.
    public init(_ package: ModelPackage) {
        switch package.lineage.options?.loss.task ?? .classes {
        case .classes: self = .classes(package.labels)
        case .labels: self = .labels(package.labels)
        case .regression: self = .values(package.labels)
        }
    }

    /// The number of scores of an example.
    public var count: Int { names.count }

    /// The names of the scores.
    public var names: [String] {
        switch self {
        case .classes(let names), .labels(let names), .values(let names): names
        }
    }

    /// The place of the score that a name means: where none is given the only one, or the second of two.
    ///
    /// Throws where there is none of the name, or several and none is named.
    public func place(of name: String?) throws(TaskError) -> Int {
        guard let name else {
            guard names.count <= 2 else {
                throw TaskError("the model says \(names.joined(separator: ", ")): name the one that is meant")
            }
            return names.count - 1
        }
        guard let place = names.firstIndex(of: name) else {
            throw TaskError("the model says nothing of \"\(name)\"; it says \(names.joined(separator: ", "))")
        }
        return place
    }

    /// Turns a network's outputs, `[count][outputs]`, into scores.
    public func scores(_ outputs: [Float], calibration: Calibration) throws(NeuralNetworkError) -> [Float] {
        switch self {
        case .classes(let names): try calibration.probabilities(outputs, classes: names.count)
        case .labels(let names): try calibration.probabilities(outputs, labels: names.count)
        case .values: outputs
        }
    }

    /// The columns of a table of predictions, behind that of the record.
    ///
    /// Of two classes, `prediction` is the probability of the second one.
    var columns: [String] {
        switch self {
        case .classes(let names): (names.count == 2 ? ["prediction"] : []) + ["class"] + names.map { "p_\($0)" }
        case .labels(let names): names.count == 1 ? ["prediction"] : names.map { "p_\($0)" }
        case .values(let names): names.count == 1 ? ["prediction"] : names
        }
    }

    /// The fields of a line of such a table.
    func fields(_ score: Score) -> [String] {
        guard score.values.count == count else { return columns.map { _ in "NA" } }
        let numbers = score.values.map { "\($0)" }
        guard case .classes(let names) = self else { return numbers }
        // The first of the most probable.
        let best = score.values.indices.reduce(0) { score.values[$1] > score.values[$0] ? $1 : $0 }
        return (names.count == 2 ? [numbers[1]] : []) + [names[best]] + numbers
    }
}
