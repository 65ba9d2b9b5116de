import Foundation
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Clinical

@Suite("The network that classifies variants")
struct PathogenicityModelTests {
    private func missense(_ gene: String, _ protein: String) throws -> PathogenicityInput {
        try #require(PathogenicityInput(gene: gene, codingName: nil, proteinName: protein))
    }

    @Test("A local likelihood ratio grows with the score, and strengths need the nearer end of its interval")
    func likelihood() throws {
        // Of 400 scores the upper half is pathogenic but for one in twenty, and the other way round.
        let scores = (0..<400).map { Double($0) / 100 }
        let positives = (0..<400).map { ($0 >= 200) != ($0 % 20 == 0) }
        let likelihood = try #require(LocalLikelihood(scores: scores, positives: positives, seed: 1, resamples: 200))
        let (top, bottom) = (likelihood.point(at: 9), likelihood.point(at: -9))
        #expect(top.ratio > 10 && top.lower < top.ratio && top.upper > top.ratio)
        #expect(bottom.ratio < 0.1)
        #expect(abs(log(likelihood.point(at: 2).ratio)) < 1)
        let criterion = try #require(likelihood.criterion(at: 9))
        #expect(criterion.criterion == .pp3)
        let odds = try #require(LocalLikelihood.odds.first { $0.strength == criterion.strength }).odds
        #expect(top.lower >= odds)
        #expect(likelihood.criterion(at: -9)?.criterion == .bp4)
        #expect(likelihood.criterion(at: 2) == nil)
        #expect(
            LocalLikelihood(scores: Array(scores.prefix(50)), positives: Array(positives.prefix(50)), seed: 1) == nil)
        #expect(LocalLikelihood(scores: scores, positives: scores.map { _ in true }, seed: 1) == nil)
    }

    @Test("What is fitted first begins as the regression, and a network of several says the mean of its members")
    func joining() throws {
        let width = PathogenicityFeatures.variant
        var random: [[Double]] = []
        for row in 0..<40 {
            let values: [Int] = (0..<width).map { column in (row * 31 + column * 17) % 13 }
            random.append(values.map { Double($0) / 13 })
        }
        let labels = (0..<40).map { $0 % 2 }
        let first = try LogisticRegression(features: Matrix(random), labels: labels, classes: 2, penalty: 1)
        let second = try LogisticRegression(
            features: Matrix(random.map { Array($0.prefix(4)) }), labels: labels, classes: 2, penalty: 1)
        let row = random[7].map { Float($0) }
        let change = try PathogenicityNetwork.change(seed: 3, from: first)
        let score = try InferenceModel(change).predict(row, count: 1)[0]
        #expect(abs(score - first.logOdds(of: row)) < 1e-5)
        let members = try (0..<3).map { seed in
            (change, try PathogenicityNetwork.frequency(seed: UInt64(seed), from: second))
        }
        let frequency: [Float] = [0, 1, 0.5]
        let outputs = try InferenceModel(PathogenicityNetwork.joined(members)).predict(row + frequency, count: 1)
        #expect(abs(outputs[0] - 3 * score) < 1e-4)
        #expect(abs(outputs[1] - 3 * second.logOdds(of: [score] + frequency)) < 1e-4)
    }

    @Test("The suite's model has evidence of missense variants alone, with reasons that add up, whatever the frequency")
    func bundled() throws {
        let model = try PathogenicityModel.bundled()
        var input = try missense("BRAF", "p.Gly469Arg")
        let score = try #require(model.score(input))
        #expect(score.probability > 0 && score.probability < 1)
        #expect(score.interval[0] <= score.likelihoodRatio && score.likelihoodRatio <= score.interval[1])
        input.frequency = .share(0.3)
        #expect(model.score(input) == score)
        let odds = model.logOdds([input])[0]
        #expect(try #require(odds.withFrequency) < odds.change)
        // Integrated gradients are complete; parts below 0.05 are left out.
        let from = try Double(InferenceModel(model.package).predict(model.baseline, count: 1)[0]) / model.members
        let parts = score.reasons.reduce(0) { $0 + $1.contribution }
        #expect(abs(parts - (odds.change - from)) < 0.4)
        let frameshift = try #require(
            PathogenicityInput(gene: "BRAF", codingName: nil, proteinName: "p.Lys27AsnfsTer5"))
        #expect(model.score(frameshift) == nil)
        let synonymous = try #require(PathogenicityInput(gene: "BRAF", codingName: nil, proteinName: "p.Lys27="))
        #expect(model.logOdds([frameshift])[0].change > model.logOdds([synonymous])[0].change)
    }

    @Test("Together and one by one variants get the same log-odds")
    func batches() throws {
        let model = try PathogenicityModel.bundled()
        let inputs = try ["p.Gly469Arg", "p.Ser21Asn", "p.Cys100Tyr", "p.Ala9Val"].map { try missense("PTEN", $0) }
        #expect(model.logOdds(inputs) == inputs.map { model.logOdds([$0])[0] })
    }

    @Test("A model of other features or without a calibration is refused")
    func refusing() throws {
        var package = try PathogenicityModel.bundled().package
        package.taskOptions = nil
        #expect(throws: NeuralNetworkError.self) {
            try PathogenicityModel(package, constraint: GeneConstraint([:]))
        }
        package = try PathogenicityModel.bundled().package
        package.featureVersion = "pathogenicity/0"
        #expect(throws: NeuralNetworkError.self) {
            try PathogenicityModel(package, constraint: GeneConstraint([:]))
        }
    }

    @Test(
        "A training gives the same bytes for any number of workers, and holds genes out whole",
        .enabled(if: LongTests.areWanted, "takes minutes without optimization; set HELICASE_LONG_TESTS"))
    func training() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).tsv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // Tryptophan to arginine is pathogenic in every gene, alanine to valine benign but for one in ten.
        var lines = ["symbol\thgvs_c\thgvs_p\tclinical_significance\tAF"]
        for number in 0..<120 {
            let isHarmful = number % 2 == 0
            let change = isHarmful ? "Trp\(number + 2)Arg" : "Ala\(number + 2)Val"
            let word = isHarmful != (number % 20 == 1) ? "Pathogenic" : "Likely benign"
            lines.append(
                "GENE\(number % 12)\tc.\(number * 3 + 4)T>C\tp.\(change)\t\(word)\t\(isHarmful ? "" : "0.001")")
        }
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        var options = PathogenicityTraining.Options()
        (options.epochs, options.members, options.folds) = (2, 1, 2)
        let training = try PathogenicityTraining(
            clinVar: [path], panels: [], constraint: GeneConstraint([:]), options: options, command: "")
        let one = try training.fit(TrainingSession(workers: 1))
        #expect(try one.encode() == training.fit(TrainingSession(workers: 2)).encode())
        #expect(one.lineage.metrics["missense.clinvar.change.pathogenic"] == 66)
        #expect(try #require(one.lineage.metrics["missense.clinvar.frequency.network.auroc"]) > 0.8)
        let model = try PathogenicityModel(one, constraint: GeneConstraint([:]))
        let harmful = try #require(model.score(try missense("NEW", "p.Trp50Arg")))
        let harmless = try #require(model.score(try missense("NEW", "p.Ala50Val")))
        #expect(harmful.likelihoodRatio > harmless.likelihoodRatio && harmful.probability > harmless.probability)
        options.folds = 7
        #expect(throws: (any Error).self) {
            try PathogenicityTraining(
                clinVar: [path], panels: [], constraint: GeneConstraint([:]), options: options, command: "")
        }
    }

    @Test(
        "ClinVar's table and the panels' give their clear classes", .enabled(if: HelicaseData.isThere, "no real data"))
    func tables() throws {
        let folder = HelicaseData.folder.appending(path: "clinical").path
        let alleles = try LabelledVariant.clinVar(
            path: "\(folder)/clinvar/clinvar_chr1_749.with_gnomad_exomes.GRCh37.tsv.gz")
        let missense = alleles.filter { $0.input.kind == .missense }
        #expect(missense.count { $0.isPathogenic } == 51 && missense.count == 115)
        let panels = try LabelledVariant.panels(
            path: "\(folder)/interpretation/clingen_vcep_criteria_2018.tsv.gz")
        #expect(panels.count { $0.input.kind == .missense && $0.isPathogenic } == 115)
        #expect(panels.allSatisfy { $0.input.frequency == .notLookedUp })
    }
}
