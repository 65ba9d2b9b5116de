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
    private let earlier: AffinityRecords?
    private let options: Options
    private let settings: AffinityFitting.Settings
    private let digests: [String: String]
    private let command: String

    /// Takes records and the digests of their files; throws where they are too few.
    ///
    /// `earlier` is another set of measurements, in a unit of its own: the model begins with what a regression on it says, put through a line. Drugs of
    /// `records`, and those that their fragments do not tell apart from them, are left out of it, so that what is said of an unseen drug is honest.
    public init(
        name: String, records: AffinityRecords, earlier: AffinityRecords? = nil, options: Options,
        digests: [String: String], command: String
    ) throws(DrugError) {
        (self.name, self.records, self.earlier, self.options) = (name, records, earlier, options)
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
        let steps = splits.count + (earlier == nil ? 1 : 2)
        try progress(0, steps)
        let beginning = try self.beginning(drugs)
        var step = earlier == nil ? 0 : 1
        var metrics: [String: Double] = [
            "pairs": Double(records.count), "drugs": Double(records.drugs.count),
            "proteins": Double(records.proteins.count), "rows without use": Double(records.problems.count),
        ].merging(beginning?.metrics ?? [:]) { own, _ in own }
        var held = [[(first: Double, score: Double, truth: Double, fold: Int, index: Int)]](repeating: [], count: 4)
        for split in splits {
            try progress(step, steps)
            let (own, _) = try fitted(split.kept, after: beginning?.values, drugs, proteins, kernels)
            held[split.situation.rawValue] += split.held.map { index in
                let pair = records.pairs.pairs[index]
                let first = own.firstValues[pair.left, pair.right]
                let second = own.secondValues[pair.left, pair.right]
                return (
                    first, split.situation == .warm ? second : AffinityRegression.joined(first, second),
                    records.pairs.values[index], split.fold, index
                )
            }
            step += 1
        }
        try progress(step, steps)
        let (own, line) = try fitted(
            Array(records.pairs.pairs.indices), after: beginning?.values, drugs, proteins, kernels)
        try progress(steps, steps)
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
        let earlier = beginning.flatMap { own in line.map { EarlierAffinities(own.regression, line: $0) } }
        let known = held[Situation.warm.rawValue]
        let families = LikenessGroups.founders(kernels.proteins, least: 0.3)
        let classes = LikenessGroups.founders(kernels.drugs, least: 0.5)
        byGroup(
            known.map { (families[records.pairs.pairs[$0.index].right], $0.score, $0.truth) }, &metrics
        ) { "proteins like \(records.proteins[$0].name.isEmpty ? String($0) : records.proteins[$0].name)" }
        byGroup(
            known.map { (classes[records.pairs.pairs[$0.index].left], $0.score, $0.truth) }, &metrics
        ) { "drugs like \(records.drugs[$0].smiles)" }
        let head = AffinityModel.Head(
            name: name, mean: own.fitted.mean, profileMean: own.fitted.profileMean, settings: settings,
            intervals: intervals, earlier: earlier?.head)
        let lineage = Lineage(
            data: digests,
            split: "fitted to all pairs; figures and intervals from the folds of pairs"
                + (records.folds.isEmpty ? ", dealt out by the seed, " : " of the data ")
                + "and from \(options.coldFolds) folds of whole drugs, proteins and both",
            command: command, seed: options.seed, metrics: metrics)
        return try AffinityModel(head: head, fitted: own.fitted, earlier: earlier, lineage: lineage)
    }

    /// What a model begins with: a regression on the earlier set, and what it says of all pairs of the model's own drugs and proteins.
    private struct Beginning {
        let regression: AffinityRegression
        let values: Matrix
        let metrics: [String: Double]
    }

    private func beginning(_ own: DrugSide) throws -> Beginning? {
        guard let earlier else { return nil }
        let isShared = try earlier.drugs.map { try own.values($0).similarity > 0.9999 }
        let others = earlier.without(drugs: isShared)
        guard others.count >= 100 else {
            throw DrugError("\(others.count) pairs of the earlier set are of other drugs: too few to begin with")
        }
        let (drugs, proteins) = (try DrugSide(others.drugs), ProteinSide(others.proteins))
        let kernels = (
            drugs: Matrix(try others.drugs.map { try drugs.values($0).kernel }),
            proteins: Matrix(others.proteins.map { proteins.values($0).kernel })
        )
        let fit = try AffinityFitting.fit(
            others.pairs, drugs: drugs, proteins: proteins, kernels: kernels, settings: settings)
        let regression = AffinityRegression(fit.fitted.inEvenSteps)
        let columns = records.proteins.map { regression.read($0).reading }
        let rows = try records.drugs.map { drug -> [Double] in
            let drug = try regression.read(drug, asNew: false).reading
            return columns.map { regression.value(drug, $0) }
        }
        return Beginning(
            regression: regression, values: Matrix(rows),
            metrics: [
                "earlier pairs": Double(others.count), "earlier drugs": Double(others.drugs.count),
                "earlier proteins": Double(others.proteins.count),
                "earlier drugs left out, which are in the set": Double(isShared.count { $0 }),
            ])
    }

    /// A fit to some pairs, its values those of the beginning included; and the line that this was put through.
    private func fitted(
        _ kept: [Int], after beginning: Matrix?, _ drugs: DrugSide, _ proteins: ProteinSide,
        _ kernels: (drugs: Matrix, proteins: Matrix)
    ) throws -> (
        own: (fitted: AffinityFitting.Fitted, firstValues: Matrix, secondValues: Matrix), line: EarlierAffinities.Line?
    ) {
        var pairs = AffinityFitting.Pairs(
            pairs: kept.map { records.pairs.pairs[$0] }, values: kept.map { records.pairs.values[$0] })
        let known = beginning.map { values in pairs.pairs.map { values[$0.left, $0.right] } }
        let line = known.map { EarlierAffinities.Line(from: $0, to: pairs.values) }
        if let known, let line { pairs.values = zip(pairs.values, known).map { $0 - line($1) } }
        var own = try AffinityFitting.fit(
            pairs, drugs: drugs, proteins: proteins, kernels: kernels, settings: settings)
        if let beginning, let line {
            for index in beginning.elements.indices {
                let value = line(beginning.elements[index])
                own.firstValues.elements[index] += value
                own.secondValues.elements[index] += value
            }
        }
        return (own, line)
    }

    private func figures(_ title: String, _ scores: [Double], _ truths: [Double], _ metrics: inout [String: Double]) {
        metrics["\(title): MSE"] =
            zip(scores, truths).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(max(1, truths.count))
        metrics["\(title): CI"] = ConcordanceIndex.of(predictions: scores, truths: truths)
    }

    /// Figures of the groups with enough pairs, beside which those of all stand.
    private func byGroup(
        _ held: [(group: Int, score: Double, truth: Double)], _ metrics: inout [String: Double],
        _ name: (Int) -> String
    ) {
        for (group, own) in Dictionary(grouping: held, by: \.group) where own.count >= Self.leastOfGroup {
            figures(name(group), own.map(\.score), own.map(\.truth), &metrics)
            metrics["\(name(group)): pairs"] = Double(own.count)
        }
    }

    /// Pairs below which a group has no figures of its own.
    private static let leastOfGroup = 400

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
