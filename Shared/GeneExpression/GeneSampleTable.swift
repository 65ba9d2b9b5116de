import Genomics
import Tasks

/// The predictions of samples: `gene`, `sample`, `prediction`, `lower` and `upper`, a line a gene and sample.
///
/// A sample that could not be scored has `NA` for each gene. A name that ends in `.gz` makes a bgzip file.
final class GeneSampleTable: ItemResult {
    private let genes: [String]
    private let places: [Int]
    private let file: TextOutput

    var gap: String { "NA in the table" }

    /// Begins a file with those of the model's genes that are asked for, in the model's order.
    init(path: String, genes all: [String], asked: String?) throws {
        var places = Array(all.indices)
        if let asked {
            let table = try TableFile(path: asked)
            // A gene table's first column has no name, or is one of these.
            let place = table.columns.firstIndex { ["", "gene", "gene_id", "locus_tag"].contains($0) }
            guard let place else {
                throw GenomicsError(.malformed, "has no column \"gene\" with b-numbers", file: asked)
            }
            var wanted: Set<String> = []
            while let record = try table.nextWhole() { wanted.insert(record.fields[place]) }
            places = all.indices.filter { wanted.contains(all[$0]) }
            guard !places.isEmpty else {
                throw TaskError(
                    "\(asked) names none of the \(all.count) genes that the model knows, such as \(all.first ?? "")")
            }
        }
        (genes, self.places) = (all, places)
        file = try TextOutput(path: path)
        try file.write("gene\tsample\tprediction\tlower\tupper\n")
    }

    func write(_ score: Score, record: Int, name: String) throws {
        let isScored = score.values.count == 3 * genes.count
        for place in places {
            let numbers =
                isScored
                ? score.values[(3 * place)..<(3 * place + 3)].map { "\($0)" }.joined(separator: "\t") : "NA\tNA\tNA"
            try file.write("\(genes[place])\t\(name)\t\(numbers)\n")
        }
    }

    func finish() throws { try file.finish() }
}
