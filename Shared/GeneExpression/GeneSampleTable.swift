import Genomics
import Tasks

/// The predictions of samples: `gene`, `sample`, `prediction`, `lower` and `upper`, a line a gene and sample.
///
/// A sample that could not be scored has `NA` for each gene, and so has, in each sample, a gene that the model does not know.
/// A name that ends in `.gz` makes a bgzip file.
final class GeneSampleTable: ItemResult {
    private let genes: AskedGenes
    private let file: TextOutput

    var gap: String { "NA in the table" }

    var loss: String? { genes.loss }

    /// Begins a file with those of the model's genes that are asked for, in the model's order.
    init(path: String, genes all: [String], asked: String?) throws {
        genes = try AskedGenes(all, table: asked)
        file = try TextOutput(path: path)
        try file.write("gene\tsample\tprediction\tlower\tupper\n")
    }

    func write(_ score: Score, record: Int, name: String) throws {
        let isScored = score.values.count == 3 * genes.all.count
        for place in genes.places {
            let numbers =
                isScored
                ? score.values[(3 * place)..<(3 * place + 3)].map { "\($0)" }.joined(separator: "\t") : "NA\tNA\tNA"
            try file.write("\(genes.all[place])\t\(name)\t\(numbers)\n")
        }
        for gene in genes.unknown { try file.write("\(gene)\t\(name)\tNA\tNA\tNA\n") }
    }

    func finish() throws { try file.finish() }
}

/// Which of a model's genes are asked for.
struct AskedGenes: Sendable {
    /// All that the model knows, in the order of its outputs.
    let all: [String]
    /// The outputs of those that are asked for, ascending.
    let places: [Int]
    /// Genes that are asked for, of which the model knows nothing.
    let unknown: [String]

    /// What cannot be said of genes that the model does not know; nil where there are none.
    var loss: String? {
        guard let first = unknown.first else { return nil }
        return
            "the model knows nothing of \(unknown.count) of the \(unknown.count + places.count) genes that are asked "
            + "for, \(first) first: they are NA"
    }

    /// The genes of a table, but for those whose `has_expression` is 0; all where there is no table.
    init(_ all: [String], table path: String?) throws {
        self.all = all
        guard let path else {
            (places, unknown) = (Array(all.indices), [])
            return
        }
        let table = try TableFile(path: path)
        // A gene table's first column has no name, or is one of these.
        guard let place = table.columns.firstIndex(where: { ["", "gene", "gene_id", "locus_tag"].contains($0) }) else {
            throw GenomicsError(.malformed, "has no column \"gene\" with b-numbers", file: path)
        }
        // A table of all genes says of which expression is measured at all.
        let measured = table.columns.firstIndex(of: "has_expression")
        var (wanted, unknown) = (Set<String>(), [String]())
        let known = Set(all)
        while let record = try table.nextWhole() {
            if let measured, record.fields[measured] == "0" { continue }
            let gene = record.fields[place]
            if wanted.insert(gene).inserted, !known.contains(gene) { unknown.append(gene) }
        }
        places = all.indices.filter { wanted.contains(all[$0]) }
        self.unknown = unknown
        guard !places.isEmpty else {
            throw TaskError(
                "\(path) names none of the \(all.count) genes that the model knows, such as \(all.first ?? "")")
        }
    }
}
