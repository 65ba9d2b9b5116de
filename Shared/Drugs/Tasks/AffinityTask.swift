import Foundation
import NeuralNetwork
import Tasks

/// Affinities of the pairs of a table, whose drugs and proteins are in two others.
public struct AffinityTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `affinity`.
    public var name: String { "affinity" }

    /// The models of affinities that come with the suite.
    public var bundled: BundledPackages { BundledPackages(.module, startingWith: "affinity-") }

    /// The tables of drugs and of proteins.
    public var companions: [String] { ["drugs", "proteins"] }

    private static let featureVersion = AffinityModel.format
    private static let outcome = Outcome.values([
        "prediction", "lower", "upper", "drug_similarity", "protein_similarity",
    ])

    /// A table.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm {
        try DrugOptions.check(inputs, known: companions, of: name)
        for name in companions { _ = try DrugOptions.companion(name, of: inputs) }
        return .table
    }

    /// The pairs by their columns `drug` and `protein`; both other tables are read first.
    public func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        let tables = try AffinityTables(
            drugs: DrugOptions.companion("drugs", of: inputs), proteins: DrugOptions.companion("proteins", of: inputs))
        return try PairSource(
            path: path,
            left: ("drug", { (drug) throws(DrugError) in try tables.drug(drug).molecule.smiles }),
            right: (
                "protein",
                { (name) throws(DrugError) in
                    let protein = try tables.protein(name)
                    // Two constructs of one sequence differ by their names.
                    return "\(protein.sequence) \(protein.name)"
                }
            ))
    }

    /// Each drug and protein of the batch once, and the pairs.
    public func examples(of items: ItemBatch) throws -> ItemExamples {
        try PairBatch(items).examples(Self.featureVersion)
    }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        try PairBatch.examples(decoding: value, Self.featureVersion)
    }

    /// A table with the columns `record`, `prediction`, `lower`, `upper`, `drug_similarity`, `protein_similarity` and `name`.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        try ScoreTable(path: path, outcome: Self.outcome)
    }

    /// A network on the kernels of both sides with one output.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        try DrugOptions.check(featureVersion, is: Self.featureVersion, of: name)
        guard labels.count == 1, architecture.inputs.map(\.name) == ["drug", "protein"] else {
            throw TaskError("models of affinity read the inputs drug and protein and say one number")
        }
    }

    /// A package ready to score.
    public func model(_ package: ModelPackage) throws -> any TaskModel {
        try check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        return Scorer(model: try DrugOptions.opened { try AffinityModel(package) })
    }

    private struct Scorer: TaskModel {
        let model: AffinityModel
        private let drugs = Kept<Result<AffinityModel.EncodedDrug, any Error>>()
        private let proteins = Kept<Result<AffinityModel.EncodedProtein, any Error>>()

        init(model: AffinityModel) { self.model = model }

        var outcome: Outcome { AffinityTask.outcome }

        /// An interval is said beside each number, so what is compared by experiments is not all of a score.
        func saysOutcome(of batch: any TaskExamples) -> Bool { false }

        func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
            var results: [[Score]] = []
            for batch in batches {
                guard let examples = batch as? ItemExamples else {
                    throw TaskError("these are no examples of affinity")
                }
                results.append(try scores(examples, workers: workers))
            }
            return results
        }

        /// Each drug and each protein is encoded once.
        private func scores(_ examples: ItemExamples, workers: Int) throws -> [Score] {
            let model = model
            let drugs = drugs.values(try examples.lines("left"), workers: workers) { smiles in
                Result { try model.encode(Molecule(smiles: smiles)) }
            }
            let proteins = proteins.values(try examples.lines("right"), workers: workers) { line in
                let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return Result { model.encode(try Protein(name: parts.count == 2 ? parts[1] : "", sequence: parts[0])) }
            }
            let pairs = try examples.pairs(drugs.count, proteins.count)
            let scored = Parallel.map(pairs.count, workers: workers) { index in
                let pair = pairs[index]
                do {
                    let (drug, protein) = (try drugs[pair.left].get(), try proteins[pair.right].get())
                    let own = model.predict(drug, protein)
                    return Score(
                        [
                            own.value, own.interval.lowerBound, own.interval.upperBound, drug.similarity,
                            protein.similarity,
                        ].map { Float($0) })
                } catch { return Score(problem: "\(error)") }
            }
            return examples.scores(scored)
        }
    }
}
