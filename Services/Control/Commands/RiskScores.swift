import Clinical
import Commands
import Foundation
import Genomics
import LinearAlgebra

/// `helicase risk`.
struct RiskScores {
    private let command: ParsedCommand
    private let variants: String
    private let minimum: Double
    private let impute: String

    /// Components that percentiles allow for.
    private static let components = 5

    init(_ command: ParsedCommand) throws {
        self.command = command
        variants = command.value("variants") ?? ""
        guard let minimum = Double(command.value("minimum-coverage") ?? ""), (0...1).contains(minimum) else {
            throw StartError(.usage, "--minimum-coverage: a number between 0 and 1")
        }
        self.minimum = minimum
        impute = command.value("impute") ?? ""
        guard ["mean", "file", "panel"].contains(impute) else {
            throw StartError(.usage, "--impute: \"\(impute)\" is none of mean, file and panel")
        }
        guard impute != "panel" || command.value("panel") != nil else {
            throw StartError(.usage, "--impute panel: there is no --panel to take means from")
        }
    }

    func run() throws {
        let output = command.value("output") ?? ""
        try OutputPath.checkFile(output, force: command.flag("force"))
        let scorer = try scorer()
        let file = scorer.file
        let (sums, panel) = try sums(scorer)
        tell(sums, file)
        try check(sums, file)
        let percentiles = try panel.map { try self.percentiles(of: sums, panel: $0) }

        let table = try TextOutput(path: output)
        try table.write(
            "sample\tscore\tmatched\tmissing\tpercentile"
                + (panel == nil ? "\n" : "\tpercentile_low\tpercentile_high\n"))
        var refused = 0
        for (index, sample) in sums.samples.enumerated() {
            let called = sums.called[index]
            // Sums of shares, each rounded.
            let isEnough = sums.coverage(sample: index) >= minimum - 1e-9
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

    /// The sums of the samples and of the panel, over the same rows.
    private func sums(_ scorer: PolygenicScorer) throws -> (ScoreSums, ScoreSums?) {
        var fill: [Double?]?
        if impute == "file" {
            fill = scorer.file.rows.map { row in row.frequency.flatMap { row.model?.expected(frequency: $0) } }
        }
        guard let path = command.value("panel") else { return (try scorer.score(path: variants, fill: fill), nil) }
        var (panel, own) = (try scorer.score(path: path), try scorer.score(path: variants))
        let isUsed = panel.outcomes.indices.map {
            panel.outcomes[$0] == .matched && (own.outcomes[$0] == .matched || impute == "panel")
        }
        panel = try scorer.score(path: path, rows: isUsed)
        // A sample's gaps are filled as the panel's own are, or it would stand lower among them.
        if impute != "file" { fill = panel.means }
        own = try scorer.score(
            path: variants, rows: isUsed,
            fill: fill.map { values in
                // What the panel does not have may not be added to the samples either.
                values.indices.map { isUsed[$0] ? values[$0] : nil }
            })
        return (own, panel)
    }

    private func percentiles(of sums: ScoreSums, panel: ScoreSums) throws -> [AncestryAdjustment.Percentile?] {
        let path = command.value("panel") ?? ""
        let cohort = try CohortGenotypes(path: path, callRate: 0.95, frequency: 0.01)
        let components = try CohortComponents(cohort, count: Self.components)
        let adjustment = try AncestryAdjustment(components: components.scores, scores: panel.sums)
        // Of a genome's millions of sites those of the panel are kept.
        let placed = try components.place(try CohortGenotypes(path: variants, sites: components.sites))
        return sums.samples.indices.map { index in
            placed.called[index] < minimum
                ? nil : adjustment.percentile(sums.sums[index], components: placed.scores.row(index))
        }
    }

    /// Says what became of the score's rows.
    private func tell(_ sums: ScoreSums, _ file: ScoreFile) {
        let words: [(ScoreSums.Outcome, String)] = [
            (.absent, "without a record"), (.mismatch, "with other alleles in the VCF"),
            (.ambiguous, "A/T or C/G left out (--ambiguous)"), (.repeated, "of an allele that an earlier row has"),
            (.unsupported, "that no genotype answers"), (.excluded, "not matched in both files"),
        ]
        let rest = words.compactMap { outcome, word in
            let count = sums.count(outcome)
            return count > 0 ? "\(count) \(word)" : nil
        }
        Remark.say(
            "\(sums.count(.matched)) of \(Count.of(file.rows.count, "variant")) matched by \(sums.positions)"
                + (sums.flipped > 0 ? ", \(sums.flipped) of them on the other strand" : "")
                + (rest.isEmpty ? "" : "; " + rest.joined(separator: ", ")))
        var seen: Set<String> = []
        for row in file.rows {
            if let flaw = row.flaw, seen.insert(flaw).inserted {
                Remark.say("\(file.path), line \(row.line): not scored, \(flaw)")
            }
        }
        if sums.filled > 0 { Remark.say("\(Count.of(sums.filled, "missing genotype")) filled (--impute \(impute))") }
        if sums.filledRows > 0 {
            Remark.say("\(Count.of(sums.filledRows, "variant")) without a record filled (--impute \(impute))")
        }
        if sums.unfilled > 0 {
            Remark.say(
                "\(Count.of(sums.unfilled, "missing genotype")) could not be filled and added nothing: fewer than \(PolygenicScorer.leastForMean) samples are called there"
            )
        }
    }

    private func check(_ sums: ScoreSums, _ file: ScoreFile) throws {
        guard min(sums.coverage, sums.weightCoverage) >= minimum else {
            throw ControlError(
                "the score is not told: \(percent(sums.coverage)) of its variants and \(percent(sums.weightCoverage)) of its weights were "
                    + "matched, and --minimum-coverage is \(percent(minimum)); a VCF of all the score's sites is needed, of the same genome build"
            )
        }
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
}
