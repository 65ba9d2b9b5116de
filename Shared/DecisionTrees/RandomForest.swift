import Foundation
import Hashing

/// Deep trees on resampled rows, each division among features drawn anew (Breiman 2001, Machine Learning 45, 5–32), read as weights.
///
/// What a forest says of a row is a mean of training targets, weighted by how often a training row shares the leaf (Meinshausen 2006,
/// Journal of Machine Learning Research 7, 983–999). The weights alone are kept, so one forest says any number of targets.
public struct RandomForest: Sendable, Hashable, Codable {
    /// How many rows it was grown on: the weights of a row are so many.
    public let rows: Int
    private let trees: [DecisionTree]
    /// Of each tree how many drawn rows each leaf has, then these rows, as bytes of `UInt16`s.
    private let members: [Data]

    /// How trees are grown.
    public struct Options: Sendable, Hashable {
        /// How many trees there are.
        public var trees = 200
        /// The share of features that each division may use.
        public var featureShare = 0.6
        /// Fewest rows of a leaf.
        public var leastRows = 2
        /// The seed of what is drawn.
        public var seed: UInt64 = 1

        /// The defaults.
        public init() {}
    }

    /// Grows trees that make all targets alike within leaves; `targets` has so many numbers a row, in one unit.
    ///
    /// At most 65,535 rows.
    public init(_ table: FeatureTable, targets: [[Float]], options: Options) {
        let outputs = targets.first?.count ?? 0
        precondition(table.rows == targets.count && outputs > 0 && table.rows <= UInt16.max, "targets of each row")
        let (numbers, _) = TreeGrower.whole(targets.flatMap { $0 })
        let grower = TreeGrower(
            features: BinnedFeatures(table),
            limits: .init(
                leaves: .max, leastRows: max(1, options.leastRows), penalty: 0, featureShare: options.featureShare,
                drawsTies: true),
            outputs: outputs, targets: numbers)
        var (trees, all) = ([DecisionTree](), [Data]())
        for number in 0..<options.trees {
            var random = SplitMix64(seed: options.seed, stream: number)
            let drawn = targets.map { _ in Int32(random.index(below: targets.count)) }.sorted()
            let (tree, members) = grower.grow(drawn, random: &random)
            var bytes = Data()
            for leaf in members { bytes.append(little: UInt16(leaf.count)) }
            for row in members.joined() { bytes.append(little: UInt16(row)) }
            trees.append(tree)
            all.append(bytes)
        }
        (rows, self.trees, members) = (targets.count, trees, all)
    }

    /// The weight of each training row in what is said of a row; they add up to 1.
    public func weights(_ row: some RandomAccessCollection<Float>) -> [Float] {
        var weights = [Float](repeating: 0, count: rows)
        for (tree, bytes) in zip(trees, members) {
            let leaf = tree.leaf(row)
            let before = (0..<leaf).reduce(0) { $0 + Int(bytes.little(at: 2 * $1) as UInt16) }
            let count = Int(bytes.little(at: 2 * leaf) as UInt16)
            let share = 1 / (Float(count) * Float(trees.count))
            for place in 0..<count {
                weights[Int(bytes.little(at: 2 * (tree.leaves + before + place)) as UInt16)] += share
            }
        }
        return weights
    }

    /// Whether every leaf has rows that are there, and no tree asks for a feature beyond `columns`.
    public func isValid(columns: Int) -> Bool {
        guard trees.count == members.count, !trees.isEmpty, rows > 0 else { return false }
        return zip(trees, members).allSatisfy { tree, bytes in
            guard tree.greatestFeature < columns, bytes.count >= 2 * tree.leaves, bytes.count % 2 == 0 else {
                return false
            }
            let counts = (0..<tree.leaves).map { Int(bytes.little(at: 2 * $0) as UInt16) }
            return counts.allSatisfy { $0 > 0 } && bytes.count == 2 * (tree.leaves + counts.reduce(0, +))
                && (tree.leaves..<(bytes.count / 2)).allSatisfy { Int(bytes.little(at: 2 * $0) as UInt16) < rows }
        }
    }
}
