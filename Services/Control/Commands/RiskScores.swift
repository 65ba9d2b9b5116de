import Clinical
import Commands
import Foundation
import Genomics

/// `helicase risk`.
struct RiskScores {
    private let command: ParsedCommand
    private let variants: String
    private var options = PolygenicRisk.Options()

    init(_ command: ParsedCommand) throws {
        self.command = command
        variants = command.value("variants") ?? ""
        guard let minimum = Double(command.value("minimum-coverage") ?? ""), (0...1).contains(minimum) else {
            throw StartError(.usage, "--minimum-coverage: a number between 0 and 1")
        }
        let word = command.value("impute") ?? ""
        guard let imputation = PolygenicRisk.Imputation(rawValue: word) else {
            throw StartError(.usage, "--impute: \"\(word)\" is none of mean, file and panel")
        }
        (options.minimumCoverage, options.imputation) = (minimum, imputation)
        guard imputation != .panel || command.value("panel") != nil else {
            throw StartError(.usage, "--impute panel: there is no --panel to take means from")
        }
    }

    func run() throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let risk = PolygenicRisk(try scorer(), options: options)
        let (file, minimum) = (risk.scorer.file, options.minimumCoverage)
        let (sums, people) = try risk.sums(of: variants, panel: command.value("panel"))
        for sentence in risk.words(sums) { Remark.say(sentence) }
        if let refusal = risk.refusal(sums) {
            throw ControlError("the score is not told: \(refusal) (--minimum-coverage)")
        }
        let percentiles = try people.map { people in
            let panel = try RiskPanel(path: command.value("panel") ?? "")
            return try panel.percentiles(
                of: sums, panel: people, at: panel.place(variants), minimumCoverage: minimum)
        }

        let table = try TextOutput(path: output)
        try table.write(
            "sample\tscore\tmatched\tmissing\tpercentile"
                + (people == nil ? "\n" : "\tpercentile_low\tpercentile_high\n"))
        var refused = 0
        for (index, sample) in sums.samples.enumerated() {
            let called = sums.called[index]
            let isEnough = risk.isEnough(sums, sample: index)
            if !isEnough { refused += 1 }
            var line = "\(sample)\t\(isEnough ? "\(sums.sums[index])" : ".")\t\(called)\t\(file.rows.count - called)"
            if let percentiles {
                let place = isEnough ? percentiles[index] : nil
                line +=
                    "\t"
                    + [place?.value, place?.interval.lowerBound, place?.interval.upperBound]
                    .map { $0.map { String(format: "%.2f", $0) } ?? "." }.joined(separator: "\t")
            } else {
                line += "\t."
            }
            try table.write(line + "\n")
        }
        try table.finish()
        print("\(file.identifier ?? file.path) of \(Count.of(sums.samples.count, "sample")) in \(output)")
        let unplaced = percentiles?.count { $0 == nil } ?? 0
        if refused > 0 {
            throw ControlError(
                "\(Count.of(refused, "sample")) without a score: less than --minimum-coverage \(minimum) of the score's variants or of their weights has a genotype there"
            )
        }
        if unplaced > 0 {
            throw ControlError(
                "\(Count.of(unplaced, "sample")) without a percentile: fewer than \(percent(minimum)) of the panel's autosomal sites are called in them"
            )
        }
    }

    private func scorer() throws -> PolygenicScorer {
        var scorer = PolygenicScorer(try ScoreFile(path: command.value("score") ?? ""))
        if let name = command.value("build") {
            guard let build = GenomeBuild(name: name) else {
                throw StartError(.usage, "--build: \"\(name)\" is none of GRCh37 and GRCh38")
            }
            scorer.build = build
        }
        guard let rule = PolygenicScorer.AmbiguityRule(rawValue: command.value("ambiguous") ?? "") else {
            throw StartError(.usage, "--ambiguous: none of drop, keep and frequency")
        }
        scorer.ambiguity = rule
        return scorer
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
