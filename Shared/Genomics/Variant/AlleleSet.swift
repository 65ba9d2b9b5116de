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
        for variant in variants {
            for (index, alternate) in variant.alternates.enumerated() {
                let count = variant.genotype.map { $0.copies(of: index + 1) } ?? 1
                guard count > 0,
                    let allele = Allele(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: alternate)
                else { continue }
                for atom in try Self.normal(allele, reference: reference) {
                    copies[atom] = min(2, (copies[atom] ?? 0) + count)
                }
            }
        }
        for (allele, count) in copies {
            items[allele.contig, default: []].append(HaplotypeMatcher.Item(allele: allele, copies: count))
        }
        for contig in items.keys { items[contig]?.sort { $0.allele < $1.allele } }
    }

    private static func normal(_ allele: Allele, reference: ReferenceLookup) throws(GenomicsError) -> [Allele] {
        let end = allele.start + allele.reference.count
        let window = try reference(allele.contig, max(0, allele.start - 1)..<end)
        for (index, base) in allele.reference.enumerated() {
            let expected = window[allele.start + index]
            guard expected == base || !Nucleotide.isBase(expected) && window.range.contains(allele.start + index) else {
                throw GenomicsError(
                    .referenceMismatch,
                    "REF at \(allele.contig):\(allele.start + 1) is not what the reference has there; is it another release?",
                    field: "REF")
            }
        }
        if allele.reference.count == allele.alternate.count { return allele.trimmed.atoms }
        let trimmed = allele.trimmed
        // Most indels cannot move; only the others need more of the reference.
        let local = trimmed.leftAligned(in: try reference(allele.contig, max(0, trimmed.start - 32)..<end))
        if local.start > trimmed.start - 30 { return [local] }
        return [trimmed.leftAligned(in: try reference(allele.contig, max(0, trimmed.start - reach)..<end))]
    }
}
