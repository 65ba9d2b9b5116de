/// Pharmacogenes (Genotype) and what guidelines say of drugs (TherapeuticImplication).
extension FHIRWriter {
    mutating func addDrugs() {
        guard let drugs = report.drugs else { return }
        for gene in drugs.genes { addGenotype(gene) }
        for (place, advice) in drugs.advice.enumerated() { addAdvice(advice, "advice.\(place + 1)") }
    }

    /// The keys of the Genotypes and of the TherapeuticImplications.
    var drugKeys: [String] {
        guard let drugs = report.drugs else { return [] }
        return drugs.genes.map { "genotype.\($0.gene)" }
            + drugs.advice.indices.filter { !genotypes(of: drugs.advice[$0]).isEmpty }.map { "advice.\($0 + 1)" }
    }

    private mutating func addGenotype(_ result: GeneResult) {
        let names = result.diplotypes.map(\.name)
        let value = names.isEmpty ? "\(result.gene): no call" : "\(result.gene) \(names.joined(separator: " or "))"
        let phenotypes = Self.phenotypes(result)
        var notes = result.remarks
        if result.origin == .outside { notes.append("The alleles are another program's call.") }
        if !result.toBePhased.isEmpty {
            notes.append(
                "The order of these positions would tell the diplotypes apart: \(result.toBePhased.joined(separator: ", "))."
            )
        }
        if !result.missing.isEmpty {
            notes.append(
                "Positions without data, which are not taken for the reference: \(result.missing.map(\.name).joined(separator: ", "))."
            )
        }
        if !result.notExcluded.isEmpty {
            let alleles = result.notExcluded.map { "\($0.name) (\($0.positions.joined(separator: ", ")))" }
            notes.append(
                "Not excluded, for positions that would tell have no data: \(alleles.joined(separator: "; ")).")
        }
        if let version = result.definitionVersion { notes.append("Definitions of alleles: \(version).") }
        add(
            Observation(
                profile: "genotype", code: FHIRCoding(.loinc, "84413-4", "Genotype display name"),
                narrative: "\(value). \(phenotypes)", value: FHIRCoding.text(value),
                components: [
                    Self.component(.geneStudied, "CodeableConcept", gene(result.gene)),
                    Self.component(.conclusion, "String", .string(phenotypes)),
                ], notes: notes), "genotype.\(result.gene)")
    }

    /// `Poor Metabolizer (activity score 0.0), or if positions without data say so Intermediate Metabolizer`.
    private static func phenotypes(_ result: GeneResult) -> String {
        let words = result.phenotypes.map { item in
            item.activityScore.map { "\(item.name) (activity score \($0))" } ?? item.name
        }
        guard !words.isEmpty else { return "" }
        let condition =
            result.phenotypesDependOnMissingPositions
            ? "; positions without data leave more than one open" : ""
        return "\(words.joined(separator: " or "))\(condition)."
    }

    /// The genes of a lookup such as `CYP2C19 Poor Metabolizer; CYP2D6 0.0` that have a result here.
    private func genotypes(of advice: DrugAdvice) -> [String] {
        let words = advice.lookup.split(separator: ";").compactMap { part in part.split(separator: " ").first }
        let genes = Set((report.drugs?.genes ?? []).map(\.gene))
        var seen: Set<String> = []
        return words.map(String.init).filter { genes.contains($0) && seen.insert($0).inserted }
    }

    private mutating func addAdvice(_ advice: DrugAdvice, _ key: String) {
        let genes = genotypes(of: advice)
        // The profile demands what an implication is derived from; advice on genes without a result stays a note of the report.
        guard !genes.isEmpty else { return }
        let parts = advice.lookup.split(separator: ";").map { OrderedJSON.cleaned(String($0)) }
        let implications = parts.map { part in
            let word = part.drop { $0 != " " }.drop { $0 == " " }
            return Self.component(
                .therapeutic, "CodeableConcept", FHIRCoding.concept(FHIRCoding.therapeutic(String(word)), text: part))
        }
        var notes: [String] = []
        if !advice.population.isEmpty { notes.append("For: \(advice.population).") }
        if !advice.implications.isEmpty { notes.append(advice.implications) }
        if !advice.diplotypes.isEmpty { notes.append("It holds for: \(advice.diplotypes.joined(separator: "; ")).") }
        if advice.isConditional {
            notes.append(
                "Other advice of this guideline may hold instead: calls or positions without data leave several open.")
        }
        let isGraded = !["", "N/A"].contains(advice.strength)
        let strength = isGraded ? "\(advice.source): \(advice.strength)" : advice.source
        add(
            Observation(
                profile: "therapeutic-implication",
                code: FHIRCoding(.undetermined, "therapeutic-implication", "Therapeutic Implication"),
                narrative: "\(advice.drug) (\(advice.source), \(advice.lookup)): \(advice.recommendation)",
                extensions: [Self.citation("\(advice.source): \(advice.guideline)")],
                derivedFrom: genes.map { "genotype.\($0)" },
                components: [Self.component(.medication, "CodeableConcept", FHIRCoding.text(advice.drug))]
                    + implications + [
                        Self.component(.evidence, "CodeableConcept", FHIRCoding.text(strength)),
                        Self.component(.conclusion, "String", .string(advice.recommendation)),
                    ], notes: notes), key)
    }

    /// What cannot be said of a gene's drugs as an implication, for the report's notes.
    var drugNotes: [String] {
        guard let drugs = report.drugs else { return [] }
        let advice = drugs.advice.filter { genotypes(of: $0).isEmpty }.map { item in
            "\(item.drug) (\(item.source), \(item.lookup)): \(item.recommendation)"
        }
        return drugs.remarks + drugs.limits + advice
    }
}
