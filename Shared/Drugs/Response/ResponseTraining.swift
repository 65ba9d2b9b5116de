import Foundation
import Genomics
import Hashing
import LinearAlgebra
import NeuralNetwork
import Statistics

/// Fits a ``ResponseModel`` and judges it on cell lines that were held out.
public struct ResponseTraining: Sendable {
    /// A measured response.
    private struct Measured {
        var line: Int
        var drug: Int
        var value: Double
    }

    private let name: String
    private let profiles: [CellProfiles.Profile]
    private let drugs: [String]
    private let measured: [Measured]
    /// The fold of each line.
    private let folds: [Int]
    private let genes: [String]
    private let features: [String]
    private let digests: [String: String]
    private let command: String
    private let seed: UInt64

    /// The rows that could not be used, by their lines.
    public let problems: [(line: Int, reason: String)]

    /// What is added to the diagonal, and what the likeness of two drugs' responses adds to a drug's own.
    ///
    /// Both were chosen on the first two
    /// folds of GDSC.
    private static let (penalty, likeness) = (4.0, 0.05)
    /// Responses of the mean of all by which a drug's mean is drawn to it.
    private static let prior = 3.0

    /// Reads measured responses (cosmic_id, drug_id, ln_ic50, and fold_cell where lines are dealt out already).
    public init(
        name: String, cells: CellProfiles, responses path: String, seed: UInt64, digests: [String: String],
        command: String
    ) throws {
        let table = try TableFile(path: path)
        let (line, drug) = (try table.place(of: "cosmic_id"), try table.place(of: "drug_id"))
        let (value, fold) = (try table.place(of: "ln_ic50"), table.columns.firstIndex(of: "fold_cell"))
        var (profiles, drugs, folds): ([CellProfiles.Profile], [String], [Int]) = ([], [], [])
        var (linePlaces, drugPlaces): ([String: Int], [String: Int]) = ([:], [:])
        var (measured, problems): ([Measured], [(line: Int, reason: String)]) = ([], [])
        var seen = Set<KroneckerRidge.Pair>()
        while let record = try table.next() {
            do throws(DrugError) {
                if let flaw = table.flaw(of: record) { throw DrugError(flaw) }
                guard let number = Double(record.fields[value]), number.isFinite else {
                    throw DrugError("ln_ic50 is \"\(record.fields[value])\", and no number")
                }
                let key = record.fields[line]
                let own = linePlaces[key] ?? profiles.count
                if own == profiles.count {
                    profiles.append(try cells.profile(key))
                    linePlaces[key] = own
                    folds.append(fold.flatMap { Int(record.fields[$0]) } ?? -1)
                }
                let place = drugPlaces[record.fields[drug]] ?? drugs.count
                if place == drugs.count {
                    drugs.append(record.fields[drug])
                    drugPlaces[record.fields[drug]] = place
                }
                guard seen.insert(.init(left: own, right: place)).inserted else {
                    throw DrugError("the response of line \(key) to drug \(record.fields[drug]) comes twice")
                }
                measured.append(Measured(line: own, drug: place, value: number))
            } catch {
                problems.append((record.line, error.description))
            }
        }
        guard profiles.count >= 50, measured.count >= 500 else {
            throw DrugError(
                "\(measured.count) responses of \(profiles.count) lines are too few: it takes 500, of 50 lines")
        }
        if folds.contains(where: { $0 < 0 }) {
            var random = SplitMix64(keys: seed, 0xce11)
            for (place, index) in random.permutation(folds.count).enumerated() { folds[index] = place % 5 }
        }
        (self.name, self.profiles, self.drugs, self.measured, self.folds) = (name, profiles, drugs, measured, folds)
        (self.problems, self.digests, self.command, self.seed) = (problems, digests, command, seed)
        (genes, features) = (cells.genes, cells.features)
    }

    /// Fits and judges; `progress` is told the fits that are done, of how many.
    public func fit(progress: (_ step: Int, _ steps: Int) throws -> Void = { _, _ in }) throws -> ResponseModel {
        let order = Set(folds).sorted()
        var (scores, plain) = ([Double](repeating: 0, count: measured.count), [Double]())
        plain = scores
        for (number, fold) in order.enumerated() {
            try progress(number, order.count + 1)
            let own = try fitted(measured.indices.filter { folds[measured[$0].line] != fold })
            var rows: [Int: [Double]] = [:]
            for index in measured.indices where folds[measured[index].line] == fold {
                let record = measured[index]
                let row = rows[record.line] ?? own.encoding.row(profiles[record.line])
                rows[record.line] = row
                plain[index] = own.means[record.drug]
                scores[index] = zip(own.weights.row(record.drug), row).reduce(plain[index]) { $0 + $1.0 * $1.1 }
            }
        }
        try progress(order.count, order.count + 1)
        let own = try fitted(Array(measured.indices))
        try progress(order.count + 1, order.count + 1)
        let errors = zip(scores, measured).map { $0 - $1.value }
        let widths = drugs.indices.map { drug in halfWidth(drug, errors) { _ in true } }
        var metrics: [String: Double] = [
            "responses": Double(measured.count), "lines": Double(profiles.count), "drugs": Double(drugs.count),
            "lines without expression": Double(profiles.count { $0.expression == nil }),
            "rows without use": Double(problems.count),
        ]
        var covered = 0
        for fold in order {
            let held = measured.indices.filter { folds[measured[$0].line] == fold }
            figures(", fold \(fold)", held, scores, plain, &metrics)
            let own = drugs.indices.map { drug in halfWidth(drug, errors) { folds[$0.line] != fold } }
            covered += held.count { abs(errors[$0]) <= own[measured[$0].drug] }
        }
        figures("", Array(measured.indices), scores, plain, &metrics)
        metrics["coverage of 90 % intervals"] = Double(covered) / Double(measured.count)
        return try ResponseModel(
            head: .init(name: name, drugs: drugs, means: own.means, halfWidths: widths), encoding: own.encoding,
            weights: own.weights,
            lineage: Lineage(
                data: digests,
                split:
                    "fitted to all lines; figures and intervals, a drug each, from folds of whole lines; the penalty and what "
                    + "likeness of drugs weighs were chosen on folds 0 and 1",
                command: command, seed: seed, metrics: metrics))
    }

    private func fitted(
        _ kept: [Int]
    ) throws -> (encoding: ResponseFeatures, means: [Double], weights: Matrix) {
        let lines = Set(kept.map { measured[$0].line }).sorted()
        let places = Dictionary(uniqueKeysWithValues: lines.enumerated().map { ($1, $0) })
        let encoding = ResponseFeatures(lines.map { profiles[$0] }, genes: genes, features: features)
        let rows = Matrix(lines.map { encoding.row(profiles[$0]) })
        let average = kept.reduce(0) { $0 + measured[$1].value } / Double(max(1, kept.count))
        var (sums, counts) = ([Double](repeating: 0, count: drugs.count), [Double](repeating: 0, count: drugs.count))
        for index in kept {
            sums[measured[index].drug] += measured[index].value
            counts[measured[index].drug] += 1
        }
        let means = zip(sums, counts).map { ($0 + Self.prior * average) / ($1 + Self.prior) }
        var residuals = Matrix(rows: lines.count, columns: drugs.count)
        var (pairs, values): ([KroneckerRidge.Pair], [Double]) = ([], [])
        for index in kept {
            let pair = KroneckerRidge.Pair(left: places[measured[index].line] ?? 0, right: measured[index].drug)
            let value = measured[index].value - means[pair.right]
            residuals[pair.left, pair.right] = value
            pairs.append(pair)
            values.append(value)
        }
        // Drugs that the same lines respond to lend each other a little.
        var likeness = try residuals.gram()
        let sizes = drugs.indices.map { max(1e-9, likeness[$0, $0]).squareRoot() }
        for row in drugs.indices {
            for column in drugs.indices { likeness[row, column] *= Self.likeness / (sizes[row] * sizes[column]) }
            likeness[row, row] += 1
        }
        let term = KroneckerRidge.Term(
            left: try rows.times(rows, otherTransposed: true), right: likeness, weight: 1)
        let fit = try KroneckerRidge(
            [term], pairs: pairs, values: values, penalty: Self.penalty, maximum: 80)
        let weights = try likeness.times(fit.coefficients.times(rows, transposed: true))
        return (encoding, means.map { $0 + fit.mean }, weights)
    }

    /// The error that nine tenths of a drug's held-out lines do not exceed.
    private func halfWidth(_ drug: Int, _ errors: [Double], _ isKept: (Measured) -> Bool) -> Double {
        let own = measured.indices.filter { measured[$0].drug == drug && isKept(measured[$0]) }.map { errors[$0] }
        let all = own.isEmpty ? errors : own
        return ConformalInterval(errors: all, keys: all.map { _ in 0 }, groups: 1)?.halfWidth(key: 0) ?? 0
    }

    private func figures(
        _ title: String, _ places: [Int], _ scores: [Double], _ plain: [Double], _ metrics: inout [String: Double]
    ) {
        let truths = places.map { measured[$0].value }
        for (model, own) in [("model", scores), ("drug mean", plain)] {
            metrics["\(model) Pearson\(title)"] = Regression.correlation(places.map { own[$0] }, truths)
            metrics["\(model) RMSE\(title)"] = Regression.rootMeanSquare(zip(places, truths).map { own[$0] - $1 })
        }
        var within: [Double] = []
        var ofDrug: [Int: [Int]] = [:]
        for place in places { ofDrug[measured[place].drug, default: []].append(place) }
        for drug in drugs.indices {
            guard let own = ofDrug[drug], own.count >= 20,
                let value = Regression.correlation(own.map { scores[$0] }, own.map { measured[$0].value })
            else { continue }
            within.append(value)
        }
        within.sort()
        if !within.isEmpty { metrics["model median Pearson within a drug\(title)"] = within[within.count / 2] }
    }
}
