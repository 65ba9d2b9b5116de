import Genomics
import Statistics

/// BA1, BS1, PM2 and BS2: how often the allele is in populations, by what the number of chromosomes that were looked at allows to say.
///
/// A frequency counts for benign by its one-sided 95 % lower bound (as gnomAD's filtering allele frequency; Whiffin and others 2017), and
/// an absence counts as rare only where enough chromosomes were looked at; the bounds are Wilson's.
struct FrequencyCriteria {
    /// The thresholds, and whose they are.
    struct Thresholds {
        var standAlone: Double
        var strong: Double
        var strongStrength: Strength
        var rare: Double
        var rareStrength: Strength
        var whose: String
        var sources: [String]
    }

    private struct Seen {
        var frequency: PopulationFrequency
        /// The lower bound where the chromosomes are known, else the frequency itself.
        var floor: Double

        /// The frequency as sentences say it.
        var text: String {
            let share = Figure.frequency(frequency.frequency)
            let place = frequency.source + (frequency.population.isEmpty ? "" : " \(frequency.population)")
            guard let number = frequency.alleleNumber, number > 0 else {
                return "\(share) in \(place), of an unknown number of chromosomes"
            }
            let count = frequency.alleleCount.map { "\($0) of " } ?? ""
            return "\(share) in \(place) (\(count)\(number) chromosomes, at least \(Figure.frequency(floor)) at 95 %)"
        }
    }

    private let allele: AnnotatedAllele
    private let lookedUp: [String]
    private let thresholds: Thresholds
    private let gene: GeneKnowledge?
    private let consequence: TranscriptConsequence?
    private let seen: [Seen]

    /// `lookedUp` are the sources that the file of calls was compared with.
    init(
        _ allele: AnnotatedAllele, lookedUp: [String], gene: GeneKnowledge?, names: CriteriaKnowledge.Names
    ) {
        self.allele = allele
        self.lookedUp = lookedUp
        self.gene = gene
        consequence = allele.chosen
        thresholds = Self.thresholds(gene, isMitochondrial: MitochondrialContig.isNamed(allele.contig), names)
        seen = allele.frequencies.filter(Self.isTelling).map { frequency in
            guard let number = frequency.alleleNumber, number > 0 else {
                return Seen(frequency: frequency, floor: frequency.frequency)
            }
            let interval = WilsonInterval.of(share: frequency.frequency, trials: Double(number), z: Self.z)
            return Seen(frequency: frequency, floor: interval.lowerBound)
        }
    }

    /// One-sided 95 %.
    private static let z = 1.644_853_6
    /// A population counts from so many chromosomes on (Ghosh and others 2018).
    private static let leastNumber = 2_000
    /// Groups in which founders make alleles common; gnomAD leaves them out of its greatest frequency.
    private static let founders: Set<String> = ["ami", "asj", "fin", "mid", "oth", "remaining"]

    private static func isTelling(_ frequency: PopulationFrequency) -> Bool {
        if frequency.population.isEmpty { return true }
        return !founders.contains(frequency.population)
            && (frequency.alleleNumber.map { $0 >= leastNumber } ?? true)
    }

    private static func thresholds(
        _ gene: GeneKnowledge?, isMitochondrial: Bool, _ names: CriteriaKnowledge.Names
    ) -> Thresholds {
        // McCormick and others 2020, Hum Mutat 41:2028, for the mitochondrion.
        if isMitochondrial {
            return Thresholds(
                standAlone: 0.01, strong: 0.005, strongStrength: .strong, rare: 0.000_02, rareStrength: .supporting,
                whose: "the mitochondrial", sources: [])
        }
        // Richards and others 2015 (5 %); what is rare is the median of the panels' thresholds for recessive genes, and a tenth of that.
        let isRecessive = gene?.isRecessive ?? false
        var thresholds = Thresholds(
            standAlone: 0.05, strong: isRecessive ? 0.01 : 0.005, strongStrength: .strong,
            rare: isRecessive ? 0.000_1 : 0.000_01, rareStrength: .supporting, whose: "the general", sources: [])
        guard let panel = gene?.panel, panel.standAloneFrequency ?? panel.strongFrequency ?? panel.rareFrequency != nil
        else { return thresholds }
        thresholds.standAlone = panel.standAloneFrequency ?? thresholds.standAlone
        thresholds.strong = panel.strongFrequency ?? thresholds.strong
        thresholds.strongStrength = panel.strongFrequencyStrength
        thresholds.rare = panel.rareFrequency ?? thresholds.rare
        thresholds.rareStrength = panel.rareStrength
        thresholds.whose = "the \(panel.name)'s"
        thresholds.sources = [names.thresholds]
        return thresholds
    }

    private var sources: [String] { lookedUp + thresholds.sources }

    /// BA1, BS1, BS2 and PM2.
    func assess() -> [CriterionAssessment] {
        guard !lookedUp.isEmpty || !seen.isEmpty else {
            return [Criterion.ba1, .bs1, .bs2, .pm2].map { .notEvaluable($0, Self.missing) }
        }
        guard let highest = seen.max(by: { $0.floor < $1.floor }) else {
            let none = "It is not in \(lookedUp.joined(separator: " and "))."
            return [
                .notMet(.ba1, none, sources: lookedUp), .notMet(.bs1, none, sources: lookedUp), homozygotes(),
                .met(
                    MetCriterion(.pm2, thresholds.rareStrength),
                    "It is not in \(lookedUp.joined(separator: " and ")); how many chromosomes were looked at there is not known.",
                    sources: lookedUp),
            ]
        }
        return [standAlone(highest), strong(highest), homozygotes(), rare()]
    }

    private static let missing =
        "Population frequencies are not in the file of calls; add them: helicase annotate --annotations gnomad.vcf.gz:AC,AN,AF=gnomad_."

    private func standAlone(_ highest: Seen) -> CriterionAssessment {
        let limit = "\(thresholds.whose) threshold of \(Figure.frequency(thresholds.standAlone))"
        guard highest.floor > thresholds.standAlone else {
            return .notMet(.ba1, "Its frequency is \(highest.text), not above \(limit).", sources: sources)
        }
        if let consequence, Self.exceptions.contains("\(consequence.gene) \(Self.change(consequence))") {
            return .notMet(
                .ba1,
                "Its frequency is \(highest.text), but it is one of the nine variants to which BA1 is not applied (Ghosh and others 2018).",
                sources: sources)
        }
        return .met(
            MetCriterion(.ba1), "Its frequency is \(highest.text), above \(limit).", sources: sources)
    }

    /// Variants that are common and pathogenic, or may be (Ghosh and others 2018, Hum Mutat 39:1525).
    private static let exceptions: Set<String> = [
        "ACAD9 c.-44_-41dup", "GJB2 c.109G>A", "HFE c.187C>G", "HFE c.845G>A", "MEFV c.1105C>T", "MEFV c.1223G>A",
        "PIBF1 c.1214G>A", "ACADS c.511C>T", "BTD c.1330G>C",
    ]

    private static func change(_ consequence: TranscriptConsequence) -> Substring {
        let name = consequence.codingName ?? ""
        return name.lastIndex(of: ":").map { name[name.index(after: $0)...] } ?? name[...]
    }

    private func strong(_ highest: Seen) -> CriterionAssessment {
        let limit = "\(thresholds.whose) threshold of \(Figure.frequency(thresholds.strong))"
        if highest.floor > thresholds.standAlone {
            return .notMet(.bs1, "BA1 looks at this frequency.", sources: sources)
        }
        guard highest.floor > thresholds.strong else {
            return .notMet(.bs1, "Its frequency is \(highest.text), not above \(limit).", sources: sources)
        }
        if let exception = gene?.panel?.strongFrequencyException, !exception.isEmpty,
            consequence?.proteinName?.hasSuffix(exception) == true
        {
            return .notMet(
                .bs1, "Its frequency is \(highest.text), but the panel does not apply BS1 to \(exception).",
                sources: sources)
        }
        return .met(
            MetCriterion(.bs1, thresholds.strongStrength), "Its frequency is \(highest.text), above \(limit).",
            sources: sources)
    }

    private func rare() -> CriterionAssessment {
        let limit = "\(thresholds.whose) threshold of \(Figure.frequency(thresholds.rare))"
        guard let highest = seen.max(by: { $0.frequency.frequency < $1.frequency.frequency }) else {
            return .notEvaluable(.pm2, Self.missing)
        }
        guard highest.frequency.frequency <= thresholds.rare else {
            return .notMet(.pm2, "Its frequency is \(highest.text), above \(limit).", sources: sources)
        }
        // What the chromosomes that were looked at could have shown at all.
        let numbers = seen.filter(\.frequency.population.isEmpty).compactMap(\.frequency.alleleNumber)
        if let number = numbers.max() {
            let unseen = WilsonInterval.of(share: 0, trials: Double(number), z: Self.z).upperBound
            guard unseen <= max(thresholds.rare, 0.000_1) else {
                return .notEvaluable(
                    .pm2,
                    "Only \(number) chromosomes were looked at: an allele of a frequency of \(Figure.frequency(unseen)) may be missed among them."
                )
            }
        }
        return .met(
            MetCriterion(.pm2, thresholds.rareStrength), "Its frequency is \(highest.text), not above \(limit).",
            sources: sources)
    }

    // MARK: - Healthy people

    private func homozygotes() -> CriterionAssessment {
        let panel = gene?.panel
        if panel?.healthyPeople == .notApplicable {
            return .notEvaluable(
                .bs2, "ClinGen's \(panel?.name ?? "panel") does not use BS2 for \(consequence?.gene ?? "the gene").")
        }
        guard let gene, !gene.modes.isEmpty else {
            return .notEvaluable(.bs2, "How a disease of the gene is inherited is not known here.")
        }
        guard let count = seen.compactMap(\.frequency.homozygotes).max() else {
            return seen.isEmpty
                ? .notMet(.bs2, "It is in nobody of \(lookedUp.joined(separator: " and ")).", sources: lookedUp)
                : .notEvaluable(.bs2, "The number of homozygotes (nhomalt) is not in the file of calls.")
        }
        let steps =
            panel.map { $0.healthySteps.isEmpty ? Self.steps : $0.healthySteps } ?? Self.steps
        let people = Figure.count(count, "homozygote")
        guard let step = steps.first(where: { count >= $0.count }) else {
            return .notMet(
                .bs2, "Populations have \(people), fewer than \(steps.last?.count ?? 0).", sources: sources)
        }
        return .met(
            MetCriterion(.bs2, step.strength),
            "Populations, mostly of healthy adults, have \(people), at least \(step.count)"
                + (panel?.healthyPeople == .applicable ? " (\(panel?.name ?? ""))." : " (the general threshold)."),
            sources: sources)
    }

    /// As most panels of recessive diseases have it.
    private static let steps = [
        PanelRules.Step(count: 6, strength: .strong), PanelRules.Step(count: 3, strength: .supporting),
    ]
}
