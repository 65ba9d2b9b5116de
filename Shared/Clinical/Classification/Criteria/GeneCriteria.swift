/// PP2 and BP1: whether missense variants of the gene cause its disease at all.
struct GeneCriteria {
    let context: CriterionContext

    private var chosen: TranscriptConsequence { context.chosen }

    /// PP2 and BP1; `met` are the criteria that are met so far, for panels that ask for others beside PP2.
    func assess(met: Set<Criterion>) -> [CriterionAssessment] { [missense(met), truncating()] }

    /// From so many expected in excess of observed missense variants on, in standard deviations (gnomAD's advice).
    private static let missenseZ = 3.09
    /// So many pathogenic variants are needed to speak of a gene's spectrum.
    private static let least = 10

    private func missense(_ met: Set<Criterion>) -> CriterionAssessment {
        guard context.isMissense else { return Self.notMissense(.pp2) }
        let names = context.knowledge.names
        if let panel = context.panel, let use = panel.missenseGene {
            guard use == .applicable else { return context.unused(.pp2) }
            let lacking = panel.missenseGeneNeeds.filter { !met.contains($0) }
            guard lacking.isEmpty else {
                return .notMet(
                    .pp2,
                    "The panel uses PP2 with \(lacking.map(\.rawValue).joined(separator: " and ")) alone, which is not met.",
                    sources: [names.thresholds])
            }
            return .met(
                MetCriterion(.pp2), "ClinGen's \(panel.name) uses PP2 for missense variants of \(chosen.gene).",
                sources: [names.thresholds])
        }
        guard let z = context.gene.constraint?.missenseZ else {
            return .notEvaluable(.pp2, "The constraint of \(chosen.gene) against missense variants is not known here.")
        }
        let figure = "missense z of \(chosen.gene) is \(Self.text(z))"
        guard z >= Self.missenseZ else {
            return .notMet(.pp2, "The \(figure), below \(Self.missenseZ).", sources: [names.constraint])
        }
        guard let index = context.index else {
            return .met(
                MetCriterion(.pp2), "The \(figure), \(Self.missenseZ) or more.", sources: [names.constraint])
        }
        let spectrum = index.spectrum(ofGene: chosen.gene, without: context.allele)
        let figures =
            "ClinVar has \(spectrum.pathogenicMissense) pathogenic and \(spectrum.benignMissense) benign missense variants"
        guard spectrum.pathogenicMissense > spectrum.benignMissense else {
            return .notMet(.pp2, "The \(figure), but \(figures).", sources: [names.constraint, index.source])
        }
        return .met(
            MetCriterion(.pp2), "The \(figure), \(Self.missenseZ) or more, and \(figures).",
            sources: [names.constraint, index.source])
    }

    private func truncating() -> CriterionAssessment {
        if let panel = context.panel, let use = panel.truncatingGene {
            guard use == .applicable else { return context.unused(.bp1) }
            return panelRule(panel)
        }
        guard context.isMissense else { return Self.notMissense(.bp1) }
        guard let index = context.index else {
            return .notEvaluable(
                .bp1,
                "Which variants of \(chosen.gene) are pathogenic is not known here: give ClinVar's VCF (--clinvar).")
        }
        let spectrum = index.spectrum(ofGene: chosen.gene, without: context.allele)
        let all = spectrum.pathogenicNull + spectrum.pathogenicMissense
        let figures =
            "of \(all) pathogenic null and missense variants of \(chosen.gene) in ClinVar, \(spectrum.pathogenicMissense) are missense"
        guard all >= Self.least, Double(spectrum.pathogenicMissense) < 0.1 * Double(all) else {
            return .notMet(
                .bp1, "Missense variants are not known to be harmless: \(figures).", sources: [index.source])
        }
        return .met(MetCriterion(.bp1), "Truncations cause the disease: \(figures).", sources: [index.source])
    }

    /// `truncating` are genes whose missense variants cause disease, so that truncations speak against; `broad` takes synonymous and in-frame ones too.
    private func panelRule(_ panel: PanelRules) -> CriterionAssessment {
        let sources = [context.knowledge.names.thresholds]
        let isTarget: Bool
        switch panel.truncatingGeneTarget {
        case "truncating": isTarget = !context.kind.isDisjoint(with: .premature)
        case "broad":
            isTarget =
                (context.isMissense
                    || !context.kind.isDisjoint(with: [.synonymous, .inframeDeletion, .inframeInsertion]))
                && context.kind.isDisjoint(with: .null)
        default: isTarget = context.isMissense
        }
        guard isTarget, let residue = chosen.residue else {
            return .notMet(
                .bp1, "ClinGen's \(panel.name) does not apply BP1 to such a consequence.", sources: sources)
        }
        guard panel.truncatingGeneExclusions.isEmpty || context.isNumberedAsPanel else {
            return context.misnumbered(.bp1)
        }
        if let region = panel.truncatingGeneExclusions.range(with: residue) {
            return .notMet(
                .bp1,
                "Residue \(residue) is in a region that matters (\(region.lowerBound) to \(region.upperBound)), where the panel does not apply BP1.",
                sources: sources)
        }
        if panel.truncatingGeneNeedsSplice {
            guard let splicing = context.evidence.splicing else {
                return .notEvaluable(
                    .bp1,
                    "Residue \(residue) is outside of the regions that matter, but the panel asks for a prediction of splicing, and none was made."
                )
            }
            guard splicing.delta <= SplicingThresholds.none else {
                return .notMet(
                    .bp1, "Splicing is predicted to change by \(Figure.frequency(splicing.delta)).",
                    sources: sources + [splicing.model])
            }
        }
        return .met(
            MetCriterion(.bp1, panel.truncatingGeneStrength),
            "ClinGen's \(panel.name) applies BP1 to it: residue \(residue) is outside of the regions that matter.",
            sources: sources + (panel.truncatingGeneNeedsSplice ? [context.evidence.splicing?.model ?? ""] : []))
    }

    /// What the two say of all other consequences.
    static func notMissense(_ criterion: Criterion) -> CriterionAssessment {
        .notMet(criterion, "The consequence is no missense.", sources: ["calls"])
    }

    private static func text(_ value: Double) -> String {
        let hundredths = Int((abs(value) * 100).rounded())
        return "\(value < 0 ? "-" : "")\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
