import Genomics

/// How the diseases of a gene are inherited, where HPO's annotations of a disease do not say it.
///
/// A table with the columns `gene` and `inheritance`, whose words are those of OMIM and ClinGen (AD, AR, XL, XLR, XLD, SD, MT, YL) or terms of
/// HPO, several with a slash between them.
public struct GeneInheritance: Sendable {
    private var modes: [String: Set<String>] = [:]

    /// Reads the table; throws for a word that names no mode.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let (gene, inheritance) = (try table.place(of: "gene"), try table.place(of: "inheritance"))
        while let record = try table.nextWhole() {
            for word in record.fields[inheritance].split(separator: "/") {
                guard let mode = InheritanceMode(String(word)) else {
                    throw GenomicsError(
                        .malformed,
                        "line \(record.line): \"\(word)\" is no mode of inheritance, such as AD, AR, XL, MT and YL",
                        file: path,
                        record: record.number + 1, field: "inheritance")
                }
                modes[record.fields[gene], default: []].formUnion(mode.terms)
            }
        }
    }

    /// The HPO terms of a gene's modes; empty where the table does not say any.
    public func modes(ofGene gene: String) -> Set<String> { modes[gene] ?? [] }
}
