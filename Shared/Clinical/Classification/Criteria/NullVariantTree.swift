/// PVS1 by ClinGen's decision tree (Abou Tayoun and others 2018, Hum Mutat 39:1517, figure 1).
///
/// Paths are named as AutoPVS1 does (Xiang and others 2020): NF of nonsense and frameshift, SS of splice sites, IC of start codons.
struct NullVariantTree {
    let context: CriterionContext

    private var chosen: TranscriptConsequence { context.chosen }

    /// What the tree comes to.
    func assess() -> CriterionAssessment {
        let kind = context.kind
        guard !kind.isDisjoint(with: .null) else {
            if kind.contains(.truncation) {
                return .notEvaluable(
                    .pvs1, "A part of \(chosen.gene) is deleted or duplicated; which exons is not looked at here.")
            }
            return .notMet(.pvs1, "The consequence is no null variant.", sources: Self.calls)
        }
        switch mechanism {
        case .unused(let reason): return .notEvaluable(.pvs1, reason)
        case .absent(let reason, let sources): return .notMet(.pvs1, reason, sources: sources)
        case .unknown(let reason): return .notEvaluable(.pvs1, reason)
        case .known(let reason, let sources):
            if let rule = Self.rules[chosen.gene], context.isNumberedAsPanel,
                let found = panelRule(rule, reason, sources)
            {
                return found
            }
            if kind.contains(.ablation) {
                return met(.veryStrong, "DEL1: the whole transcript is deleted", reason, sources)
            }
            if !kind.isDisjoint(with: .premature), kind.isDisjoint(with: .splice) || chosen.isDecayed != nil {
                return premature(reason, sources)
            }
            if !kind.isDisjoint(with: .splice) { return splice(reason, sources) }
            return start(reason, sources)
        }
    }

    private static let calls = ["calls"]

    // MARK: - Whether loss of function causes disease

    private enum Mechanism {
        case known(String, [String])
        case absent(String, [String])
        case unknown(String)
        case unused(String)
    }

    private var mechanism: Mechanism {
        let (gene, names) = (context.gene, context.knowledge.names)
        switch gene.panel?.nullVariants {
        case .notApplicable?:
            return .unused("ClinGen's \(gene.panel?.name ?? "panel") does not use PVS1 for \(chosen.gene).")
        case .applicable?:
            return .known(
                "ClinGen's \(gene.panel?.name ?? "panel") uses PVS1 for \(chosen.gene)", [names.thresholds])
        case nil: break
        }
        if let index = context.index {
            let count = index.spectrum(ofGene: chosen.gene, without: context.allele).pathogenicNull
            if count >= 3 {
                return .known("ClinVar has \(count) other pathogenic null variants of \(chosen.gene)", [index.source])
            }
        }
        let loeuf = gene.constraint?.loeuf.map { "LOEUF \(Figure.frequency($0))" }
        if gene.constraint?.isIntolerant == true {
            let figures = [loeuf, gene.constraint?.pLI.map { "pLI \(Figure.frequency($0))" }].compactMap { $0 }
            return .known(
                "\(chosen.gene) does not tolerate the loss of a copy (\(figures.joined(separator: ", ")))",
                [names.constraint])
        }
        if gene.isRecessive {
            return .known(
                "the disease of \(chosen.gene) is recessive, and such diseases come from loss of function",
                [names.inheritance])
        }
        if gene.modes.isEmpty, gene.constraint == nil {
            return .unknown("Whether loss of function of \(chosen.gene) causes a disease is not known here.")
        }
        return .absent(
            "Nothing here says that loss of function of \(chosen.gene) causes disease"
                + (loeuf.map { " (\($0), and no such table of a panel)." } ?? "."), [names.constraint])
    }

    // MARK: - Panels' own rules

    /// Up to which residue a panel takes truncations as very strong, and what it makes of those behind.
    private struct PanelRule {
        var path: String
        var lastResidue: Int
        var behind: Strength?
        var says: String
    }

    private static let rules: [String: PanelRule] = [
        // Mester and others 2018, Hum Mutat 39:1581: up to c.1121.
        "PTEN": PanelRule(
            path: "PTEN", lastResidue: 373, behind: .moderate, says: "truncations in front of codon 374"),
        // DiStefano and others 2019, J Mol Diagn 21:1021: one coding exon, and pathogenic truncations all along.
        "GJB2": PanelRule(
            path: "NF1", lastResidue: 226, behind: .moderate, says: "truncations of its one coding exon"),
        // ENIGMA, GN092 and GN097: the last codons whose loss causes disease.
        "BRCA1": PanelRule(path: "NF1", lastResidue: 1_853, behind: nil, says: "truncations up to codon 1853"),
        "BRCA2": PanelRule(path: "NF1", lastResidue: 3_308, behind: nil, says: "truncations up to codon 3308"),
    ]

    /// Up to which residue a panel takes truncations that escape decay as strong.
    ///
    /// Lee and others 2018, Hum Mutat 39:1553: CDH1 up to c.2506.
    private static let lastCritical = ["CDH1": 836]

    private func panelRule(_ rule: PanelRule, _ reason: String, _ sources: [String]) -> CriterionAssessment? {
        guard !context.kind.isDisjoint(with: .premature), context.kind.isDisjoint(with: .splice),
            let residue = chosen.prematureStop ?? chosen.residue
        else { return nil }
        let place = "the protein ends at residue \(residue)"
        if residue <= rule.lastResidue {
            return met(.veryStrong, "\(rule.path): \(place), and the panel takes \(rule.says)", reason, sources)
        }
        guard let behind = rule.behind else {
            return .notMet(
                .pvs1, "Behind the panel's last codon: \(place), and it takes \(rule.says).", sources: sources)
        }
        return met(behind, "\(rule.path): \(place), behind the panel's last codon for very strong", reason, sources)
    }

    // MARK: - Nonsense and frameshift

    private func premature(_ reason: String, _ sources: [String]) -> CriterionAssessment {
        guard let isDecayed = decay else {
            return .notEvaluable(
                .pvs1,
                "Whether the transcript is decayed is not known: the exons of \(chosen.transcript) are needed (--transcripts)."
            )
        }
        if isDecayed.value {
            return met(
                .veryStrong,
                "NF1: \(premature), and the transcript is decayed by nonsense-mediated decay (\(isDecayed.reason))",
                reason,
                sources)
        }
        return partial(
            ["NF3", "NF5", "NF6"], "\(premature), which escapes nonsense-mediated decay (\(isDecayed.reason))",
            lost: chosen.residue.map { $0...max($0, residues?.count ?? $0) }, reason, sources)
    }

    private var premature: String {
        let residue = (chosen.prematureStop ?? chosen.residue).map { " at residue \($0)" } ?? ""
        return "a stop codon comes too early\(residue)"
    }

    private var decay: (value: Bool, reason: String)? {
        let exon = chosen.exon.map { "exon \($0.number) of \($0.count)" }
        if let exons = context.exons?.exons, let stop = chosen.prematureStop {
            let isDecayed = exons.isDecayed(stopAt: stop)
            let place = exons.lastJunction.map { "the last junction is behind coding base \($0)" } ?? "one exon"
            return (isDecayed, isDecayed ? place : "\(place), and 50 bases in front of it count as behind")
        }
        if let known = chosen.isDecayed {
            // The tree knows the last junction alone; annotation also says that stops in the first 100 bases escape.
            if !known, let stop = chosen.prematureStop, stop <= 34, let ordinal = chosen.exon,
                ordinal.number < ordinal.count - 1
            {
                return (
                    true, "\(exon ?? ""); it may be read again from a later start, as it comes in the first 100 bases"
                )
            }
            return (known, exon ?? "by its annotation")
        }
        guard let ordinal = chosen.exon, let exon else { return nil }
        if ordinal.number == ordinal.count { return (false, exon) }
        return ordinal.number < ordinal.count - 1 ? (true, exon) : nil
    }

    /// Residues of the protein, and whose word that is.
    private var residues: (count: Int, source: String)? {
        if let known = context.exons, known.exons.residues > 0 { return (known.exons.residues, known.source) }
        if let length = context.gene.constraint?.codingLength, length >= 6 {
            return (length / 3 - 1, context.knowledge.names.constraint)
        }
        return nil
    }

    /// The branches of a protein that is made without a part.
    private func partial(
        _ paths: [String], _ what: String, lost: ClosedRange<Int>?, _ reason: String, _ sources: [String]
    ) -> CriterionAssessment {
        guard let lost, let residues, lost.lowerBound <= residues.count else {
            return .notEvaluable(
                .pvs1, "What share of the protein is lost is not known: give the transcripts (--transcripts).")
        }
        if let critical = critical(lost) {
            return met(
                .strong, "\(paths[0]): \(what), and the lost part matters: \(critical.reason)", reason,
                sources + critical.sources)
        }
        let share = Double(lost.count) / Double(residues.count)
        let figure = "\(Figure.percent(share)) of \(residues.count) residues are lost"
        return share > 0.1
            ? met(.strong, "\(paths[1]): \(what), and \(figure), more than 10 %", reason, sources + [residues.source])
            : met(
                .moderate, "\(paths[2]): \(what), and \(figure), at most 10 %", reason, sources + [residues.source])
    }

    /// Why a part of the protein is known to matter; nil where nothing says so.
    private func critical(_ lost: ClosedRange<Int>) -> (reason: String, sources: [String])? {
        let named = context.gene.hotspots.filter { $0.strength != nil && !$0.isForNewCysteine }
        if context.isNumberedAsPanel, named.contains(where: { $0.residues.overlaps(lost) }) {
            return ("it holds residues that the panel names", [context.knowledge.names.hotspots])
        }
        if let last = Self.lastCritical[chosen.gene], context.isNumberedAsPanel, lost.contains(last) {
            return ("its panel takes truncations up to codon \(last) as strong", [context.knowledge.names.thresholds])
        }
        guard let index = context.index else { return nil }
        let count = index.entries(chosen, lost, without: context.allele).count { $0.isPathogenic && $0.kind != .null }
        return count >= 2
            ? ("ClinVar has \(count) pathogenic variants in it that are no null variants", [index.source]) : nil
    }

    // MARK: - Splice sites

    private func splice(_ reason: String, _ sources: [String]) -> CriterionAssessment {
        guard let exons = context.exons else {
            return .notEvaluable(
                .pvs1,
                "Whether the exon is in frame is not known: the exons of \(chosen.transcript) are needed (--transcripts)."
            )
        }
        guard let exon = skipped else {
            return .notEvaluable(.pvs1, "Which exon is skipped is not known: the annotation names no intron.")
        }
        let all = exons.exons
        guard all.lengths.indices.contains(exon - 1), let residues = all.residues(ofExon: exon) else {
            return .notMet(
                .pvs1, "The splice site belongs to exon \(exon), which is not translated.",
                sources: sources + [exons.source])
        }
        let site = context.kind.contains(.spliceDonor) ? "donor" : "acceptor"
        let length = all.lengths[exon - 1]
        let what = "the canonical \(site) of exon \(exon) (\(length) coding bases) is lost"
        if all.before(exon) == 0 {
            return start(reason, sources, what: what + ", and the start codon with its exon")
        }
        if length % 3 != 0 {
            if all.isDecayed(withoutExon: exon) {
                return met(
                    .veryStrong, "SS1: \(what); skipping it shifts the frame, and the transcript is decayed", reason,
                    sources + [exons.source])
            }
            return partial(
                ["SS3", "SS5", "SS6"], "\(what); skipping it shifts the frame, and the transcript escapes decay",
                lost: residues.lowerBound...max(residues.lowerBound, all.residues), reason, sources)
        }
        return partial(
            ["SS10", "SS8", "SS9"], "\(what); skipping it keeps the frame",
            lost: residues.lowerBound...min(residues.upperBound, max(residues.lowerBound, all.residues)), reason,
            sources)
    }

    /// The exon that the lost site belongs to, from 1.
    private var skipped: Int? {
        guard let intron = chosen.intron else {
            // Some annotations leave out the intron; the nearest coding base is of the exon that is skipped.
            return chosen.intronPlace?.base.flatMap { context.exons?.exons.exon(withBase: $0) } ?? chosen.exon?.number
        }
        return context.kind.contains(.spliceDonor) ? intron.number : intron.number + 1
    }

    // MARK: - Start codons

    private func start(
        _ reason: String, _ sources: [String], what: String = "the start codon is lost"
    ) -> CriterionAssessment {
        guard let index = context.index, index.knows(chosen) else {
            return met(
                .supporting,
                "IC3: \(what); whether pathogenic variants lie in front of a later start codon was not looked up",
                reason,
                sources)
        }
        // Nobody looked for the next methionine: within the first tenth of the protein, at most 100 residues, one mostly comes.
        let reach = max(2, min(100, (residues?.count ?? 1_000) / 10))
        let count = index.entries(chosen, 2...reach, without: context.allele).count(where: \.isPathogenic)
        return count > 0
            ? met(
                .moderate, "IC1: \(what), and ClinVar has \(count) pathogenic variants in the first \(reach) residues",
                reason,
                sources + [index.source])
            : met(
                .supporting, "IC2: \(what), and ClinVar has no pathogenic variant in the first \(reach) residues",
                reason,
                sources + [index.source])
    }

    private func met(
        _ strength: Strength, _ what: String, _ reason: String, _ sources: [String]
    ) -> CriterionAssessment {
        var distinct: [String] = []
        for source in sources + Self.calls where !distinct.contains(source) { distinct.append(source) }
        return .met(MetCriterion(.pvs1, strength), "\(what); \(reason).", sources: distinct)
    }
}
