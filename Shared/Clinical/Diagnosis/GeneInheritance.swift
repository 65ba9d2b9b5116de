import Genomics

/// How the diseases of a gene are inherited, where HPO's annotations of a disease do not say it.
///
/// A table with the columns `gene` and `inheritance`, whose words are AD, AR, XL, MT and YL, several with a slash between them.
public struct GeneInheritance: Sendable {
    private var modes: [String: Set<String>] = [:]

    /// Reads the table; throws for a word that is none of the five.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let (gene, inheritance) = (try table.place(of: "gene"), try table.place(of: "inheritance"))
        while let record = try table.nextWhole() {
            for word in record.fields[inheritance].split(separator: "/") {
                guard let terms = Self.terms[String(word)] else {
                    throw GenomicsError(
                        .malformed, "line \(record.line): \"\(word)\" is none of AD, AR, XL, MT and YL", file: path,
                        record: record.number + 1, field: "inheritance")
                }
                modes[record.fields[gene], default: []].formUnion(terms)
            }
        }
    }

    private static let terms: [String: Set<String>] = [
        "AD": ["HP:0000006"], "AR": ["HP:0000007"], "XL": ["HP:0001417", "HP:0001419"], "MT": ["HP:0001427"],
        "YL": ["HP:0001450"],
    ]

    /// The HPO terms of a gene's modes; empty where the table does not say any.
    public func modes(ofGene gene: String) -> Set<String> { modes[gene] ?? [] }
}
