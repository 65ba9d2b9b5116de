extension Interpreter {
    /// HGNC's identifiers of the genes that a report names, as the gene models say them; nil where they say none of these.
    func geneIDs(of report: ClinicalReport) -> [String: String]? {
        let named = Set(
            (report.findings + (report.secondary ?? [])).map(\.gene) + (report.drugs?.genes ?? []).map(\.gene)
                + report.coverage.map(\.gene))
        var found: [String: String] = [:]
        for transcript in transcripts?.transcripts ?? [] {
            guard let gene = transcript.geneName, let id = transcript.hgncID, named.contains(gene) else { continue }
            if found[gene] == nil { found[gene] = id }
        }
        return found.isEmpty ? nil : found
    }
}
