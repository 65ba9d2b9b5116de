import Foundation
import Hashing
import LinearAlgebra
import NeuralNetwork
import Statistics

/// Fits an ``AffinityModel`` and judges it on pairs that were held out: by the folds of the data, and by whole drugs, proteins and both.
public struct AffinityTraining: Sendable {
    /// How it is done.
    public struct Options: Sendable, Hashable {
        /// The seed by which drugs and proteins are dealt out to the cold folds.
        public var seed: UInt64 = 1
        /// Parts of the drugs, and of the proteins, that are held out in turn.
        public var coldFolds = 4
        /// Groups of predictions with an interval each.
        public var groups = 5

        /// The defaults.
        public init() {}
    }

    private let name: String
    private let records: AffinityRecords
    private let options: Options
    private let settings: AffinityFitting.Settings
    private let digests: [String: String]
    private let command: String

    /// Takes records and the digests of their files; throws where they are too few.
    public init(
        name: String, records: AffinityRecords, options: Options, digests: [String: String], command: String
    ) throws(DrugError) {
        (self.name, self.records, self.options) = (name, records, options)
        (self.digests, self.command) = (digests, command)
        settings = AffinityFitting.Settings()
        guard records.count >= 100, records.drugs.count >= 2 * options.coldFolds,
            records.proteins.count >= 2 * options.coldFolds
        else {
            throw DrugError(
                "\(records.count) pairs of \(records.drugs.count) drugs and \(records.proteins.count) proteins are too few: a training "
                    + "takes 100, and \(2 * options.coldFolds) of either")
        }
    }

    /// Which pairs are held out of a fit.
    private struct Split {
        var situation: Situation
        var fold: Int
        var kept: [Int]
        var held: [Int]
    }

    private enum Situation: Int, CaseIterable {
        case warm, newDrug, newProtein, both

        var title: String { ["known", "drug unseen", "protein unseen", "both unseen"][rawValue] }
    }

    /// Fits and judges; `progress` is told the fits that are done, of how many.
    public func fit(progress: (_ step: Int, _ steps: Int) throws -> Void = { _, _ in }) throws -> AffinityModel {
        let (drugs, proteins) = (try DrugSide(records.drugs), ProteinSide(records.proteins))
        let rows = try records.drugs.map { try drugs.values($0).kernel }
        let columns = records.proteins.map { proteins.values($0).kernel }
        let kernels = (drugs: Matrix(rows), proteins: Matrix(columns))
        let splits = splits()
        var metrics: [String: Double] = [
            "pairs": Double(records.count), "drugs": Double(records.drugs.count),
            "proteins": Double(records.proteins.count), "rows without use": Double(records.problems.count),
        ]
        var held = [[(first: Double, score: Double, truth: Double, fold: Int)]](repeating: [], count: 4)
        for (number, split) in splits.enumerated() {
            try progress(number, splits.count + 1)
            let pairs = AffinityFitting.Pairs(
                pairs: split.kept.map { records.pairs.pairs[$0] }, values: split.kept.map { records.pairs.values[$0] })
            let own = try AffinityFitting.fit(
                pairs, drugs: drugs, proteins: proteins, kernels: kernels, settings: settings)
            held[split.situation.rawValue] += split.held.map { index in
                let pair = records.pairs.pairs[index]
                let first = own.firstValues[pair.left, pair.right]
                let second = own.secondValues[pair.left, pair.right]
                return (
                    first, split.situation == .warm ? second : AffinityModel.joined(first, second),
                    records.pairs.values[index], split.fold
                )
            }
        }
        try progress(splits.count, splits.count + 1)
        let own = try AffinityFitting.fit(
            records.pairs, drugs: drugs, proteins: proteins, kernels: kernels, settings: settings)
        try progress(splits.count + 1, splits.count + 1)
        var intervals: [ConformalInterval] = []
        for situation in Situation.allCases {
            let own = held[situation.rawValue]
            let folds = Set(own.map(\.fold)).sorted()
            for (title, scores) in [("", own.map(\.score)), ("first step alone, ", own.map(\.first))] {
                figures("\(title)\(situation.title)", scores, own.map(\.truth), &metrics)
                for fold in folds where situation == .warm {
                    let places = own.indices.filter { own[$0].fold == fold }
                    figures(
                        "\(title)\(situation.title), fold \(fold)", places.map { scores[$0] },
                        places.map { own[$0].truth }, &metrics)
                }
            }
            guard
                let interval = ConformalInterval(
                    errors: own.map { $0.score - $0.truth }, keys: own.map(\.score), groups: options.groups)
            else { throw DrugError("no pair could be held out (\(situation.title)): there are too few") }
            intervals.append(interval)
            metrics["coverage of 90 % intervals, \(situation.title)"] = coverage(
                own.map { ($0.score, $0.truth, $0.fold) })
        }
        let head = AffinityModel.Head(
            name: name, mean: own.fitted.mean, profileMean: own.fitted.profileMean, settings: settings,
            intervals: intervals)
        let lineage = Lineage(
            data: digests,
            split: "fitted to all pairs; figures and intervals from the folds of pairs"
                + (records.folds.isEmpty ? ", dealt out by the seed, " : " of the data ")
                + "and from \(options.coldFolds) folds of whole drugs, proteins and both",
            command: command, seed: options.seed, metrics: metrics)
        return try AffinityModel(head: head, fitted: own.fitted, lineage: lineage)
    }

    private func figures(_ title: String, _ scores: [Double], _ truths: [Double], _ metrics: inout [String: Double]) {
        metrics["\(title): MSE"] =
            zip(scores, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(max(1, truths.count))
        metrics["\(title): CI"] = ConcordanceIndex.of(predictions: scores, truths: truths)
    }

    /// The share of pairs within an interval whose width the other folds say.
    private func coverage(_ held: [(score: Double, truth: Double, fold: Int)]) -> Double {
        var covered = 0
        for fold in Set(held.map(\.fold)).sorted() {
            let others = held.filter { $0.fold != fold }
            let interval = ConformalInterval(
                errors: others.map { $0.score - $0.truth }, keys: others.map(\.score), groups: options.groups)
            covered += held.count {
                $0.fold == fold && abs($0.score - $0.truth) <= interval?.halfWidth(key: $0.score) ?? 0
            }
        }
        return Double(covered) / Double(max(1, held.count))
    }

    private func splits() -> [Split] {
        let pairs = records.pairs.pairs
        var random = SplitMix64(keys: options.seed, 0xaff1)
        func dealt(_ count: Int) -> [Int] {
            var folds = [Int](repeating: 0, count: count)
            for (place, index) in random.permutation(count).enumerated() { folds[index] = place % options.coldFolds }
            return folds
        }
        let (ofDrug, ofProtein) = (dealt(records.drugs.count), dealt(records.proteins.count))
        let ofPair = records.folds.isEmpty ? random.permutation(pairs.count).map { $0 % 5 } : records.folds
        func split(_ situation: Situation, _ fold: Int, _ drop: (Int) -> Bool, _ test: (Int) -> Bool) -> Split {
            Split(
                situation: situation, fold: fold, kept: pairs.indices.filter { !drop($0) },
                held: pairs.indices.filter(test))
        }
        var splits = Set(ofPair).sorted().map { fold in
            split(.warm, fold, { ofPair[$0] == fold }, { ofPair[$0] == fold })
        }
        for fold in 0..<options.coldFolds {
            func drug(_ index: Int) -> Bool { ofDrug[pairs[index].left] == fold }
            func protein(_ index: Int) -> Bool { ofProtein[pairs[index].right] == fold }
            splits.append(split(.newDrug, fold, drug, drug))
            splits.append(split(.newProtein, fold, protein, protein))
            splits.append(split(.both, fold, { drug($0) || protein($0) }, { drug($0) && protein($0) }))
        }
        return splits.filter { !$0.held.isEmpty && $0.kept.count > 1 }
    }
}
