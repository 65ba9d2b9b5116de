import Genomics

/// The alleles that a panel asks for, each of which a caller answers: called, or why not.
public struct SitePanel: Sendable {
    /// The alleles of each bin, minimal and left-aligned, by position; each once.
    public let sites: [GenomeBins.Shard: [Candidate]]
    /// The number of alleles.
    public let count: Int

    /// The most alleles of a panel.
    public static let most = 1_000_000

    /// Reads the alleles of a VCF file; of exchanges of several bases each base.
    ///
    /// Throws `GenomicsError` for an allele that is not spelled in bases, whose REF is not the reference's, or on a contig that the
    /// reference lacks, and for more than ``most`` alleles.
    public init(path: String, reference: ReferenceGenome) throws(GenomicsError) {
        var reader = try VCFReader(path: path)
        let bins = GenomeBins(contigs: reference.contigs)
        var sites: [GenomeBins.Shard: Set<Allele>] = [:]
        var (record, count) = (0, 0)
        while let variant = try reader.next() {
            record += 1
            guard let contig = reference.index(of: variant.contig) else {
                throw GenomicsError(
                    .referenceMismatch, ContigNaming.refusal(variant.contig, reference: reference), file: path,
                    record: record, field: "CHROM")
            }
            for alternate in variant.alternates where alternate != "*" && !alternate.hasPrefix("<NON_REF") {
                guard
                    let allele = Allele(
                        contig: variant.contig, position: variant.position, reference: variant.reference,
                        alternate: alternate)
                else {
                    throw GenomicsError(
                        .unsupported, "the allele \(alternate.prefix(40)) is not spelled in bases", file: path,
                        record: record, field: "ALT")
                }
                let normal = try allele.normalized { name, range throws(GenomicsError) in
                    try reference.window(name, range)
                }
                for atom in normal.atoms {
                    let shard = GenomeBins.Shard.bin(contig: contig, index: atom.start / bins.size)
                    if sites[shard, default: []].insert(atom).inserted { count += 1 }
                }
                guard count <= Self.most else {
                    throw GenomicsError(
                        .unsupported, "more than \(Self.most) alleles; divide the panel", file: path, record: record)
                }
            }
        }
        guard !sites.isEmpty else { throw GenomicsError(.malformed, "there is no alternate allele", file: path) }
        self.count = count
        self.sites = sites.mapValues { alleles in
            alleles.sorted().map { allele in
                Candidate(
                    contig: allele.contig, position: allele.start + 1,
                    reference: String(decoding: allele.reference, as: UTF8.self),
                    alternate: String(decoding: allele.alternate, as: UTF8.self))
            }
        }
    }
}
