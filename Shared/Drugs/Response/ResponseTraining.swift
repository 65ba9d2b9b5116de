import Foundation
import Genomics
import Hashing
import LinearAlgebra
import NeuralNetwork

/// Fits a ``ResponseModel`` and judges it on cell lines that were held out.
public struct ResponseTraining: Sendable {
    private let name: String
    private let table: ResponseTable
    private let catalog: DrugCatalog
    /// The fold of each line.
    private let folds: [Int]
    private let genes: [String]
    private let features: [String]
    private let digests: [String: String]
    private let command: String
    private let seed: UInt64

    /// The rows that could not be used, by their lines.
    public var problems: [(line: Int, reason: String)] { table.problems }

    /// Reads measured responses (cosmic_id, drug_id, ln_ic50, and fold_cell where lines are dealt out already).
    ///
    /// `catalog` says what the drugs are called and directed at; figures by pathway come from it.
    public init(
        name: String, cells: CellProfiles, responses path: String, catalog: DrugCatalog = DrugCatalog([]), seed: UInt64,
        digests: [String: String], command: String
    ) throws {
        let table = try ResponseTable(path: path, cells: cells)
        guard table.profiles.count >= 50, table.measured.count >= 500 else {
            throw DrugError(
                "\(table.measured.count) responses of \(table.profiles.count) lines are too few: it takes 500, of 50 lines"
            )
        }
        var folds = table.folds
        if folds.contains(where: { $0 < 0 }) {
            var random = SplitMix64(keys: seed, 0xce11)
            for (place, index) in random.permutation(folds.count).enumerated() { folds[index] = place % 5 }
        }
        (self.name, self.table, self.folds, self.catalog) = (name, table, folds, catalog)
        (self.digests, self.command, self.seed) = (digests, command, seed)
        (genes, features) = (cells.genes, cells.features)
    }

    /// Fits and judges; `progress` is told the fits that are done, of how many.
    public func fit(progress: (_ step: Int, _ steps: Int) throws -> Void = { _, _ in }) throws -> ResponseModel {
        let order = Set(folds).sorted()
        let profiles = table.profiles.map { ResponseProfile($0, genes: genes.count) }
        let kinds = features.map(ProfileFeature.init)
        var figures = ResponseFigures(table, folds: folds, catalog: catalog)
        var measures: [ProfileNovelty.Measures] = []
        var distances = [Double?](repeating: nil, count: profiles.count)
        for (number, fold) in order.enumerated() {
            try progress(number, order.count + 1)
            let own = try fitted(table.measured.indices.filter { folds[table.measured[$0].line] != fold })
            let held = profiles.indices.filter { folds[$0] == fold }
            guard !held.isEmpty else { continue }
            figures.take(means: own.means, ofFold: fold)
            for (place, view) in ResponseView.all.enumerated() {
                let rows = held.map { own.encoding.row(profiles[$0].keeping(Set(view.blocks), kinds)) }
                figures.take(try own.scores(rows, part: view.part), of: held, view: place)
            }
            for line in held {
                let measured = own.novelty.measure(
                    own.encoding.row(profiles[line]), profiles[line],
                    hasExpression: table.profiles[line].expression != nil)
                measures.append(measured)
                distances[line] = measured.within
            }
        }
        try progress(order.count, order.count + 1)
        let own = try fitted(Array(table.measured.indices))
        try progress(order.count + 1, order.count + 1)
        var novelty = own.novelty
        novelty.calibrate(measures)
        let unusual = measures.count { !novelty.objections($0).isEmpty }
        var metrics = figures.metrics(distances: distances)
        metrics["held-out lines that are too far out"] = Double(unusual) / Double(max(1, measures.count))
        metrics["rows without use"] = Double(problems.count)
        let drugs = table.drugs.map { catalog.drug(id: $0) ?? DrugCatalog.Drug(id: $0) }
        return try ResponseModel(
            head: .init(
                name: name, drugs: drugs, means: own.means, views: figures.views(), novelty: novelty.head),
            encoding: own.encoding, whole: own.whole, lacking: own.lacking, novelty: novelty,
            lineage: Lineage(
                data: digests,
                split:
                    "fitted to all lines; figures and intervals, by drug and tissue, from folds of whole lines; the penalty, what "
                    + "likeness of drugs weighs and that certain effects are fitted first were chosen on folds 0 and 1",
                command: command, seed: seed, metrics: metrics))
    }

    private func fitted(_ kept: [Int]) throws -> ResponseFit {
        try ResponseFit(table, kept: kept, genes: genes, features: features)
    }
}
