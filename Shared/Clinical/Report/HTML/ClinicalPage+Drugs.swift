/// What a person's genes say of drugs.
extension ClinicalPage {
    /// Advice by drug first, then the genes that it rests on.
    var drugs: HTML {
        guard let drugs = report.drugs else { return "<p>Drugs were not asked for.</p>\n" }
        return Self.advice(drugs.advice) + genes(drugs) + HTML.list(drugs.remarks.map { HTML($0) }, style: "remarks")
            + Self.technicalities(drugs)
    }

    private static func advice(_ advice: [DrugAdvice]) -> HTML {
        guard !advice.isEmpty else { return "<p>No guideline of the tables speaks of what was found.</p>\n" }
        return HTML.table(
            "Advice by drug",
            [.init("Drug", 15), .init("What to do", 39), .init("Why", 26), .init("Guideline", 20)],
            advice.map { item in
                let open: HTML =
                    item.isConditional
                    ? "<p class=\"open\">Open: other advice of this guideline may hold instead, for calls or missing positions leave several possible.</p>"
                    : ""
                let population = item.population.isEmpty ? "" : " (\(item.population))"
                let strength = item.strength.isEmpty ? "strength not stated" : item.strength
                return [
                    "\(item.drug)", "\(item.recommendation)\(open)",
                    "\(item.implications) <span class=\"from\">\(item.lookup); \(item.diplotypes.joined(separator: ", "))</span>",
                    "\(item.source): \(item.guideline)\(population), \(strength)",
                ]
            })
    }

    private func genes(_ drugs: PharmacogenomicResult) -> HTML {
        guard !drugs.genes.isEmpty else { return "<p>No gene was looked at.</p>\n" }
        return HTML.table(
            "Genes that drugs depend on",
            [
                .init("Gene", 13), .init("Diplotype", 19), .init("Phenotype", 26), .init("Positions without data", 20),
                .init("What is open", 22),
            ], drugs.genes.map(Self.row))
    }

    private static func row(_ gene: GeneResult) -> [HTML] {
        let names = gene.diplotypes.map(\.name)
        let diplotype: HTML =
            names.isEmpty ? "<strong>no call</strong>" : "\(names.joined(separator: " or "))"
        let origin = gene.origin == .outside ? " (called by another program)" : ""
        let phenotypes = gene.phenotypes.map { phenotype in
            phenotype.activityScore.map { "\(phenotype.name) (activity \($0))" } ?? phenotype.name
        }
        let missing = gene.missing.map(\.name)
        var without: HTML = "\(missing.count) of \(gene.positions.count)"
        if gene.positions.isEmpty { without = "no positions are defined" }
        if !missing.isEmpty { without += ": \(missing.joined(separator: ", "))" }
        var open: [String] = []
        if gene.phenotypesDependOnMissingPositions {
            open.append("positions without data leave more than one phenotype possible")
        }
        if !gene.notExcluded.isEmpty {
            open.append("not excluded: \(gene.notExcluded.map(\.name).joined(separator: ", "))")
        }
        if !gene.toBePhased.isEmpty {
            open.append("the order of \(gene.toBePhased.joined(separator: ", ")) would tell")
        }
        if !gene.otherDiplotypes.isEmpty {
            let names = gene.otherDiplotypes.prefix(10).map(\.name).joined(separator: ", ")
            let rest = gene.otherDiplotypes.count > 10 ? " and \(gene.otherDiplotypes.count - 10) more" : ""
            open.append("fit too, explaining fewer positions: \(names)\(rest)")
        }
        open += gene.remarks
        return [
            "\(gene.gene)", "\(diplotype)\(origin)",
            phenotypes.isEmpty ? "not known" : "\(phenotypes.joined(separator: " or "))", without,
            open.isEmpty ? "nothing was noted" : HTML.list(open.map { HTML($0) }),
        ]
    }

    private static func technicalities(_ drugs: PharmacogenomicResult) -> HTML {
        let thresholds = """
            A genotype counts from a quality of \(PlainWords.number(drugs.thresholds.genotypeQuality, "%.0f")) on, and the reference from \
            a depth of \(drugs.thresholds.depth). A position without data is never taken for the reference.
            """
        let sources = drugs.sources.map { source -> [HTML] in
            ["\(source.file)", "\(source.version ?? "–")", "<code>\(source.digest)</code>"]
        }
        let table: HTML =
            sources.isEmpty
            ? ""
            : HTML.table(
                "Files of definitions", [.init("File", 38), .init("Release", 14), .init("SHA-256", 48)], sources)
        return """
            <details><summary><h3>What counted as evidence, and what genes cannot say here</h3></summary>
            <p>\(thresholds)</p>
            \(HTML.list(drugs.limits.map { HTML($0) }))\(table)</details>

            """
    }
}
