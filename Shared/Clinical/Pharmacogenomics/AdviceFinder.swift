/// Finds the recommendations whose conditions a person's genes meet.
struct AdviceFinder {
    let genes: [String: GeneResult]
    let knowledge: PharmacogenomicKnowledge
    /// What records ask for, by gene.
    private let scoreWords: [String: Set<String>]

    init(genes: [GeneResult], knowledge: PharmacogenomicKnowledge) {
        self.genes = Dictionary(genes.map { ($0.gene, $0) }, uniquingKeysWith: { first, _ in first })
        self.knowledge = knowledge
        scoreWords = knowledge.guidelines.recommendations.flatMap(\.conditions).reduce(into: [:]) { words, demand in
            if case .word(let word) = demand.condition { words[demand.gene, default: []].insert(word) }
        }
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
                        isConditional: called.contains(where: isOpen)))
            }
        }
        // Of a stated phenotype several scores may be asked for, with one advice.
        var seen: Set<[String]> = []
        found = found.filter {
            seen.insert([$0.drug, $0.source, $0.guideline, $0.population, $0.recommendation, $0.implications]).inserted
                || !isStated
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
            return result.phenotypes.contains { phenotype in
                if phenotype.name == word { return true }
                if let score = phenotype.activityScore { return self.word(of: score, gene: gene) == word }
                return gene == "CYP2D6" && AlleleFunctions.cyp2d6Name(ofScore: word) == phenotype.name
            }
        }
    }

    /// Whether a phenotype of scores is known by its name alone.
    private var isStated: Bool { genes["CYP2D6"]?.phenotypes.contains { $0.activityScore == nil } ?? false }

    /// Whether a gene's calls leave open whether they meet what is asked of it.
    private func isOpen(_ demand: GuidelineTable.GeneCondition) -> Bool {
        guard let result = genes[demand.gene] else { return false }
        guard demand.gene.hasPrefix("HLA-") else {
            return result.phenotypes.count > 1 || demand.gene == "CYP2D6" && isStated
        }
        guard case .word(let word) = demand.condition, let allele = word.split(separator: " ").first else {
            return false
        }
        return Set(hlaWords(String(allele), result)).count > 1
    }

    /// The word by which records ask for an activity score: itself, or the last `≥` that it reaches.
    private func word(of score: String, gene: String) -> String {
        let words = scoreWords[gene] ?? []
        guard !words.contains(score), let known = AlleleFunctions.score(score) else { return score }
        let reached = words.filter { $0.hasPrefix("≥") }.compactMap { word in
            AlleleFunctions.score(word).flatMap { $0 <= known ? (word, $0) : nil }
        }
        return reached.max { $0.1 < $1.1 }?.0 ?? score
    }

    private func hla(_ word: String, _ result: GeneResult) -> Bool {
        guard word.hasPrefix("*"), let allele = word.split(separator: " ").first else {
            return result.phenotypes.contains { $0.name == word }
        }
        return hlaWords(String(allele), result).contains(word)
    }

    /// What is said of an allele: as phenotypes, which a file may state, or by the alleles of those that no guideline of CPIC asks for.
    private func hlaWords(_ allele: String, _ result: GeneResult) -> [String] {
        let stated = result.phenotypes.map(\.name).filter { $0.hasPrefix("\(allele) ") }
        return stated.isEmpty && !result.diplotypes.isEmpty ? HLAAllele.words(allele, in: result) : stated
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
