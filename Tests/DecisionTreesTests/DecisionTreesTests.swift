import DecisionTrees
import Foundation
import Hashing
import Testing

/// Trees on tables whose answer is known.
@Suite("Decision trees")
struct DecisionTreesTests {
    /// Rows of two numbers drawn at random; the third is noise that says nothing.
    private static func table(_ count: Int) -> FeatureTable {
        var random = SplitMix64(seed: 7)
        return FeatureTable(
            (0..<count).map { _ in [random.uniform(), Float(random.index(below: 3)), random.uniform()] })
    }

    private static func truth(_ row: ArraySlice<Float>) -> Float {
        let (a, b) = (row[row.startIndex], row[row.startIndex + 1])
        return (a > 0.5 ? 2 : 0) + (b == 1 && a > 0.25 ? 1 : 0)
    }

    @Test("Boosted trees find steps and how they go together, and say nothing of a number that says nothing")
    func boosting() throws {
        let table = Self.table(600)
        let targets = (0..<600).map { Self.truth(table[row: $0]) }
        var options = BoostedTrees.Options()
        (options.trees, options.rate) = (120, 0.1)
        let trees = BoostedTrees(table, targets: targets, options: options)
        let errors = (0..<600).map { abs(trees.value(table[row: $0]) - targets[$0]) }
        #expect(errors.reduce(0, +) / 600 < 0.05)
        #expect(abs(trees.value([0.9, 0, 0.1]) - trees.value([0.9, 0, 0.8])) < 0.1)
        #expect(abs(trees.value([0.9, 1, 0.5]) - 3) < 0.1 && abs(trees.value([0.1, 1, 0.5])) < 0.1)
    }

    @Test("Trees come back from JSON as they were, and give the same bytes whatever they are made of again")
    func coding() throws {
        let table = Self.table(300)
        let targets = (0..<300).map { Self.truth(table[row: $0]) }
        var options = BoostedTrees.Options()
        (options.trees, options.featureShare, options.rowShare) = (20, 0.7, 0.8)
        let trees = BoostedTrees(table, targets: targets, options: options)
        let decoded = try JSONDecoder().decode(BoostedTrees.self, from: JSONEncoder().encode(trees))
        #expect(decoded == trees && decoded.isValid(columns: 3) && !decoded.isValid(columns: 1))
        #expect(BoostedTrees(table, targets: targets, options: options) == trees)
        options.seed = 2
        #expect(BoostedTrees(table, targets: targets, options: options) != trees)
    }

    @Test("Bytes that are no tree are refused: a child that is its own parent, and a node that nothing leads to")
    func damaged() {
        for bytes: [UInt8] in [
            [0, 0, 0, 0, 0, 0, 0, 0], [0xff, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 0, 0, 0, 0, 0], [1, 2, 3], [],
        ] {
            let text = "[\"\(Data(bytes).base64EncodedString())\"]"
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode([DecisionTree].self, from: Data(text.utf8))
            }
        }
    }

    @Test("A few wild targets move what is fitted by Huber's loss less than what is fitted by squares")
    func robust() {
        let table = Self.table(400)
        var targets = (0..<400).map { Self.truth(table[row: $0]) }
        for place in stride(from: 0, to: 400, by: 20) { targets[place] = 40 }
        func error(_ loss: BoostedTrees.Loss) -> Float {
            var options = BoostedTrees.Options()
            (options.trees, options.loss) = (100, loss)
            let trees = BoostedTrees(table, targets: targets, options: options)
            return (0..<400).filter { $0 % 20 != 0 }
                .reduce(0) { $0 + abs(trees.value(table[row: $1]) - Self.truth(table[row: $1])) } / 380
        }
        #expect(error(.huber(1)) < 0.6 * error(.squared))
    }

    @Test("A forest's weights are those of rows alike, add up to 1, and say several targets at once")
    func forest() throws {
        let table = Self.table(200)
        let targets = (0..<200).map { row in [Self.truth(table[row: row]), -table[row: row].first!] }
        var options = RandomForest.Options()
        options.trees = 60
        let forest = RandomForest(table, targets: targets, options: options)
        let weights = forest.weights([0.8, 1, 0.5])
        #expect(abs(weights.reduce(0, +) - 1) < 1e-5)
        let said = zip(weights, targets).reduce(0) { $0 + $1.0 * $1.1[0] }
        #expect(abs(said - 3) < 0.3)
        #expect(table.rows == 200 && weights.indices.allSatisfy { weights[$0] == 0 || table[row: $0].first! > 0.4 })
        let decoded = try JSONDecoder().decode(RandomForest.self, from: JSONEncoder().encode(forest))
        #expect(decoded == forest && decoded.isValid(columns: 3) && decoded.weights([0.8, 1, 0.5]) == weights)
    }
}
