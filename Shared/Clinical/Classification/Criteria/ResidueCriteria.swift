/// PS1, PM5 and PM1: what is known of other variants of a missense variant's residue and of those around it.
struct ResidueCriteria {
    let context: CriterionContext

    private var chosen: TranscriptConsequence { context.chosen }

    /// PS1, PM1 and PM5.
    func assess() -> [CriterionAssessment] {
        guard context.isMissense, let residue = chosen.residue, let change = chosen.substitution else {
            return Self.notMissense
        }
        let others =
            context.index.flatMap { index in
                index.knows(chosen) ? index.entries(chosen, residue...residue, without: context.allele) : nil
            }
        let missense = others?.filter { $0.kind == .missense && $0.isPathogenic && $0.from == change.from }
        let same = same(missense?.filter { $0.to == change.to }, residue)
        return [
            same, region(residue, change),
            other(missense?.filter { $0.to != change.to }, residue, change, isSameMet: same.outcome == .met),
        ]
    }

    /// What the three say of all other consequences.
    static let notMissense: [CriterionAssessment] = [Criterion.ps1, .pm1, .pm5].map {
        .notMet($0, "The consequence is no exchange of one residue.", sources: ["calls"])
    }

    private static let noIndex =
        "Other variants of the residue are not known here: give ClinVar's VCF, annotated with the same transcripts (--clinvar)."

    private var absence: String {
        context.index == nil
            ? Self.noIndex : "\(context.index?.source ?? "ClinVar") has no clear variant of \(chosen.transcript)."
    }

    private func same(_ found: [ClinVarIndex.Entry]?, _ residue: Int) -> CriterionAssessment {
        if context.panel?.sameChange == .notApplicable { return context.unused(.ps1) }
        guard let found, let index = context.index else { return .notEvaluable(.ps1, absence) }
        guard let best = found.min(by: { !$0.isLikely && $1.isLikely }) else {
            return .notMet(
                .ps1, "ClinVar has no other pathogenic variant with the same exchange at residue \(residue).",
                sources: [index.source])
        }
        let most = context.panel?.sameChangeMost ?? .strong
        return .met(
            MetCriterion(.ps1, min(best.isLikely ? .moderate : .strong, most)),
            "ClinVar has \(found.count == 1 ? "another variant" : "\(found.count) other variants") of the same exchange at residue \(residue), "
                + (best.isLikely ? "likely pathogenic." : "pathogenic."), sources: [index.source])
    }

    private func other(
        _ found: [ClinVarIndex.Entry]?, _ residue: Int, _ change: (from: UInt8, to: UInt8), isSameMet: Bool
    ) -> CriterionAssessment {
        guard let found, let index = context.index else { return .notEvaluable(.pm5, absence) }
        if isSameMet {
            return .notMet(.pm5, "PS1 looks at this residue already.", sources: [index.source])
        }
        let panel = context.panel
        var telling = found.filter { !$0.isLikely || panel?.takesLikelyPathogenic ?? true }
        let own = AminoAcidDistance.grantham(change.from, change.to)
        if let rule = panel?.sameResidueDistance, rule == "ge" || rule == "gt" {
            telling = telling.filter {
                let known = AminoAcidDistance.grantham($0.from, $0.to)
                return rule == "ge" ? own >= known : own > known
            }
        }
        guard let best = telling.min(by: { !$0.isLikely && $1.isLikely }) else {
            let less = found.isEmpty ? "no" : "no telling"
            return .notMet(
                .pm5, "ClinVar has \(less) pathogenic missense variant of another exchange at residue \(residue).",
                sources: [index.source])
        }
        let exchanges = Set(telling.filter { !$0.isLikely }.map(\.to)).count
        let most = panel?.sameResidueMost ?? .moderate
        let strength: Strength = best.isLikely ? .supporting : exchanges > 1 ? .strong : .moderate
        let letters = Set(telling.map(\.to)).sorted().map { String(UnicodeScalar($0)) }.joined(separator: ", ")
        return .met(
            MetCriterion(.pm5, min(strength, most)),
            "ClinVar has other \(best.isLikely ? "likely pathogenic" : "pathogenic") exchanges at residue \(residue): to \(letters).",
            sources: [index.source])
    }

    // MARK: - PM1

    /// Residues on each side that are looked at without a panel's word, and how many pathogenic variants they must have.
    private static let reach = 8
    private static let least = 4

    private func region(_ residue: Int, _ change: (from: UInt8, to: UInt8)) -> CriterionAssessment {
        let hotspots = context.gene.hotspots
        let names = context.knowledge.names
        if !hotspots.isEmpty {
            let used = hotspots.filter { $0.strength != nil }
            if used.isEmpty { return context.unused(.pm1) }
            guard context.isNumberedAsPanel else { return context.misnumbered(.pm1) }
            let found = used.compactMap { spot -> (strength: Strength, range: ClosedRange<Int>)? in
                guard let strength = spot.strength, let range = spot.residues.range(with: residue),
                    !spot.isForNewCysteine || change.to == UInt8(ascii: "C")
                else { return nil }
                return (strength, range)
            }
            guard let best = found.max(by: { $0.strength < $1.strength }) else {
                return .notMet(
                    .pm1, "Residue \(residue) is none of those that the panel names for \(chosen.gene).",
                    sources: [names.hotspots])
            }
            let place = best.range.count == 1 ? "" : " (\(best.range.lowerBound) to \(best.range.upperBound))"
            return .met(
                MetCriterion(.pm1, best.strength),
                "Residue \(residue) is one of those that the panel names for \(chosen.gene)\(place).",
                sources: [names.hotspots])
        }
        guard let index = context.index, index.knows(chosen) else { return .notEvaluable(.pm1, absence) }
        let around = index.entries(
            chosen, max(1, residue - Self.reach)...(residue + Self.reach), without: context.allele
        ).filter { $0.kind == .missense }
        let pathogenic = around.count(where: \.isPathogenic)
        let benign = around.count - pathogenic
        let what =
            "ClinVar has \(pathogenic) pathogenic and \(benign) benign missense variants within \(Self.reach) residues"
        guard pathogenic >= Self.least, benign == 0 else {
            return .notMet(
                .pm1, "\(what); \(Self.least) pathogenic and no benign ones make a hot spot here.",
                sources: [index.source])
        }
        return .met(MetCriterion(.pm1), "\(what).", sources: [index.source])
    }
}

/// How different two amino acids are (Grantham 1974, Science 185:862), from composition, polarity and volume.
enum AminoAcidDistance {
    private static let properties: [UInt8: (composition: Double, polarity: Double, volume: Double)] = [
        UInt8(ascii: "S"): (1.42, 9.2, 32), UInt8(ascii: "R"): (0.65, 10.5, 124), UInt8(ascii: "L"): (0, 4.9, 111),
        UInt8(ascii: "P"): (0.39, 8, 32.5), UInt8(ascii: "T"): (0.71, 8.6, 61), UInt8(ascii: "A"): (0, 8.1, 31),
        UInt8(ascii: "V"): (0, 5.9, 84), UInt8(ascii: "G"): (0.74, 9, 3), UInt8(ascii: "I"): (0, 5.2, 111),
        UInt8(ascii: "F"): (0, 5.2, 132), UInt8(ascii: "Y"): (0.2, 6.2, 136), UInt8(ascii: "C"): (2.75, 5.5, 55),
        UInt8(ascii: "H"): (0.58, 10.4, 96), UInt8(ascii: "Q"): (0.89, 10.5, 85), UInt8(ascii: "N"): (1.33, 11.6, 56),
        UInt8(ascii: "K"): (0.33, 11.3, 119), UInt8(ascii: "D"): (1.38, 13, 54), UInt8(ascii: "E"): (0.92, 12.3, 83),
        UInt8(ascii: "M"): (0, 5.7, 105), UInt8(ascii: "W"): (0.13, 5.4, 170),
    ]

    /// The distance, 0 to 215; 0 where one of them is none of the twenty.
    static func grantham(_ one: UInt8, _ other: UInt8) -> Double {
        guard let a = properties[one], let b = properties[other] else { return 0 }
        func square(_ value: Double) -> Double { value * value }
        let sum =
            1.833 * square(a.composition - b.composition) + 0.1018 * square(a.polarity - b.polarity)
            + 0.000399 * square(a.volume - b.volume)
        return (50.723 * sum.squareRoot()).rounded()
    }
}
