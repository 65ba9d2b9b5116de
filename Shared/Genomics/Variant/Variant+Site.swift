extension Variant {
    /// Joins the candidates of one site, which share their position, to one record without a genotype.
    ///
    /// REF is the longest of theirs, and each ALT is spelled over it, in the order of the candidates. INFO holds `DP`
    /// and `MQ`, the sample's fields are `DP`, `AD`, `ADF` and `ADR`, the reads of each allele in all and by strand; they
    /// are defined by ``siteInfo`` and ``siteFormats``. Reads that show none of the alleles are in `DP` only.
    public init(site candidates: [Candidate]) {
        precondition(!candidates.isEmpty, "a site has candidates")
        precondition(candidates.allSatisfy { $0.position == candidates[0].position }, "of one position")
        let longest = candidates.map(\.reference).max { $0.utf8.count < $1.utf8.count } ?? ""
        let depth = candidates.map(\.depth).max() ?? 0
        // The candidate of most informative reads knows best how many show the reference.
        let base = candidates.max { ($0.referenceDepth, $0.depth) < ($1.referenceDepth, $1.depth) } ?? candidates[0]
        let forward = [base.referenceForward] + candidates.map(\.alternateForward)
        let reverse = [base.referenceReverse] + candidates.map(\.alternateReverse)
        func list(_ numbers: some Sequence<Int>) -> String { numbers.map(String.init).joined(separator: ",") }
        self.init(
            contig: candidates[0].contig, position: candidates[0].position, reference: longest,
            alternates: candidates.map { $0.alternate + longest.dropFirst($0.reference.count) },
            info: [Field("DP", String(depth))]
                + (base.mappingQuality == Double(BAMRecord.unknownMappingQuality)
                    ? [] : [Field("MQ", Self.text(base.mappingQuality))]),
            sampleFields: [
                Field("DP", String(depth)), Field("AD", list(zip(forward, reverse).map { $0 + $1 })),
                Field("ADF", list(forward)), Field("ADR", list(reverse)),
            ])
    }

    /// The definitions of the INFO keys of ``init(site:)``.
    public static let siteInfo: [VCFHeader.Definition] = [
        .init("DP", number: "1", type: "Integer", "Reads that cover the site"),
        .init("MQ", number: "1", type: "Float", "Root mean square of the mapping qualities"),
    ]

    /// The definitions of the FORMAT keys of ``init(site:)``, behind `GT`.
    public static let siteFormats: [VCFHeader.Definition] = [
        .init("GT", number: "1", type: "String", "Genotype"),
        .init("DP", number: "1", type: "Integer", "Reads that cover the site"),
        .init("AD", number: "R", type: "Integer", "Reads that show each allele"),
        .init("ADF", number: "R", type: "Integer", "Reads on the forward strand that show each allele"),
        .init("ADR", number: "R", type: "Integer", "Reads on the reverse strand that show each allele"),
    ]
}
