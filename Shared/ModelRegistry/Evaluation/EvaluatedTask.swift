import NeuralNetwork
import Tasks

/// What a kind of examples needs to be evaluated.
public protocol EvaluatedTask: Sendable {
    /// What predictions and targets are.
    var kind: ScoredExamples.Kind { get }
    /// Reads a file for an evaluation set; throws ``RegistryError`` with its name.
    func read(_ bytes: [UInt8], name: String) throws -> LabelledFile
    /// The predictions of a package for the examples of a file.
    func predict(_ bytes: [UInt8], package: ModelPackage) async throws -> [Float]
}

extension EvaluationSet {
    /// The names of the kinds of examples of any network, which are no task of the suite.
    public static let networkKinds = ["classes", "binary", "regression", "labels", "numbers", "counts", "heads"]

    /// Who reads the files of the set and scores them: one of the suite's `tasks`, or any network.
    func evaluated(by tasks: [any PredictionTask]) throws -> any EvaluatedTask {
        if Self.networkKinds.contains(task) { return NetworkEvaluation(kind: kind, featureVersion: featureVersion) }
        guard let known = tasks.first(where: { $0.name == task }) as? any LabelledTask else {
            throw RegistryError("\(name) is of the task \(task), which this program does not know")
        }
        return try TaskEvaluation(known)
    }
}
