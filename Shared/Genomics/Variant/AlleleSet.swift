/// The alleles of a list of VCF records in their normal form, each with the number of chromosome copies it stands on.
struct AlleleSet {
    /// By contig, in the order of the alleles.
    private(set) var items: [String: [HaplotypeMatcher.Item]] = [:]

    /// How far an indel may move to the left.
    private static let reach = 1_000

    /// Takes the records' alleles apart.
    ///
    /// An allele that several records or copies name is one item. Records without a genotype give each allele one copy;
    /// symbolic alleles are left out. Throws `GenomicsError.Code.referenceMismatch` for a record whose REF is not the
    /// reference's.
    init(_ variants: [Variant], reference: ReferenceLookup) throws(GenomicsError) {
        var copies: [Allele: Int] = [:]
        var ties: [Allele: HaplotypeMatcher.Tie] = [:]
        for (record, variant) in variants.enumerated() {
            for (index, alternate) in variant.alternates.enumerated() {
                let count = variant.genotype.map { $0.copies(of: index + 1) } ?? 1
                guard count > 0,
                    let allele = Allele(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: alternate)
                else { continue }
                for atom in try Self.normal(allele, reference: reference) {
                    copies[atom] = min(2, (copies[atom] ?? 0) + count)
                    let isSecond = variant.genotype?.alleles.first != index + 1
                    ties[atom] = HaplotypeMatcher.Tie(record: record, isSecond: isSecond)
                }
            }
        }
        for (allele, count) in copies {
            items[allele.contig, default: []].append(
                HaplotypeMatcher.Item(allele: allele, copies: count, tie: count == 1 ? ties[allele] : nil))
        }
        for contig in items.keys { items[contig]?.sort { $0.allele < $1.allele } }
    }

    private static func normal(_ allele: Allele, reference: ReferenceLookup) throws(GenomicsError) -> [Allele] {
        try allele.normalized(in: reference, reach: reach).atoms
    }
}
