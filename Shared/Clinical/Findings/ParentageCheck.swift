import Genomics

/// Whether people are the parents of a child, by the calls of all three in one file.
///
/// A child has an allele on both chromosomes only where each parent has it; where a person is no parent, he or she lacks it at more than a
/// tenth of these places (the share of people without an allele of which somebody has two copies). Calling errors make about 1 %.
public struct ParentageCheck: Sendable, Hashable {
    /// Autosomal places at which the child has two copies of an allele and the parent is called.
    public private(set) var sites: [Int]
    /// Of these, places at which the parent has none.
    public private(set) var contradictions: [Int]

    /// So few places do not tell.
    private static let least = 200
    /// More contradictions than that are no errors.
    private static let most = 0.03

    /// Reads a file of several samples, a record at a time; `parents` are looked at in their order.
    ///
    /// Throws for a file without the samples, and for a damaged one.
    public init(path: String, child: String, parents: [String]) throws(GenomicsError) {
        var reader = try GenotypeReader(path: path)
        let samples = reader.samples
        let columns = ([child] + parents).compactMap { name in samples.firstIndex(of: name) }
        guard columns.count == parents.count + 1 else {
            throw GenomicsError(
                .sampleMismatch, "not all of \(([child] + parents).joined(separator: ", ")) are samples of the file",
                file: path, field: "#CHROM")
        }
        sites = parents.map { _ in 0 }
        contradictions = sites
        var row = GenotypeRow()
        while try reader.next(&row) {
            guard SexChromosome(row.contig) == nil, !MitochondrialContig.isNamed(row.contig) else { continue }
            let allele = row.first[columns[0]]
            guard allele > 0, row.second[columns[0]] == allele else { continue }
            for (parent, column) in columns.dropFirst().enumerated() {
                guard let copies = row.copies(of: Int(allele), sample: column) else { continue }
                sites[parent] += 1
                if copies == 0 { contradictions[parent] += 1 }
            }
        }
    }

    /// Whether both of two parents are confirmed.
    public var isConfirmed: Bool { sites.count == 2 && verdicts.allSatisfy { $0 == true } }

    /// Whether a parent is one, in the order of the parents; nil where too few places tell.
    public var verdicts: [Bool?] {
        zip(sites, contradictions).map { sites, contradictions in
            sites < Self.least ? nil : Double(contradictions) <= Self.most * Double(sites)
        }
    }
}
