import Foundation
import NeuralNetwork
import Tasks

/// Properties of the molecules of a table, by its column `smiles`.
public struct PropertyTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `property`.
    public var name: String { "property" }

    /// The models of properties that come with the suite.
    public var bundled: BundledPackages { BundledPackages(.module, startingWith: "admet-") }

    private static let featureVersion = PropertyModel.format
    private static let outcome = Outcome.values(["prediction", "lower", "upper", "similarity"])

    /// A table; there are no options.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm {
        try DrugOptions.check(inputs, known: [], of: name)
        return .table
    }

    /// The column of molecules.
    public func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        try TableSource(path: path, columns: ["smiles"])
    }

    /// Molecules in their canonical form.
    public func examples(of items: ItemBatch) throws -> ItemExamples {
        var (subjects, molecules): ([ItemExamples.Subject], [String]) = ([], [])
        for item in items.items {
            var problem = item.problem
            if problem == nil {
                do throws(MoleculeError) {
                    molecules.append(try Molecule(smiles: String(decoding: item.fields[0], as: UTF8.self)).smiles)
                } catch { problem = error.description }
            }
            subjects.append(.init(record: item.record, name: item.name, problem: problem))
        }
        return ItemExamples(
            subjects: subjects, tensors: [.init(name: "molecules", lines: molecules)],
            featureVersion: Self.featureVersion)
    }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        let examples = try ItemExamples(decoding: value, featureVersions: [Self.featureVersion])
        guard try examples.lines("molecules").count == examples.subjects.count(where: { $0.problem == nil }) else {
            throw TaskError("there is not a molecule an example")
        }
        return examples
    }

    /// A table with the columns `record`, `prediction`, `lower`, `upper`, `similarity` (to the nearest molecule of the training) and `name`.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        try ScoreTable(path: path, outcome: Self.outcome)
    }

    /// A network on kernels whose one output has a label.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        try DrugOptions.check(featureVersion, is: Self.featureVersion, of: name)
        guard labels.count == 1, architecture.inputs.count == 1 else {
            throw TaskError("models of a property say one number of one molecule")
        }
    }

    /// A package ready to score.
    public func model(_ package: ModelPackage) throws -> any TaskModel {
        try check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        return Scorer(model: try DrugOptions.opened { try PropertyModel(package) })
    }

    private struct Scorer: TaskModel {
        let model: PropertyModel
        var outcome: Outcome { PropertyTask.outcome }

        /// An interval is said beside each number, so what is compared by experiments is not all of a score.
        func saysOutcome(of batch: any TaskExamples) -> Bool { false }

        func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
            var results: [[Score]] = []
            for batch in batches {
                guard let examples = batch as? ItemExamples else {
                    throw TaskError("these are no examples of a property")
                }
                let model = model
                let molecules = try examples.lines("molecules")
                let scored = Parallel.map(molecules.count, workers: workers) { index in
                    do throws(MoleculeError) {
                        let own = try model.predict(Molecule(smiles: molecules[index]))
                        return Score(own.numbers + [Float(own.similarity)])
                    } catch { return Score(problem: error.description) }
                }
                results.append(examples.scores(scored))
            }
            return results
        }
    }
}

extension PropertyModel.Prediction {
    fileprivate var numbers: [Float] { [value, interval.lowerBound, interval.upperBound].map { Float($0) } }
}
