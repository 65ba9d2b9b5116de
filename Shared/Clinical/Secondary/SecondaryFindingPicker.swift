extension SecondaryFindingList {
    /// The findings that the list says to tell, in the order of the list; nil where the request does not consent to them.
    ///
    /// `candidates` are the person's findings of all genes with their classes; of them those that are pathogenic or likely pathogenic by
    /// points count. Of a recessive disease all alleles are told, each with the fit of the pair; two that are not phased are told
    /// with that ambiguity. Ids become `secondary.1` and on, the disease that of the list. Benign, uncertain and single recessive
    /// findings are never among them.
    public func findings(
        among candidates: [Finding], sex: PhenotypeCase.Sex, consent: Bool
    ) -> [Finding]? {
        guard consent else { return nil }
        var ofGene: [String: [Finding]] = [:]
        for finding in candidates where Self.isPathogenic(finding) && finding.allele.call != nil {
            ofGene[finding.gene, default: []].append(finding)
        }
        var picked: [Finding] = []
        var told: Set<Told> = []
        for entry in entries {
            let own = (ofGene[entry.gene] ?? []).filter { Self.isMeant($0, entry) }
            for (finding, fit) in Self.fitting(own, entry, sex) {
                // A gene with several diseases: the allele is told once, for the first.
                guard told.insert(Told(gene: entry.gene, allele: finding.allele.name)).inserted else { continue }
                var finding = finding
                finding.id = "secondary.\(picked.count + 1)"
                finding.inheritance = fit
                finding.disease = ClinicalReport.Term(id: entry.diseaseID, name: entry.disease)
                let others = entries.filter { $0.gene == entry.gene && $0.disease != entry.disease }
                if !others.isEmpty {
                    finding.ambiguities.append(
                        "\(entry.gene) is on the list for \(others.map(\.disease).joined(separator: ", ")) too")
                }
                if fit.finding == .possiblyCompoundHeterozygous {
                    finding.ambiguities.append(
                        "the two alleles of \(entry.gene) are not phased: on one chromosome they would make a carrier")
                }
                picked.append(finding)
            }
        }
        return picked
    }

    private struct Told: Hashable {
        var gene: String
        var allele: String
    }

    private static func isPathogenic(_ finding: Finding) -> Bool {
        [.pathogenic, .likelyPathogenic].contains(finding.classification.byPoints)
    }

    /// Whether an allele is of the kind that the list names.
    private static func isMeant(_ finding: Finding, _ entry: Entry) -> Bool {
        let rows = finding.allele.consequences.filter { $0.gene == entry.gene }
        switch entry.rule {
        case .all, .two: return true
        case .truncating: return rows.first.map { !truncating.isDisjoint(with: $0.terms) } ?? false
        case .c282yHomozygotes: return rows.contains { $0.residue == 282 && $0.aminoAcids == "C/Y" }
        }
    }

    private static let truncating: Set<String> = [
        "stop_gained", "frameshift_variant", "splice_donor_variant", "splice_acceptor_variant",
    ]

    /// The findings that the rule lets through, each with the fit that it is part of.
    private static func fitting(
        _ findings: [Finding], _ entry: Entry, _ sex: PhenotypeCase.Sex
    ) -> [(Finding, InheritanceFit)] {
        let variants = findings.compactMap { finding in
            finding.allele.call.map { call in
                GeneVariant(
                    finding.allele, call, class: GeneVariant.Class(finding.classification.byPoints))
            }
        }
        switch entry.rule {
        case .all, .truncating:
            let modes: Set<String> = entry.inheritance == "XL" ? ["HP:0001417"] : ["HP:0000006"]
            return zip(findings, variants).map { ($0, InheritanceFit([$1], inheritance: modes, sex: sex)) }
        case .c282yHomozygotes, .two:
            let usable = entry.rule == .two ? variants : variants.filter { $0.zygosity == .homozygous }
            let fit = InheritanceFit(usable, inheritance: ["HP:0000007"], sex: sex)
            guard ![.carrier, .none].contains(fit.finding) else { return [] }
            return zip(findings, variants).filter { usable.contains($0.1) }.map { ($0.0, fit) }
        }
    }
}
