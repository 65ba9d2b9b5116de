import Foundation
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
        #expect(LocalLikelihood(scores: Array(scores.prefix(50)), positives: Array(positives.prefix(50)), seed: 1) == nil)
        #expect(LocalLikelihood(scores: scores, positives: scores.map { _ in true }, seed: 1) == nil)
    }

    @Test("A network of several says the mean of what each says, and begins as the regression")
    func joining() throws {
        let width = PathogenicityFeatures.variant + PathogenicityFeatures.frequency
        let members = try (0..<3).map {
            try Network(PathogenicityNetwork.architecture(members: 1), seed: UInt64($0))
        }
        let row = (0..<width).map { Float($0 % 7) / 7 }
        let each = try members.map { try InferenceModel($0).predict(row, count: 1) }
        let all = try InferenceModel(PathogenicityNetwork.joined(members)).predict(row, count: 1)
        for output in 0..<2 {
            #expect(abs(each.reduce(0) { $0 + $1[output] } - all[output]) < 1e-4)
        }
    }

    @Test("The suite's model speaks of missense variants, for reasons that add up, and never reads a frequency for them")
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
        var baseline = model.baseline
        let from = try Double(InferenceModel(model.package).predict(baseline, count: 1)[0]) / model.members
        baseline.removeAll()
        let parts = score.reasons.reduce(0) { $0 + $1.contribution }
        #expect(abs(parts - (odds.change - from)) < 0.4)
        let frameshift = try #require(
            PathogenicityInput(gene: "BRAF", codingName: nil, proteinName: "p.Lys27AsnfsTer5"))
        #expect(model.score(frameshift) == nil)
        #expect(model.logOdds([frameshift])[0].change > model.logOdds([try #require(
            PathogenicityInput(gene: "BRAF", codingName: nil, proteinName: "p.Lys27="))])[0].change)
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

    @Test("A training gives the same bytes for any number of workers", .enabled(if: HelicaseData.isThere, "no real data"))
    func training() throws {
        var options = PathogenicityTraining.Options()
        (options.epochs, options.members, options.folds) = (1, 1, 2)
        let folder = HelicaseData.folder.appending(path: "clinical").path
        let training = try PathogenicityTraining(
            clinVar: ["\(folder)/clinvar/clinvar_chr1_749.with_gnomad_exomes.GRCh37.tsv.gz"],
            panels: ["\(folder)/interpretation/clingen_vcep_criteria_2018.tsv.gz"], constraint: .bundled(),
            options: options, command: "")
        let one = try training.fit(TrainingSession(workers: 1))
        #expect(try one.encode() == training.fit(TrainingSession(workers: 2)).encode())
        #expect(try #require(one.lineage.metrics["missense.both.change.pathogenic"]) > 100)
        #expect(try #require(one.lineage.metrics["missense.clinvar.frequency.network.auroc"]) > 0.9)
    }
}
