import Foundation

/// The polygenic scores that a report is asked for, and the panel that they are told among.
struct ReportRisk: Sendable {
    /// What was told and what was not.
    struct Outcome: Sendable {
        var told: [ClinicalReport.RiskFinding] = []
        var untold: [ClinicalReport.UntoldRisk] = []
        var remarks: [String] = []
    }

    private let scores: [(file: ScoreFile, source: ClinicalReport.Source)]
    private let panel: RiskPanel?
    private let panelSource: ClinicalReport.Source?

    /// Reads the score files and finds the panel's components; throws for one that is damaged.
    init(_ files: [KnowledgeFile]) throws {
        scores = try files.filter { $0.role == .scores }.map { (try ScoreFile(path: $0.path), $0.source) }
        let labels = try files.first { $0.role == .labels }.map { try RiskPanel.labels(path: $0.path) }
        let people = scores.isEmpty ? nil : files.first { $0.role == .panel }
        panel = try people.map { try RiskPanel(path: $0.path, labels: labels ?? [:]) }
        panelSource = people?.source
    }

    /// The scores of a sample of a file of calls; what is below the least coverage is not told.
    func outcome(calls path: String, sample: String) throws -> Outcome {
        var outcome = Outcome()
        guard !scores.isEmpty else { return outcome }
        let placement = try panel.map { try $0.place(path) }
        for (file, source) in scores {
            let risk = PolygenicRisk(PolygenicScorer(file))
            let (sums, people) = try risk.sums(of: path, panel: panel?.path)
            let name = file.identifier ?? source.name
            let trait = file.trait ?? "a trait that the file does not name"
            outcome.remarks += risk.words(sums).map { "\(name): \($0)" }
            guard let place = sums.samples.firstIndex(of: sample) else { continue }
            func untold(_ reason: String) {
                outcome.untold.append(
                    .init(
                        score: name, trait: trait, matched: sums.called[place], variants: file.rows.count,
                        reason: reason))
            }
            if let refusal = risk.refusal(sums) {
                untold("\(refusal).")
                continue
            }
            guard risk.isEnough(sums, sample: place) else {
                untold(
                    "\(Figure.percent(sums.coverage(sample: place))) of its variants, or of its weights, have a genotype, and "
                        + "\(Figure.percent(risk.options.minimumCoverage)) is the least.")
                continue
            }
            var finding = ClinicalReport.RiskFinding(
                score: name, trait: trait, value: sums.sums[place], matched: sums.called[place],
                variants: file.rows.count)
            finding.source = source.label
            if let panel, let placement, let people {
                let percentile = try panel.percentiles(
                    of: sums, panel: people, at: placement, minimumCoverage: risk.options.minimumCoverage)[place]
                finding.panel = panelSource?.label
                if let percentile {
                    finding.percentile = percentile.value
                    finding.interval = [percentile.interval.lowerBound, percentile.interval.upperBound]
                    if let nearest = try panel.population(of: place, at: placement) {
                        (finding.population, finding.populationProbability) = (nearest.name, nearest.probability)
                    }
                } else {
                    finding.note =
                        "No percentile is told: \(Figure.percent(placement.called[place])) of the panel's sites are called, too few to say where "
                        + "the person lies among its people."
                }
            }
            outcome.told.append(finding)
        }
        return outcome
    }
}
