import Genomics

/// From calls to alleles, phenotypes and what guidelines recommend.
public struct Pharmacogenomics: Sendable {
    /// Definitions, phenotypes and guidelines.
    public let knowledge: PharmacogenomicKnowledge
    /// What counts as evidence.
    public let thresholds: EvidenceThresholds

    /// Prepares for samples.
    public init(knowledge: PharmacogenomicKnowledge, thresholds: EvidenceThresholds = EvidenceThresholds()) {
        self.knowledge = knowledge
        self.thresholds = thresholds
    }

    /// What results of this kind cannot say.
    static let limits = [
        "Not for clinical use until a laboratory has validated it.",
        "Small variants show no deletion, duplication or hybrid of a gene: CYP2D6 and alleles such as CYP2B6*29 and *30 need another program.",
        "HLA alleles and MT-RNR1 come from other programs or not at all.",
        "A named allele is the absence of other variants at the positions of the definitions, not of variants elsewhere in the gene.",
        "Advice is that of the guidelines' release; other drugs, organs and age are not considered.",
    ]

    /// The result of a sample in a VCF or gVCF on GRCh38; see ``SampleEvidence`` for what throws.
    public func result(
        variants path: String, sample: String? = nil, reference: ReferenceGenome? = nil,
        outside: OutsideCalls = OutsideCalls()
    ) throws(GenomicsError) -> PharmacogenomicResult {
        let evidence = try SampleEvidence(
            path: path, sample: sample, definitions: knowledge.definitions, thresholds: thresholds, reference: reference
        )
        return result(evidence, outside: outside)
    }

    /// The result of what is known of a sample.
    public func result(_ evidence: SampleEvidence, outside: OutsideCalls = OutsideCalls()) -> PharmacogenomicResult {
        var genes: [GeneResult] = []
        for gene in knowledge.genes {
            let definition = knowledge.definitions.first { $0.gene == gene }
            let own = definition.map {
                GeneCaller(
                    definition: $0, table: knowledge.phenotypes[gene],
                    evidence: evidence.genes[gene] ?? $0.loci.map { _ in .missing("no data") }
                ).result()
            }
            if let calls = outside.calls[gene] {
                genes.append(OutsideResult(gene: gene, calls: calls, knowledge: knowledge).result(instead: own))
            } else {
                genes.append(own ?? GeneResult.absent(gene))
            }
        }
        let advice = AdviceFinder(genes: genes, knowledge: knowledge).advice()
        let asked = knowledge.guidelines.genes
        for index in genes.indices where genes[index].isCalled && asked.contains(genes[index].gene) {
            let name = genes[index].gene
            if !advice.contains(where: { $0.diplotypes.contains { $0.hasPrefix("\(name) ") } }) {
                genes[index].remarks.append("no guideline of the tables has an entry for this call")
            }
        }
        return PharmacogenomicResult(
            sample: evidence.sample, genes: genes, advice: advice,
            thresholds: thresholds, sources: knowledge.sources, remarks: evidence.remarks, limits: Self.limits)
    }
}

extension GeneResult {
    /// A gene whose alleles no definition finds in a file of variants.
    static func absent(_ gene: String) -> GeneResult {
        GeneResult(
            gene: gene, origin: .none, diplotypes: [], otherDiplotypes: [], phenotypes: [],
            phenotypesDependOnMissingPositions: false,
            notExcluded: [], toBePhased: [], positions: [],
            remarks: ["not called from variants; give --outside-calls"], definitionVersion: nil)
    }
}

/// A gene's result by another program's calls.
struct OutsideResult {
    let gene: String
    let calls: [OutsideCalls.Call]
    let knowledge: PharmacogenomicKnowledge

    /// The result; what the file of variants says of the gene is named where it differs.
    func result(instead own: GeneResult?) -> GeneResult {
        var result = own ?? GeneResult.absent(gene)
        let called = own?.diplotypes.map(\.name) ?? []
        result.origin = .outside
        (result.diplotypes, result.otherDiplotypes, result.notExcluded, result.toBePhased) = ([], [], [], [])
        (result.phenotypes, result.phenotypesDependOnMissingPositions, result.remarks) = (
            [], false, ["called by another program"]
        )
        let table = knowledge.phenotypes[gene]
        for call in calls {
            let alleles = call.alleles.sorted(by: AlleleName.isBefore)
            var phenotype = table?.phenotype(of: alleles)
            let unknown = alleles.filter { name in table.map { !$0.lists(name) } ?? false }
            for name in unknown {
                let near = ["m.\(name)", "*\(name)"].first { table?.lists($0) ?? false }
                result.remarks.append(
                    "\(name) is no allele of the table of phenotypes" + (near.map { "; it may be \($0)" } ?? ""))
            }
            if let stated = call.phenotype {
                if let known = phenotype, known.name != stated {
                    result.remarks.append(
                        "the file states the phenotype \(stated), the table \(known.name); the file's holds")
                }
                // A score of the table is that of its own word.
                let score = phenotype?.name == stated ? phenotype?.activityScore : nil
                phenotype = Phenotype(stated, activityScore: call.activityScore ?? score)
            } else if let score = call.activityScore {
                if let known = phenotype?.activityScore, known != score {
                    result.remarks.append(
                        "the file states the activity score \(score), the table \(known); the file's holds")
                }
                phenotype = Phenotype(phenotype?.name ?? "", activityScore: score)
            }
            if !alleles.isEmpty {
                result.diplotypes.append(
                    GeneResult.Diplotype(
                        name: AlleleName.diplotype(alleles), alleles: alleles.map { [$0] },
                        functions: alleles.map { table?.function(of: $0) ?? "unknown" }, phenotype: phenotype,
                        score: nil,
                        deciding: alleles))
            }
            if let phenotype, !result.phenotypes.contains(phenotype) { result.phenotypes.append(phenotype) }
        }
        let tested = gene.hasPrefix("HLA-") ? knowledge.guidelines.testedAlleles(of: gene) : []
        if !tested.isEmpty, !result.diplotypes.isEmpty {
            let stated = Set(result.phenotypes.map(\.name))
            result.phenotypes = tested.flatMap { allele in
                let words = HLAAllele.words(allele, in: result)
                let said = ["\(allele) positive", "\(allele) negative"].filter(stated.contains)
                if !said.isEmpty, said != words {
                    result.remarks.append("the file states \(said.joined(separator: ", ")), which holds")
                } else if words.count > 1 {
                    result.remarks.append("the alleles do not tell whether \(allele) is carried")
                }
                return (said.isEmpty ? words : said).map { Phenotype($0) }
            }
        }
        if !called.isEmpty, called != result.diplotypes.map(\.name) {
            result.remarks.append("the variants say \(called.joined(separator: "; ")); the other program's call holds")
        }
        return result
    }
}
