/// Finds the recommendations whose conditions a person's genes meet.
struct AdviceFinder {
    let genes: [String: GeneResult]
    let knowledge: PharmacogenomicKnowledge

    init(genes: [GeneResult], knowledge: PharmacogenomicKnowledge) {
        self.genes = Dictionary(genes.map { ($0.gene, $0) }, uniquingKeysWith: { first, _ in first })
        self.knowledge = knowledge
    }

    /// One entry for each drug, source and population, by drug; several where the calls leave several phenotypes open.
    func advice() -> [DrugAdvice] {
        var found: [DrugAdvice] = []
        for record in knowledge.guidelines.recommendations {
            let called = record.conditions.filter { genes[$0.gene]?.isCalled ?? false }
            guard !called.isEmpty, record.conditions.allSatisfy({ meets($0.condition, gene: $0.gene) }) else {
                continue
            }
            let diplotypes = called.map { demand in
                "\(demand.gene) \(genes[demand.gene]?.diplotypes.map(\.name).joined(separator: "; ") ?? "")"
            }
            for drug in record.drugs.split(separator: ";") {
                found.append(
                    DrugAdvice(
                        drug: String(drug), source: record.source, guideline: record.guideline,
                        population: record.population,
                        strength: record.strength, lookup: record.lookup, recommendation: record.recommendation,
                        implications: record.implications, diplotypes: diplotypes,
                        isConditional: called.contains { demand in
                            (genes[demand.gene]?.phenotypes.count ?? 0) > 1 && !demand.gene.hasPrefix("HLA-")
                        }))
            }
        }
        return found.enumerated().sorted { a, b in
            let (x, y) = (a.element, b.element)
            return (x.drug, x.source, x.guideline, a.offset) < (y.drug, y.source, y.guideline, b.offset)
        }.map(\.element)
    }

    private func meets(_ condition: GuidelineTable.Condition, gene: String) -> Bool {
        guard let result = genes[gene], result.isCalled else { return condition == .word("No Result") }
        switch condition {
        case .diplotype(let names):
            return result.diplotypes.contains { $0.deciding.sorted(by: AlleleName.isBefore) == names }
        case .word(let word):
            if gene.hasPrefix("HLA-") { return hla(word, result) }
            // DPWG words activity scores with their phenotype: "1.0 (Intermediate Metabolizer)".
            if gene == "DPYD", word.hasSuffix("(Phenotyping)") || word.hasSuffix("Metabolizer)") {
                return dpyd(word, result)
            }
            return result.phenotypes.contains { $0.name == word || $0.activityScore == word }
        }
    }

    private func hla(_ word: String, _ result: GeneResult) -> Bool {
        let parts = word.split(separator: " ")
        guard parts.count == 2, parts[0].hasPrefix("*"), !result.diplotypes.isEmpty else {
            return result.phenotypes.contains { $0.name == word }
        }
        let isCarried = HLAAllele.isCarried(String(parts[0]), in: result)
        return parts[1] == "positive" ? isCarried : parts[1] == "negative" && !isCarried
    }

    /// DPWG (2019): two alleles of reduced function, or one of each kind, need a measurement of the enzyme instead of a dose by genotype.
    private func dpyd(_ word: String, _ result: GeneResult) -> Bool {
        let table = knowledge.phenotypes["DPYD"]
        let score = String(word.prefix { $0 != " " })
        let pairs = result.diplotypes.filter { $0.phenotype?.activityScore == score }
        let mustMeasure = pairs.contains { pair in
            pair.deciding.contains { table?.activity(of: $0) == 0.5 }
                && !pair.deciding.contains { table?.activity(of: $0) == 1 }
        }
        if word.hasSuffix("(Phenotyping)") { return mustMeasure }
        let phenotypes = result.phenotypes.filter { $0.activityScore == score }
        return phenotypes.contains { word == "\(score) (\($0.name))" } && !mustMeasure
    }
}

extension GeneResult {
    /// Whether anything is known of the gene.
    var isCalled: Bool { !diplotypes.isEmpty || !phenotypes.isEmpty }
}
