import Foundation
import Genomics

/// How much rarer harmful variants of genes are among people than mutation makes them: gnomAD's constraint (Karczewski and others 2020).
public struct GeneConstraint: Sendable {
    /// What is known of a gene; nil where the table has no number.
    public struct Gene: Sendable, Hashable {
        /// The upper end of the interval of observed over expected loss-of-function variants (LOEUF).
        public var loeuf: Double?
        /// How many standard deviations fewer loss-of-function variants there are than expected.
        public var lossZ: Double?
        /// The probability that one broken copy is not tolerated.
        public var pLI: Double?
        /// Observed over expected missense variants.
        public var missenseRatio: Double?
        /// How many standard deviations fewer missense variants there are than expected.
        public var missenseZ: Double?
        /// Residues of the protein of the transcript that was looked at.
        public var residues: Int?

        /// A gene of which nothing is known.
        public init() {}
    }

    private let genes: [String: Gene]

    /// Genes by their symbols.
    public init(_ genes: [String: Gene]) { self.genes = genes }

    /// The numbers of a gene; nil where the table does not have it.
    public subscript(symbol: String) -> Gene? { genes[symbol] }

    /// How many genes there are.
    public var count: Int { genes.count }

    /// Reads a table with the columns gene, loeuf, lof_z, pLI, oe_mis, mis_z and residues; an empty field is not known.
    ///
    /// Throws for a file that is none, and for a field that is no number.
    public init(path: String) throws(GenomicsError) {
        let table = try TableFile(path: path)
        let gene = try table.place(of: "gene")
        var places: [Int] = []
        for column in ["loeuf", "lof_z", "pLI", "oe_mis", "mis_z", "residues"] {
            places.append(try table.place(of: column))
        }
        var genes: [String: Gene] = [:]
        while let record = try table.nextWhole() {
            var values: [Double?] = []
            for place in places {
                let text = record.fields[place]
                let value = Double(text)
                guard text.isEmpty || value?.isFinite == true else {
                    throw GenomicsError(
                        .malformed, "line \(record.line): \"\(text)\" is no number", file: path,
                        record: record.number + 1, field: table.columns[place])
                }
                values.append(value)
            }
            var own = Gene()
            (own.loeuf, own.lossZ, own.pLI) = (values[0], values[1], values[2])
            (own.missenseRatio, own.missenseZ) = (values[3], values[4])
            own.residues = values[5].flatMap { Int(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
            genes[record.fields[gene]] = own
        }
        guard !genes.isEmpty else { throw GenomicsError(.malformed, "has no gene", file: path) }
        self.genes = genes
    }

    /// gnomAD 2.1.1's table, which comes with the suite.
    public static func bundled() throws(GenomicsError) -> GeneConstraint {
        guard
            let file = Bundle.module.url(
                forResource: "gene_constraint.tsv", withExtension: "gz", subdirectory: "Trained")
        else {
            throw GenomicsError(.cannotRead, "the suite's table of gene constraint is not installed beside the program")
        }
        return try GeneConstraint(path: file.path)
    }
}
