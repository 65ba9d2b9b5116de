import Foundation
import LinearAlgebra
import NeuralNetwork
import Tasks

/// The training of a model of expression: networks by fold, a ridge regression beside them, intervals, and one package.
///
/// Each member is fitted to all folds but one, and says of that one what it thinks. The figures are of the mean of a fold's members, of
/// records that they have not seen; so are the errors that the intervals rest on. The package says the mean of all members. No epoch is
/// chosen by a fold. Of conditions, a kernel regression is the model (`ConditionFitting`).
public struct ExpressionTraining: PreparedTraining {
    /// What may be asked of a training.
    public struct Options: Sendable, Hashable {
        /// The seed of folds, weights and order.
        public var seed: UInt64 = 1
        /// Passes over the records, instead of the kind's.
        public var epochs: Int?
        /// Networks a fold.
        public var members = 2

        /// The defaults.
        public init() {}
    }

    private let options: Options
    private let data: ExpressionDataSet
    private let conditions: ConditionFitting?
    private let command: String

    /// Reads the data of a kind from a folder laid out as the suite's.
    ///
    /// Throws `TaskError`, or the reader's error, where they are not what the kind says.
    public init(_ kind: ExpressionKind, folder: String, options: Options, command: String) throws {
        self.options = options
        self.command = command
        data = try ExpressionDataSet(kind, folder: folder, seed: options.seed)
        conditions = kind == .ecoli ? try ConditionFitting(data, folder: folder) : nil
    }

    /// What the data hold, in a sentence.
    public var summary: String {
        let folds = Set(data.folds.filter { $0 >= 0 }).count
        return "\(data.records.count) records in \(folds) folds, \(data.folds.count { $0 < 0 }) that always train, "
            + "\(data.leftOut) left out"
    }

    /// Judges by folds and packs the members.
    public func fit(_ session: TrainingSession) throws -> ModelPackage {
        if let conditions { return try conditions.package(data, command: command, seed: options.seed) }
        let folds = Set(data.folds.filter { $0 >= 0 }).sorted()
        let scaling = scaling()
        var held = Held(count: data.records.count)
        var (members, promoters) = ([Network](), [Network]())
        let isStaged = data.kind == .arabidopsis
        // What promoters add varies less from network to network than it costs.
        let ofPromoters = isStaged ? (options.members + 1) / 2 : 0
        let count = folds.count * (options.members + ofPromoters)
        for (number, fold) in folds.enumerated() {
            let kept = data.folds.indices.filter { data.folds[$0] != fold }
            let out = data.folds.indices.filter { data.folds[$0] == fold }
            let encoded = try encoded(kept: kept, scaling)
            let width = encoded.numbers + (isStaged ? 0 : data.kind.bases)
            func inputs(_ indices: [Int]) -> [Float] { indices.flatMap { encoded.rows[$0][..<width] } }
            let source = InMemoryExamples(inputs: inputs(kept), targets: kept.map(label), count: kept.count)
            var own = [Float](repeating: 0, count: data.records.count)
            for member in 0..<options.members {
                let architecture = ExpressionNetwork.architecture(data.kind, numbers: encoded.numbers)
                let network = try trained(
                    architecture, source, number * options.members + member, of: count, session)
                let (all, model) = (kept + out, try InferenceModel(network))
                let outputs = model.predict(inputs(all), count: all.count)
                for (index, output) in zip(all, outputs) { own[index] += output / Float(options.members) }
                members.append(network)
            }
            for index in out { (held.network[index], held.numbers[index]) = (own[index], own[index]) }
            for member in 0..<ofPromoters {
                let place = folds.count * options.members + number * ofPromoters + member
                let network = try promoter(kept.filter(hasPromoter), own, place, of: count, session)
                let read = out.filter(hasPromoter)
                let outputs = try InferenceModel(network).predict(read.flatMap(codes), count: read.count)
                for (index, output) in zip(read, outputs) { held.network[index] += output / Float(ofPromoters) }
                promoters.append(network)
            }
            let ridge = try ridge(encoded.rows, numbers: encoded.numbers, kept: kept, out: out)
            for (index, value) in zip(out, ridge) { held.ridge[index] = value }
        }
        var network = try Network.mean(of: members)
        if isStaged { network = try ExpressionNetwork.joined(numbers: network, promoters: promoters) }
        return try pack(network, held, scaling)
    }

    // MARK: Parts

    private struct Held {
        var network: [Float]
        /// Without what promoters add, where that is a network of its own.
        var numbers: [Float]
        var ridge: [Float]

        init(count: Int) {
            network = Array(repeating: 0, count: count)
            (numbers, ridge) = (network, network)
        }
    }

    private var isRanked: Bool { data.kind == .ecoliMPRA }

    /// What the networks are fitted to.
    private func label(_ index: Int) -> Float {
        isRanked ? (data.positives[index] ? 1 : 0) : data.targets[index]
    }

    /// Means and deviations of the numbers over all records: no label takes part in them.
    private func scaling() -> ExpressionOptions {
        let rows = data.records.map { ExpressionEncoder.raw($0, kind: data.kind) }
        let width = rows.first?.count ?? 0
        var (sums, squares) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for row in rows { for place in 0..<width { sums[place] += Double(row[place]) } }
        let means = sums.map { $0 / Double(max(1, rows.count)) }
        for row in rows {
            for place in 0..<width {
                squares[place] += (Double(row[place]) - means[place]) * (Double(row[place]) - means[place])
            }
        }
        let deviations = squares.map { max(1e-3, ($0 / Double(max(1, rows.count))).squareRoot()) }
        var options = ExpressionOptions(
            kind: data.kind, means: means.map { Float($0) }, deviations: deviations.map { Float($0) }, intervals: [])
        if data.kind == .sigma70 { options.vocabulary = Set(data.records.flatMap(\.words)).sorted() }
        return options
    }

    /// All records as a fold's networks read them: families are those of the kept records, and of a kept record those of others.
    private func encoded(kept: [Int], _ scaling: ExpressionOptions) throws -> (rows: [[Float]], numbers: Int) {
        var options = scaling
        func families(_ indices: [Int]) -> GeneFamilies {
            GeneFamilies(symbols: indices.map(symbol), targets: indices.map { data.targets[$0] })
        }
        func rows(_ indices: [Int], _ encoder: ExpressionEncoder, into rows: inout [[Float]]) {
            for index in indices {
                var row: [Float] = []
                encoder.append(data.records[index], to: &row)
                rows[index] = row
            }
        }
        var all = [[Float]](repeating: [], count: data.records.count)
        if data.kind == .gm12878 { options.families = families(kept) }
        let encoder = ExpressionEncoder(options)
        rows(Array(data.records.indices), encoder, into: &all)
        if data.kind == .gm12878 {
            let parts = 8
            for part in 0..<parts {
                var inner = options
                inner.families = families(kept.enumerated().filter { $0.offset % parts != part }.map(\.element))
                rows(
                    kept.enumerated().filter { $0.offset % parts == part }.map(\.element), ExpressionEncoder(inner),
                    into: &all)
            }
        }
        return (all, encoder.numbers)
    }

    private func symbol(_ index: Int) -> String { data.records[index].words.first ?? "" }

    private func hasPromoter(_ index: Int) -> Bool { data.records[index].codes.contains { $0 != 0 } }

    private func codes(_ index: Int) -> [Float] { data.records[index].codes.map(Float.init) }

    /// What the promoters of some genes say beyond what their numbers say, `known`.
    private func promoter(
        _ indices: [Int], _ known: [Float], _ member: Int, of count: Int, _ session: TrainingSession
    ) throws -> Network {
        // Fewer records and more noise than the numbers have: it is trained half as long.
        let source = InMemoryExamples(
            inputs: indices.flatMap(codes), targets: indices.map { data.targets[$0] - known[$0] }, count: indices.count)
        return try trained(ExpressionNetwork.promoter(data.kind), source, member, of: count, session, share: 2)
    }

    private func trained(
        _ architecture: Architecture, _ source: InMemoryExamples, _ member: Int, of count: Int,
        _ session: TrainingSession, share: Int = 1
    ) throws -> Network {
        var training = ExpressionNetwork.options(data.kind)
        training.epochs = max(1, (options.epochs ?? training.epochs) / share)
        training.seed = options.seed &+ UInt64(member)
        training.workers = session.workers
        let network = try Network(architecture, seed: training.seed)
        _ = try Trainer(network, options: training).fit(
            source,
            progress: { progress in
                var progress = progress
                progress.step += member * progress.steps
                progress.steps *= count
                try session.progress?(progress)
            })
        return network
    }

    /// What a ridge regression on the numbers says of records that it has not seen.
    private func ridge(_ rows: [[Float]], numbers: Int, kept: [Int], out: [Int]) throws -> [Float] {
        func matrix(_ indices: [Int]) -> Matrix {
            var elements: [Double] = []
            elements.reserveCapacity(indices.count * numbers)
            for index in indices { for value in rows[index][..<numbers] { elements.append(Double(value)) } }
            return Matrix(rows: indices.count, columns: numbers, elements: elements)
        }
        let targets = Matrix(rows: kept.count, columns: 1, elements: kept.map { Double(label($0)) })
        let fit = try RidgeRegression(features: matrix(kept), targets: targets, penalty: 10)
        return try fit.predict(matrix(out)).elements.map { Float($0) }
    }

    private func pack(_ network: Network, _ held: Held, _ scaling: ExpressionOptions) throws -> ModelPackage {
        let judged = data.folds.indices.filter { data.folds[$0] >= 0 }
        var final = scaling
        if data.kind == .gm12878 {
            final.families = GeneFamilies(symbols: data.records.indices.map(symbol), targets: data.targets)
        }
        if isRanked {
            // The score of a class, on the scale of the activity: its rank stays what it is.
            let line = try LeastSquares(
                features: Matrix(rows: judged.count, columns: 1, elements: judged.map { Double(held.network[$0]) }),
                targets: judged.map { Double(data.targets[$0]) })
            (final.offset, final.scale) = (Float(line.intercept), max(1e-6, Float(line.coefficients[0])))
        }
        let predictions = held.network.map { max(data.kind.least, final.offset + final.scale * $0) }
        final.intervals = [
            PredictionInterval(predictions: judged.map { predictions[$0] }, targets: judged.map { data.targets[$0] })
        ]
        var options = ExpressionNetwork.options(data.kind)
        options.epochs = self.options.epochs ?? options.epochs
        options.workers = 1
        let figures = ExpressionFigures(
            data, predictions: predictions,
            beside: ["ridge.": held.ridge, "numbers.": data.kind == .arabidopsis ? held.numbers : nil])
        var package = ModelPackage(
            network, featureVersion: ExpressionRecord.featureVersion, labels: ["prediction"],
            lineage: Lineage(
                data: data.digests,
                split:
                    "\(Set(judged.map { data.folds[$0] }).count) folds; \(self.options.members) members a fold, the mean of those that "
                    + "had not seen a record is judged and gives the intervals",
                command: command, seed: self.options.seed, options: options, metrics: figures.metrics))
        package.taskOptions = try final.encode()
        return package
    }
}
