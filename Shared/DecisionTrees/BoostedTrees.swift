import Foundation
import Hashing

/// A sum of small trees, each fitted to what those before it leave (Friedman 2001, Annals of Statistics 29, 1189–1232).
///
/// The same table, targets and options give the same bytes on every processor.
public struct BoostedTrees: Sendable, Hashable, Codable {
    /// What a row has before any tree.
    public let base: Float
    private let trees: [DecisionTree]
    /// What the leaves add, a tree after the other, as bytes of `Float`s.
    private let leaves: Data

    /// What a residual counts.
    public enum Loss: Sendable, Hashable {
        /// Its square: the mean is fitted.
        case squared
        /// Its square up to a size and its absolute value beyond, so that a few wrong labels count little (Huber 1964).
        case huber(Float)
    }

    /// How trees are fitted.
    public struct Options: Sendable, Hashable {
        /// How many trees there are.
        public var trees = 300
        /// By how much of what it says each tree counts.
        public var rate = 0.05
        /// Most leaves of a tree.
        public var leaves = 20
        /// Fewest rows of a leaf.
        public var leastRows = 20
        /// Draws the values of leaves to 0, as so many rows of 0 would.
        public var penalty = 1.0
        /// The share of rows that each tree is grown on, drawn without repetition (stochastic gradient boosting, Friedman 2002).
        public var rowShare = 1.0
        /// The share of features that each division may use.
        public var featureShare = 1.0
        /// What a residual counts.
        public var loss = Loss.squared
        /// The seed of what is drawn.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    /// Fits trees to `targets`, one a row; `progress` is told after each tree how many there are, and may throw to end the fit.
    public init(
        _ table: FeatureTable, targets: [Float], options: Options, progress: ((Int) throws -> Void)? = nil
    ) rethrows {
        precondition(table.rows == targets.count && !targets.isEmpty, "a target a row")
        precondition(options.rowShare > 0 && options.featureShare > 0 && options.rate > 0, "shares and rates above 0")
        let features = BinnedFeatures(table)
        let limits = TreeGrower.Limits(
            leaves: options.leaves, leastRows: max(1, options.leastRows), penalty: options.penalty,
            featureShare: options.featureShare)
        let base = Float(targets.reduce(0) { $0 + Double($1) } / Double(targets.count))
        var said = [Float](repeating: base, count: targets.count)
        var (trees, leaves) = ([DecisionTree](), Data())
        for number in 0..<options.trees {
            var residuals = zip(targets, said).map { $0 - $1 }
            if case .huber(let size) = options.loss { residuals = residuals.map { max(-size, min(size, $0)) } }
            var random = SplitMix64(seed: options.seed, stream: number)
            var rows = (0..<Int32(targets.count)).map { $0 }
            if options.rowShare < 1 { rows = rows.filter { _ in random.uniformDouble() < options.rowShare } }
            let (numbers, unit) = TreeGrower.whole(residuals)
            let grower = TreeGrower(features: features, limits: limits, outputs: 1, targets: numbers)
            let (tree, members) = grower.grow(rows, random: &random)
            let values = members.map { members in
                let sum = members.reduce(0) { $0 + Int64(numbers[Int($1)]) }
                return Float(options.rate * unit * Double(sum) / max(1, Double(members.count) + options.penalty))
            }
            for row in said.indices { said[row] += values[tree.leaf(table[row: row])] }
            for value in values { leaves.append(little: value.bitPattern) }
            trees.append(tree)
            try progress?(number + 1)
        }
        (self.base, self.trees, self.leaves) = (base, trees, leaves)
    }

    /// What the trees say of a row.
    public func value(_ row: some RandomAccessCollection<Float>) -> Float {
        var (value, start) = (base, 0)
        for tree in trees {
            value += Float(bitPattern: leaves.little(at: 4 * (start + tree.leaf(row))))
            start += tree.leaves
        }
        return value
    }

    /// Whether each leaf has a finite value, and no tree asks for a feature beyond `columns`.
    public func isValid(columns: Int) -> Bool {
        base.isFinite && leaves.count == 4 * trees.reduce(0) { $0 + $1.leaves }
            && trees.allSatisfy { $0.greatestFeature < columns }
            && (0..<(leaves.count / 4)).allSatisfy { Float(bitPattern: leaves.little(at: 4 * $0)).isFinite }
    }
}
