import Foundation
import Genomics
import NeuralNetwork
import Tasks

/// Responses of the cell lines of pairs to their drugs, from the profiles that other tables tell of the lines.
public struct ResponseTask: ItemTask {
    /// Makes the task.
    public init() {}

    /// `response`.
    public var name: String { "response" }

    /// The models of responses that come with the suite.
    public var bundled: BundledPackages { BundledPackages(.module, startingWith: "response-") }

    /// The tables of drugs, of mutations, copy numbers and tissue, and of expression.
    public var companions: [String] { ["drugs", "genomics", "expression"] }

    private static let featureVersion = ResponseModel.format
    private static let outcome = Outcome.values(["prediction", "lower", "upper", "drug_mean", "expression", "far"])

    /// Those of the request, and the columns that the model reads.
    public func options(of inputs: ItemInputs, for package: ModelPackage) -> [String: String] {
        guard let tables = try? PackageTensors(package, kind: Self.featureVersion),
            let encoding = try? ResponseFeatures(tables)
        else { return inputs.options }
        let own = ["features": Self.json(encoding.features), "genes": Self.json(encoding.genes)]
        return inputs.options.merging(own) { $1 }
    }

    /// A table.
    public func resultForm(of inputs: ItemInputs) throws -> ItemResultForm {
        try DrugOptions.check(inputs, known: companions + ["features", "genes"], of: name)
        for name in companions { _ = try DrugOptions.companion(name, of: inputs) }
        return .table
    }

    /// The pairs by their columns `cosmic_id` and `drug_id`; the other tables are read first.
    public func source(_ path: String, of inputs: ItemInputs) throws -> any ItemSource {
        guard let features = Self.names(inputs.options["features"]), let genes = Self.names(inputs.options["genes"])
        else { throw TaskError("the model does not say which columns it reads; it is no model of this task") }
        let cells = try CellProfiles(
            genomics: DrugOptions.companion("genomics", of: inputs),
            expression: DrugOptions.companion("expression", of: inputs), features: features, genes: genes)
        let drugs = try Self.drugs(DrugOptions.companion("drugs", of: inputs))
        return try PairSource(
            path: path, left: ("cosmic_id", { (line) throws(DrugError) in try cells.profile(line).text }),
            right: (
                "drug_id",
                { (drug) throws(DrugError) in
                    guard drugs.contains(drug) else { throw DrugError("there is no drug of the drug_id \"\(drug)\"") }
                    return drug
                }
            ))
    }

    private static func drugs(_ path: String) throws(GenomicsError) -> Set<String> {
        let table = try TableFile(path: path)
        let place = try table.place(of: "drug_id")
        var drugs = Set<String>()
        while let record = try table.next() {
            if place < record.fields.count { drugs.insert(record.fields[place]) }
        }
        return drugs
    }

    private static func json(_ names: [String]) -> String {
        (try? JSONEncoder().encode(names)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    private static func names(_ text: String?) -> [String]? {
        text.flatMap { try? JSONDecoder().decode([String].self, from: Data($0.utf8)) }
    }

    /// Each profile and drug of the batch once, and the pairs.
    public func examples(of items: ItemBatch) throws -> ItemExamples {
        try PairBatch(items).examples(Self.featureVersion)
    }

    /// Reads such examples.
    public func examples(decoding value: [UInt8]) throws -> any TaskExamples {
        try PairBatch.examples(decoding: value, Self.featureVersion)
    }

    /// A table with the columns `record`, `prediction`, `lower`, `upper`, `drug_mean`, `expression` (1 of a line whose expression is told), `far` (1 of a line
    /// further from the training's than held-out lines are) and `name`.
    public func result(_ path: String, of inputs: ItemInputs, by model: ItemModel) throws -> any ItemResult {
        try ScoreTable(path: path, outcome: Self.outcome)
    }

    /// A network on a profile's numbers with an output a drug.
    public func check(_ architecture: Architecture, labels: [String], featureVersion: String) throws {
        try DrugOptions.check(featureVersion, is: Self.featureVersion, of: name)
        guard architecture.heads.isEmpty, try architecture.outputShape() == [labels.count] else {
            throw TaskError("models of responses say one number a drug")
        }
    }

    /// A package ready to score.
    public func model(_ package: ModelPackage) throws -> any TaskModel {
        try check(package.architecture, labels: package.labels, featureVersion: package.featureVersion)
        return Scorer(model: try DrugOptions.opened { try ResponseModel(package) })
    }

    private struct Scorer: TaskModel {
        let model: ResponseModel
        var outcome: Outcome { ResponseTask.outcome }

        /// An interval is said beside each number, so what is compared by experiments is not all of a score.
        func saysOutcome(of batch: any TaskExamples) -> Bool { false }

        func scores(_ batches: [any TaskExamples], workers: Int) async throws -> [[Score]] {
            var results: [[Score]] = []
            for batch in batches {
                guard let examples = batch as? ItemExamples else {
                    throw TaskError("these are no examples of responses")
                }
                results.append(try scores(examples, workers: workers))
            }
            return results
        }

        private func scores(_ examples: ItemExamples, workers: Int) throws -> [Score] {
            let model = model
            let (features, genes) = (model.features.count, model.genes.count)
            let texts = try examples.lines("left")
            let profiles = Parallel.map(texts.count, workers: workers) { index in
                CellProfiles.Profile(texts[index], features: features, genes: genes).map { profile in
                    let row = model.encode(profile)
                    let words: [Float] = [profile.expression != nil, !model.objections(to: row).isEmpty].map {
                        $0 ? 1 : 0
                    }
                    return (row: row, words: words)
                }
            }
            let drugs = try examples.lines("right")
            let pairs = try examples.pairs(profiles.count, drugs.count)
            let scored = Parallel.map(pairs.count, workers: workers) { index in
                let pair = pairs[index]
                guard let profile = profiles[pair.left] else {
                    return Score(problem: "the profile is not of the model's columns")
                }
                do throws(DrugError) {
                    let own = try model.predict(profile.row, drug: drugs[pair.right])
                    return Score(
                        [own.value, own.interval.lowerBound, own.interval.upperBound, own.drugMean].map { Float($0) }
                            + profile.words)
                } catch { return Score(problem: error.description) }
            }
            return examples.scores(scored)
        }
    }
}

extension CellProfiles.Profile {
    /// On its way: tissue, features and expression between bars, numbers between commas.
    fileprivate var text: String {
        func numbers(_ values: [Float]) -> String {
            values.map { $0 == $0.rounded() && abs($0) < 1e6 ? String(Int($0)) : "\($0)" }.joined(separator: ",")
        }
        let tissue = Item.plain(tissue).replacing("|", with: " ")
        return [tissue, numbers(features), expression.map(numbers) ?? ""].joined(separator: "|")
    }

    /// Reads such text; nil where there are not as many numbers.
    fileprivate init?(_ text: String, features: Int, genes: Int) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        func numbers(_ part: Substring, _ count: Int) -> [Float]? {
            let values = part.split(separator: ",").map { Float($0) }
            let finite = values.compactMap { $0 }.filter(\.isFinite)
            return values.count == count && finite.count == count ? finite : nil
        }
        guard let own = numbers(parts[1], features) else { return nil }
        let levels = parts[2].isEmpty ? nil : numbers(parts[2], genes)
        guard parts[2].isEmpty || levels != nil else { return nil }
        self.init(features: own, tissue: String(parts[0]), expression: levels)
    }
}
