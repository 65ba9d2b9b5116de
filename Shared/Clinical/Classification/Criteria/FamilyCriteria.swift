/// PS2, PM6, PM3, BP2, PP1 and BS4: what parents, relatives and the gene's other allele say.
struct FamilyCriteria {
    let context: CriterionContext
    /// What PM2 says: PM3 counts of rare alleles alone.
    let rarity: CriterionAssessment.Outcome

    private var family: FamilyEvidence? { context.evidence.family }
    private var sources: [String] { ["calls", "case"] }

    /// All six.
    func assess() -> [CriterionAssessment] {
        let (confirmed, assumed) = deNovo()
        return [confirmed, assumed, inTrans(), besides(), withDisease(), withoutAllele()]
    }

    // MARK: - New alleles

    private func deNovo() -> (CriterionAssessment, CriterionAssessment) {
        func open(_ reason: String) -> (CriterionAssessment, CriterionAssessment) {
            (.notEvaluable(.ps2, reason), .notEvaluable(.pm6, reason))
        }
        func denied(_ reason: String) -> (CriterionAssessment, CriterionAssessment) {
            (.notMet(.ps2, reason, sources: sources), .notMet(.pm6, reason, sources: sources))
        }
        let lineage = family?.lineage ?? .both
        if lineage == .mitochondrial {
            return open(
                "Shares of mitochondrial DNA differ between tissues: the mother's calls do not tell that it is new.")
        }
        // Who may have given it; of a male's X the father's own X says nothing.
        let parents: [(name: String, call: FamilyEvidence.Parent?)] =
            (lineage == .father ? [] : [("the mother", family?.mother)])
            + (lineage == .mother ? [] : [("the father", family?.father)])
        guard parents.allSatisfy({ $0.call != nil }) else {
            return open(parents.count == 2 ? Self.noParents : "The calls of \(parents[0].name) are needed.")
        }
        guard let call = context.allele.call else { return open(Self.noCall) }
        if family?.isAffected == false { return open(Self.healthy) }
        if let unknown = parents.first(where: { $0.call?.copies == nil }) {
            return open("Whether \(unknown.name) has the allele cannot be told from the calls.")
        }
        let having = parents.filter { ($0.call?.copies ?? 0) > 0 }
        guard having.isEmpty else {
            return denied("It is inherited: \(having.count == 2 ? "both parents have" : "\(having[0].name) has") it.")
        }
        guard call.zygosity != .homozygous else {
            return denied("Both copies have it and neither parent does: a wrong call is likelier than two new changes.")
        }
        if family?.mother?.isAffected == true || family?.father?.isAffected == true {
            return denied("It is new, but a parent has the disease too.")
        }
        // One proband counts 2 points where the phenotype is specific for the gene, else 1; half of that where parentage is assumed
        // (ClinGen, recommendation for de novo criteria, version 1.1).
        let isSpecific =
            context.evidence.phenotype.map { $0.logLikelihoodRatio >= PhenotypeEvidence.threshold } ?? false
        let fit =
            isSpecific
            ? "the phenotypes fit the gene's disease" : "how well the phenotypes fit the gene's disease is open"
        let isConfirmed = family?.isParentageConfirmed ?? false
        let lacking =
            parents.count == 2 ? "Neither parent has it" : "\(parents[0].name.capitalizedFirst) does not have it"
        let what = "\(lacking), parentage is \(isConfirmed ? "confirmed by the calls" : "assumed"), and \(fit)."
        let strength: Strength = isConfirmed ? isSpecific ? .strong : .moderate : isSpecific ? .moderate : .supporting
        let met = CriterionAssessment.met(
            MetCriterion(isConfirmed ? .ps2 : .pm6, strength), what, sources: sources)
        return isConfirmed
            ? (met, .notMet(.pm6, "PS2 looks at it.", sources: sources))
            : (.notMet(.ps2, "Parentage is not confirmed; PM6 looks at it.", sources: sources), met)
    }

    private static let noParents = "Both parents' calls are needed."
    private static let healthy = "The pedigree says that the person does not have the disease."
    private static let noCall = "The person's own call is not known."

    // MARK: - The gene's other allele

    private func inTrans() -> CriterionAssessment {
        if context.gene.modes.isEmpty {
            return .notEvaluable(.pm3, "How a disease of \(context.chosen.gene) is inherited is not known here.")
        }
        guard context.gene.modes.contains("AR") else {
            return .notMet(
                .pm3,
                "The disease of \(context.chosen.gene) is not recessive (\(context.gene.modes.joined(separator: ", "))).",
                sources: [context.knowledge.names.inheritance])
        }
        guard let call = context.allele.call else { return .notEvaluable(.pm3, Self.noCall) }
        switch rarity {
        case .met: break
        case .notMet:
            return .notMet(
                .pm3, "It is not rare enough for PM2, so what it is found with says nothing.", sources: sources)
        case .notEvaluable: return .notEvaluable(.pm3, "Whether it is rare (PM2) is not known, which PM3 asks for.")
        }
        // ClinGen, recommendation for in trans criterion PM3, version 1.0: points of one proband, by hundredths.
        if call.zygosity == .homozygous {
            let parents = [("mother", family?.mother?.copies), ("father", family?.father?.copies)]
            if let lacking = parents.first(where: { $0.1 == 0 }) {
                return .notMet(
                    .pm3,
                    "Both copies seem to have it and the \(lacking.0) has none: a deletion on the other chromosome, or both copies from one parent, "
                        + "is possible.", sources: sources)
            }
            return .met(
                MetCriterion(.pm3, .supporting), "Both copies have it (0.5 points of PM3).", sources: sources)
        }
        guard let companions = family?.companions else {
            return .notEvaluable(.pm3, "The gene's other alleles in this person were not looked at.")
        }
        let points = companions.map { (companion: $0, points: Self.points($0)) }
        guard let best = points.max(by: { $0.points < $1.points }), best.points >= 50 else {
            return .notMet(
                .pm3, "No likely pathogenic allele of \(context.chosen.gene) is found on the other chromosome.",
                sources: sources)
        }
        return .met(
            MetCriterion(.pm3, best.points >= 100 ? .moderate : .supporting),
            "\(best.companion.name), \(best.companion.byPoints.rawValue.lowercased()), is "
                + (best.companion.placement == .trans
                    ? "on the other chromosome" : "there too, on which chromosome is open")
                + " (\(best.points / 100).\(best.points % 100 / 10) points of PM3).", sources: sources)
    }

    private static func points(_ companion: FamilyEvidence.Companion) -> Int {
        switch (companion.placement, companion.byPoints) {
        case (.trans, .pathogenic), (.trans, .likelyPathogenic): 100
        case (.unknown, .pathogenic): 50
        case (.unknown, .likelyPathogenic): 25
        default: 0
        }
    }

    private func besides() -> CriterionAssessment {
        guard let companions = family?.companions else {
            return .notEvaluable(.bp2, "The gene's other alleles in this person were not looked at.")
        }
        let strong = companions.filter { $0.byPoints == .pathogenic || $0.byPoints == .likelyPathogenic }
        if let beside = strong.first(where: { $0.placement == .cis }) {
            return .met(
                MetCriterion(.bp2),
                "\(beside.name), \(beside.byPoints.rawValue.lowercased()), lies on the same chromosome.",
                sources: sources)
        }
        let isDominant = context.gene.modes == ["AD"]
        if isDominant, let opposite = strong.first(where: { $0.placement == .trans }) {
            return .met(
                MetCriterion(.bp2),
                "\(opposite.name), \(opposite.byPoints.rawValue.lowercased()), lies on the other chromosome, and the disease is dominant.",
                sources: sources)
        }
        return .notMet(
            .bp2,
            "No pathogenic allele of \(context.chosen.gene) lies where it would explain the disease without this one.",
            sources: sources)
    }

    // MARK: - Relatives

    private func withDisease() -> CriterionAssessment {
        guard let segregation else { return .notEvaluable(.pp1, noRelatives) }
        let count = segregation.informativeMeioses
        guard segregation.affectedWithout == 0 else {
            return .notMet(
                .pp1, "\(Figure.count(segregation.affectedWithout, "affected relative")) without it.", sources: sources)
        }
        // Jarvik and Browning 2016, Am J Hum Genet 98:1077: one family.
        let strength: Strength? =
            switch count {
            case 5...: .strong
            case 4: .moderate
            case 3: .supporting
            default: nil
            }
        let words = count == 1 ? "1 informative meiosis" : "\(count) informative meioses"
        let others =
            segregation.unaffectedWith == 0
            ? "" : " \(Figure.count(segregation.unaffectedWith, "relative")) with it and without the disease."
        guard let strength else {
            return .notMet(
                .pp1, "It went with the disease in \(words); 3 are the fewest that count.\(others)", sources: sources)
        }
        return .met(MetCriterion(.pp1, strength), "It went with the disease in \(words).\(others)", sources: sources)
    }

    private func withoutAllele() -> CriterionAssessment {
        guard let segregation else { return .notEvaluable(.bs4, noRelatives) }
        let count = segregation.affectedWithout
        guard count > 0 else { return .notMet(.bs4, "No affected relative is without it.", sources: sources) }
        return .met(
            MetCriterion(.bs4), "\(Figure.count(count, "affected relative")) without it.", sources: sources)
    }

    /// By one copy, or by both where the disease takes two, or the person has two and the gene's diseases are of both kinds.
    private var segregation: FamilyEvidence.Segregation? {
        context.gene.isRecessive
            || context.gene.modes.contains("AR") && family?.pairSegregation != nil
            ? family?.pairSegregation : family?.segregation
    }

    private var noRelatives: String {
        if family?.lineage == .mitochondrial {
            return "Mitochondrial DNA passes to all of a mother's children: who has it says nothing."
        }
        if family?.isAffected == false { return Self.healthy }
        return context.gene.isRecessive
            ? "Calls of affected full siblings are needed, and of the gene's other allele on the other chromosome."
            : "Calls of affected relatives are needed."
    }
}

/// PP4: how telling the phenotypes must be.
enum PhenotypeEvidence {
    /// The logarithm of 18.7, the odds of a strong criterion (Tavtigian and others 2020), for one that supports: terms that go together are
    /// counted as if they did not.
    static let threshold = 2.93

    /// PP4.
    static func assess(_ fit: PhenotypeFit?, gene: String) -> CriterionAssessment {
        guard let fit else {
            return .notEvaluable(.pp4, "The person's phenotypes are not known: give a case (--case).")
        }
        let figure = Int((fit.logLikelihoodRatio * 10).rounded())
        let text = "\(figure < 0 ? "-" : "")\(abs(figure) / 10).\(abs(figure) % 10)"
        let what = "The phenotypes fit \(fit.disease) of \(gene) with a log-likelihood ratio of \(text)"
        return fit.logLikelihoodRatio >= threshold
            ? .met(MetCriterion(.pp4), "\(what), 2.9 or more.", sources: ["case", fit.source])
            : .notMet(.pp4, "\(what), less than 2.9.", sources: ["case", fit.source])
    }
}

extension String {
    /// The same with a capital letter at the beginning.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
