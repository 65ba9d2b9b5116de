/// Predicted changes of splicing (Walker and others 2023, Am J Hum Genet 110:1046).
enum SplicingThresholds {
    /// From here on it is PP3.
    static let some = 0.2
    /// Up to here it is BP4.
    static let none = 0.1
}

/// PP3, BP4 and BP7: what programs predict, one line of evidence however many programs speak.
struct PredictionCriteria {
    let context: CriterionContext

    private var chosen: TranscriptConsequence { context.chosen }

    /// PP3, BP4 and BP7; `nullStrength` is that of PVS1, which looks at the same loss.
    func assess(nullStrength: Strength?) -> [CriterionAssessment] {
        let (pathogenic, benign) = predictions(isNull: nullStrength != nil)
        return [pathogenic, benign, silent(pathogenic, benign)]
    }

    private func predictions(isNull: Bool) -> (CriterionAssessment, CriterionAssessment) {
        if isNull || !context.kind.isDisjoint(with: .null) {
            let reason = "PVS1 looks at the loss of the product; a prediction of it is no further evidence."
            return (
                .notMet(.pp3, reason, sources: ["calls"]), .notMet(.bp4, reason, sources: ["calls"])
            )
        }
        if chosen.gene == "TP53", context.isMissense, let name = chosen.codingName,
            let code = context.knowledge.codes[
                String(name[(name.lastIndex(of: ":").map(name.index(after:)) ?? name.startIndex)...])]
        {
            let reason = "The panel's table for TP53 (Align-GVGD, BayesDel) has \(code.name) for it."
            return pair(code, reason, [context.knowledge.names.codes])
        }
        let splicing = context.evidence.splicing
        if let splicing, splicing.delta >= SplicingThresholds.some {
            return pair(
                MetCriterion(.pp3),
                "Splicing is predicted to change by \(Figure.frequency(splicing.delta)), \(SplicingThresholds.some) or more.",
                [splicing.model])
        }
        if let score = context.evidence.score {
            var figures = "The network's probability of pathogenic is \(Figure.frequency(score.probability)), "
            figures += "a likelihood ratio of \(Self.ratio(score.likelihoodRatio))"
            if score.interval.count == 2 {
                figures += " (\(Self.ratio(score.interval[0])) to \(Self.ratio(score.interval[1])) at 95 %)"
            }
            return pair(score.criterion, figures + ".", [score.model])
        }
        if let splicing, !context.isMissense {
            return pair(
                splicing.delta <= SplicingThresholds.none ? MetCriterion(.bp4) : nil,
                "Splicing is predicted to change by \(Figure.frequency(splicing.delta)).", [splicing.model])
        }
        let reason = context.evidence.scoreAbsence ?? "No program's prediction for it is at hand."
        return (.notEvaluable(.pp3, reason), .notEvaluable(.bp4, reason))
    }

    /// One criterion of the two is met, or none.
    private func pair(
        _ met: MetCriterion?, _ reason: String, _ sources: [String]
    ) -> (CriterionAssessment, CriterionAssessment) {
        func assessment(_ criterion: Criterion) -> CriterionAssessment {
            guard let met, met.criterion == criterion else { return .notMet(criterion, reason, sources: sources) }
            return .met(met, reason, sources: sources)
        }
        return (assessment(.pp3), assessment(.bp4))
    }

    private static func ratio(_ value: Double) -> String {
        value < 1
            ? Figure.frequency(value) : value < 1e6 ? "\(Double(Int((value * 10).rounded())) / 10)" : "above 1000000"
    }

    // MARK: - BP7

    private func silent(_ splice: CriterionAssessment, _ benign: CriterionAssessment) -> CriterionAssessment {
        let kind = context.kind
        let isSilent =
            kind.contains(.synonymous) && kind.isDisjoint(with: [.missense, .stopGained, .frameshift, .stopLost])
        let offset = kind.contains(.intron) ? chosen.intronPlace?.offset : nil
        guard isSilent || kind.contains(.intron), kind.isDisjoint(with: .null) else { return Self.notSilent }
        if splice.outcome == .met {
            return .notMet(.bp7, "A prediction speaks against it: PP3 is met.", sources: splice.sources)
        }
        let place: String
        if isSilent {
            guard !kind.contains(.spliceRegion) else {
                return .notMet(
                    .bp7, "It is synonymous, but within three bases of a splice site.", sources: ["calls"])
            }
            place = "It is synonymous, more than three bases from a splice site"
        } else {
            guard let offset else {
                return .notEvaluable(.bp7, "How far it lies from the exon is not known: the annotation has no HGVSc.")
            }
            let limits = limits
            guard offset >= limits.donor || offset <= -limits.acceptor else {
                return .notMet(
                    .bp7,
                    "It lies \(abs(offset)) bases from the exon, within +\(limits.donor) and -\(limits.acceptor) of splice sites.",
                    sources: ["calls"])
            }
            place =
                "It lies \(abs(offset)) bases from the exon, beyond +\(limits.donor) and -\(limits.acceptor) of splice sites"
        }
        if let splicing = context.evidence.splicing {
            guard splicing.delta <= SplicingThresholds.none else {
                return .notMet(
                    .bp7, "\(place), but splicing is predicted to change by \(Figure.frequency(splicing.delta)).",
                    sources: [splicing.model])
            }
            return .met(
                MetCriterion(.bp7),
                "\(place), and splicing is predicted to change by \(Figure.frequency(splicing.delta)).",
                sources: ["calls", splicing.model])
        }
        if benign.outcome == .met {
            return .met(
                MetCriterion(.bp7), "\(place), and the prediction is that it does nothing: BP4 is met.",
                sources: ["calls"] + benign.sources)
        }
        // Far more variants of introns than synonymous ones make splice sites, and nothing else is looked at there.
        guard isSilent else {
            return .notEvaluable(
                .bp7,
                "\(place), but no prediction of splicing was made, and an intron's place alone does not say enough.")
        }
        return .met(
            MetCriterion(.bp7), "\(place); no prediction of splicing was made, its place alone says so.",
            sources: ["calls"])
    }

    /// How far from an exon BP7 begins: Walker and others 2023, or the panel's word; a panel that takes all beyond the canonical sites needs a
    /// prediction of splicing.
    private var limits: (donor: Int, acceptor: Int) {
        switch context.panel?.silentIntron {
        case .limits(let donor, let acceptor)?: (donor, acceptor)
        case .noncanonical? where context.evidence.splicing != nil: (3, 3)
        default: (7, 21)
        }
    }

    /// What BP7 says of all other consequences.
    static let notSilent = CriterionAssessment.notMet(
        .bp7, "The consequence is neither synonymous nor in an intron.", sources: ["calls"])
}
