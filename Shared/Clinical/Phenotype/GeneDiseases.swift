import Genomics

/// Which genes are known to cause which diseases: a table with the columns `gene_symbol` and `disease_id`, such as HPO's
/// `genes_to_disease.txt` and `genes_to_phenotype.txt`.
public struct GeneDiseases: Sendable {
    /// The genes of each disease, by name and each once.
    let genes: [String: [String]]
    /// The number of distinct pairs.
    public let count: Int

    /// Reads the table, plain, gzip or bgzf; throws where it lacks a column or a row has another number of fields.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let (gene, disease) = (try table.place(of: "gene_symbol"), try table.place(of: "disease_id"))
        var genes: [String: Set<String>] = [:]
        while let record = try table.nextWhole() {
            let symbol = record.fields[gene]
            // HPO writes `-` for an identifier without a symbol.
            if symbol.isEmpty || symbol == "-" { continue }
            genes[record.fields[disease], default: []].insert(symbol)
        }
        count = genes.values.reduce(0) { $0 + $1.count }
        self.genes = genes.mapValues { $0.sorted() }
    }
}
