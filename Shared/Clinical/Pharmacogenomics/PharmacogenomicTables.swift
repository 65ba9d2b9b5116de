/// The result as tables for other programs.
extension PharmacogenomicResult {
    /// The columns of ``geneTable``.
    public static let geneColumns = [
        "gene", "diplotype", "phenotype", "activity_score", "missing_positions", "other_diplotypes", "not_excluded",
        "to_be_phased",
        "source", "remarks",
    ]

    /// One line a gene; lists are joined by `;`, positions by `,`, and what is not known is empty.
    public var geneTable: String {
        Self.lines(
            Self.geneColumns,
            genes.map { gene in
                [
                    gene.gene, gene.diplotypes.map(\.name).joined(separator: ";"),
                    gene.phenotypes.map(\.name).joined(separator: ";"),
                    gene.phenotypes.compactMap(\.activityScore).joined(separator: ";"),
                    gene.missing.map(\.place).joined(separator: ","),
                    gene.otherDiplotypes.map(\.name).joined(separator: ";"),
                    gene.notExcluded.map(\.name).joined(separator: ";"), gene.toBePhased.joined(separator: ","),
                    gene.origin.rawValue,
                    gene.remarks.joined(separator: "; "),
                ]
            })
    }

    /// The columns of ``adviceTable``.
    public static let adviceColumns = [
        "drug", "source", "guideline", "population", "strength", "lookup", "diplotypes", "conditional",
        "recommendation", "implications",
    ]

    /// One line for each drug, source and population.
    public var adviceTable: String {
        Self.lines(
            Self.adviceColumns,
            advice.map { advice in
                [
                    advice.drug, advice.source, advice.guideline, advice.population, advice.strength, advice.lookup,
                    advice.diplotypes.joined(separator: "; "), advice.isConditional ? "yes" : "no",
                    advice.recommendation,
                    advice.implications,
                ]
            })
    }

    private static func lines(_ columns: [String], _ rows: [[String]]) -> String {
        ([columns] + rows).map { row in
            row.map { $0.replacing("\t", with: " ").replacing("\r", with: " ").replacing("\n", with: " ") }.joined(
                separator: "\t") + "\n"
        }.joined()
    }
}
