import DecisionTrees
import Foundation
import Genomics
import NeuralNetwork
import Tasks
import Testing

@testable import GeneExpression

/// Predictions of records that are changed, and what their parts add.
@Suite("Changes and explanations of expression")
struct ExpressionChangeTests {
    /// A model of designs: 1 of `up=a`, 3 of `up=b`, with 0.5 in addition.
    private func designs() throws -> ModelPackage {
        try package(
            ExpressionOptions(
                kind: .sigma70, means: [], deviations: [], vocabulary: ["up=a", "up=b"],
                intervals: [PredictionInterval(predictions: [0, 1], targets: [-1, 2])]), inputs: 2, [1, 3, 0.5])
    }

    private func package(_ options: ExpressionOptions, inputs: Int, _ weights: [Float]) throws -> ModelPackage {
        let network = try Network(Architecture(input: [inputs], layers: [.linear(outputs: 1)]), seed: 1)
        try network.load(weights)
        var package = ModelPackage(network, featureVersion: ExpressionRecord.featureVersion, labels: ["prediction"])
        package.taskOptions = try options.encode()
        return package
    }

    private static let header = "name\t" + DesignSource.elements.joined(separator: "\t") + "\n"

    @Test("What would be stands beside what is, with the difference; a word that was never met is said")
    func whatIf() async throws {
        let path = try ExpressionSourceTests.file(Self.header + "x\ta\t\t\t\t\ny\tb\t\t\t\t\nz\ta\n")
        let comparison = try ChangedPredictions(
            designs(), inputs: ItemInputs(paths: [path]), changes: ["up=b", "spacer=long"])
        let summary = try await comparison.write(to: path + ".out", workers: 1) { _ in }
        let text = try String(contentsOfFile: path + ".out", encoding: .utf8)
        #expect(
            text == "record\tprediction\tlower\tupper\twhat_if\tdifference\tname\n0\t1.5\t0.5\t2.5\t3.5\t2.0\tx\n"
                + "1\t3.5\t2.5\t4.5\t3.5\t0.0\ty\n2\tNA\tNA\tNA\tNA\tNA\tz\n")
        #expect(summary.records == 3 && summary.problems.map(\.record) == [2])
        #expect(summary.remarks.contains { $0.hasPrefix("spacer=long was never met") })
    }

    /// A model of windows that counts the As of the whole: 1 a base.
    private func windows() throws -> ModelPackage {
        let width = PromoterElements.width + ExpressionEncoder.countOfStretches(longest: 5)
        var line = [Float](repeating: 0, count: width)
        line[width - ExpressionEncoder.countOfCounts(longest: 5)] = 1
        var options = ExpressionOptions(
            kind: .ecoliMPRA, means: [Float](repeating: 0, count: width),
            deviations: [Float](repeating: 100, count: width),
            intervals: [PredictionInterval(predictions: [0, 1], targets: [-1, 2])])
        (options.line, options.scale) = (line.map { 100 * $0 }, 0)
        return try package(options, inputs: width + 150, [Float](repeating: 0, count: width + 151))
    }

    @Test(
        "Both alleles of a variant are scored on the window's strand, and a REF that the window does not have is named")
    func variants() async throws {
        // Ten As in front, of which a window of the other strand has Ts behind.
        let bases = String(repeating: "A", count: 10) + String(repeating: "C", count: 140)
        let other = String(repeating: "G", count: 140) + String(repeating: "T", count: 10)
        let table = try ExpressionSourceTests.file(
            "seq\tstart\tname\n\(bases)\t100\tt,1,+\n\(other)\t100\tt,1,-\n\(bases)\t900\tt,1\n")
        let vcf = try ExpressionSourceTests.file(
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nU\t101\t.\tA\tT,G\t.\t.\t.\n"
                + "U\t103\t.\tC\tT\t.\t.\t.\nU\t104\t.\tA\tAT\t.\t.\t.\nU\t700\t.\tA\tT\t.\t.\t.\n", "v.vcf")
        let comparison = try WindowVariants(windows(), windows: table, variants: vcf)
        let summary = try await comparison.write(to: table + ".out", workers: 1) { _ in }
        let lines = try String(contentsOfFile: table + ".out", encoding: .utf8).split(separator: "\n").dropFirst()
        let fields = lines.map { $0.split(separator: "\t").map(String.init) }
        #expect(fields.map { $0[1] }.prefix(4) == ["U:101:A:G", "U:101:A:T", "U:103:C:T", "U:104:A:AT"])
        #expect(fields[0][2...4] == ["10.0", "9.0", "-1.0"] && fields[2][2...4] == ["NA", "NA", "NA"])
        // On the other strand the variant of an A to T makes a T to A: one A more than none.
        #expect(fields[5][2...4] == ["0.0", "1.0", "1.0"])
        #expect(
            summary.problems.map(\.reason) == [
                "U:103:C:T: REF is C, and the window has A there",
                "U:104:A:AT: it changes how many bases there are, and the window does not say which follow",
                "U:103:C:T: REF is C, and the window has A there",
                "U:104:A:AT: it changes how many bases there are, and the window does not say which follow",
                "its strand is \"1\", neither + nor -",
            ])
        #expect(summary.remarks == ["1 of the 5 alleles of the variants lie in no window"])
        #expect(throws: TaskError.self) { try WindowVariants(designs(), windows: table, variants: vcf) }
    }

    @Test(
        "Shapley values share a product alike between its factors, and by paths as by all sets add up to the difference"
    )
    func shapley() {
        // 1 of all four parts together, beside 3 of the first.
        func score(_ isOwn: [Bool]) -> Double { (isOwn[0] ? 3 : 0) + (isOwn[..<4].allSatisfy { $0 } ? 1 : 0) }
        let exact = ShapleyValues(parts: 4, references: 2, seed: 1)
        let values = exact.values(exact.mixtures.map { score($0.isOwn) })
        #expect(zip(values, [3.25, 0.25, 0.25, 0.25]).allSatisfy { abs($0 - $1) < 1e-12 })
        let drawn = ShapleyValues(parts: 20, references: 5, seed: 1)
        #expect(drawn.mixtures.count < 500)
        let many = drawn.values(drawn.mixtures.map { score($0.isOwn) + Double($0.reference) })
        #expect(abs(many.reduce(0, +) - 4) < 1e-9 && many[0] >= 3 && many[4...].allSatisfy { $0 == 0 })
    }

    @Test("What the elements of a design add makes its prediction out of that of the references")
    func explanation() async throws {
        func design(_ up: String) -> Item {
            ExpressionRecord.item(
                0, name: up, words: ["up=\(up)"] + DesignSource.elements.dropFirst().map { "\($0)=none" })
        }
        let explainer = try ExpressionExplainer(designs(), references: [design("a"), design("b")], options: .init())
        let found = try await explainer.explain(design("b"), workers: 1)[0]
        #expect(found.prediction == 3.5 && found.base == 2.5)
        #expect(found.contributions.map(\.value) == [1, 0, 0, 0, 0])
        #expect(Set(found.contributions.map(\.branch)) == ["sequence"])
    }

    @Test("A gene that the strain lacks has the level of such genes, and no other has")
    func deletions() throws {
        let deletions = DeletedGenes(symbols: ["fur", "", "crp"], level: 0.3)
        func record(_ strain: String) throws -> ExpressionRecord {
            let words = ConditionSource.deletedGenes(strain).map { "-\($0)" } + ["Strain Description=fur"]
            return try ExpressionRecord(ExpressionRecord.item(0, name: "", words: words))
        }
        #expect(deletions.places(in: try record("K-12 MG1655 del_fur")) == [0])
        #expect(deletions.places(in: try record("MG1655 fur-tagged delCrp")) == [2])
        #expect(deletions.places(in: try record("MG1655")).isEmpty)
    }

    @Test("A condition is read by its likeness to samples and by their weights in a forest, which goes back to words")
    func forest() throws {
        let records = try (0..<12).map { number in
            try ExpressionRecord(
                ExpressionRecord.item(
                    number, name: "", values: [37, 7, -1], words: ["a", number < 6 ? "b" : "c"]))
        }
        var known = KnownConditions(records, gamma: 0.1)
        var options = RandomForest.Options()
        options.trees = 10
        known.forest = RandomForest(
            FeatureTable(records.map(known.features)), targets: (0..<12).map { [$0 < 6 ? 0 : 1] }, options: options)
        #expect(known.width == 24 && known.isValid)
        let weights = known.inputs(of: records[0])[12...]
        #expect(abs(weights.prefix(6).reduce(0, +) - 1) < 1e-5)
    }
}
