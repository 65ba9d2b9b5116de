@testable import Clinical

extension ExampleMaker {
    /// Genes with one diplotype, with several, and without a call; advice that is sure and advice that is not.
    func drugs() -> PharmacogenomicResult {
        PharmacogenomicResult(
            sample: "sample", genes: [clopidogrel, open, unknown],
            advice: [
                DrugAdvice(
                    drug: "clopidogrel", source: "CPIC", guideline: "Clopidogrel and CYP2C19",
                    population: "CVI ACS PCI", strength: "Strong", lookup: "CYP2C19 Intermediate Metabolizer",
                    recommendation:
                        "Avoid standard dose clopidogrel if possible. Use prasugrel or ticagrelor at standard dose.",
                    implications: "CYP2C19: reduced formation of the active metabolite", diplotypes: ["CYP2C19 *1/*2"],
                    isConditional: false),
                DrugAdvice(
                    drug: "azathioprine", source: "DPWG", guideline: "Azathioprine and TPMT", population: "",
                    strength: "",
                    lookup: "TPMT Intermediate Metabolizer", recommendation: "Start with half of the dose.",
                    implications: "TPMT: more of the active metabolite", diplotypes: ["TPMT *1/*3A", "TPMT *3B/*3C"],
                    isConditional: true),
            ], thresholds: EvidenceThresholds(),
            sources: [
                PharmacogenomicKnowledge.Source(
                    file: "definition/CYP2C19_translation.json.gz", version: "v2.9",
                    digest: String(repeating: "4f", count: 32))
            ], remarks: ["The file has no gVCF blocks."], limits: ["CYP2D6 needs another program."])
    }

    private func position(_ rsid: String, _ bases: [String]?) -> GeneResult.PositionEvidence {
        GeneResult.PositionEvidence(
            locus: AlleleLocus(contig: "chr10", position: 94_781_859, rsid: rsid, reference: "G", alternates: ["A"]),
            call: bases.map { LocusCall(alleles: [0, 1], bases: $0, source: .record, genotypeQuality: 60, depth: 31) },
            reason: bases == nil ? "no record" : nil)
    }

    private func diplotype(_ name: String, _ phenotype: String?) -> GeneResult.Diplotype {
        let alleles = name.split(separator: "/").map { [String($0)] }
        return GeneResult.Diplotype(
            name: name, alleles: alleles, functions: alleles.map { _ in "No function" },
            phenotype: phenotype.map { Phenotype($0, activityScore: "1.0") }, score: 3,
            deciding: alleles.map { $0[0] })
    }

    private var clopidogrel: GeneResult {
        GeneResult(
            gene: "CYP2C19", origin: .variants, diplotypes: [diplotype("*1/*2", "Intermediate Metabolizer")],
            otherDiplotypes: [], phenotypes: [Phenotype("Intermediate Metabolizer")],
            phenotypesDependOnMissingPositions: false, notExcluded: [], toBePhased: [],
            positions: [position("rs4244285", ["G", "A"]), position("rs4986893", ["G", "G"])], remarks: [],
            definitionVersion: "v2.9")
    }

    private var open: GeneResult {
        GeneResult(
            gene: "TPMT", origin: .variants,
            diplotypes: [diplotype("*1/*3A", "Intermediate Metabolizer"), diplotype("*3B/*3C", "Poor Metabolizer")],
            otherDiplotypes: [], phenotypes: [Phenotype("Intermediate Metabolizer"), Phenotype("Poor Metabolizer")],
            phenotypesDependOnMissingPositions: true,
            notExcluded: [GeneResult.OpenAllele(name: "*4", positions: ["rs1800584"])],
            toBePhased: ["rs1800460", "rs1142345"],
            positions: [position("rs1800460", ["C", "T"]), position("rs1800584", nil)],
            remarks: ["rs1800584 has no data"], definitionVersion: "v2.9")
    }

    private var unknown: GeneResult {
        GeneResult(
            gene: "CYP2D6", origin: .none, diplotypes: [], otherDiplotypes: [], phenotypes: [],
            phenotypesDependOnMissingPositions: false, notExcluded: [], toBePhased: [], positions: [],
            remarks: ["not called from variants; give --outside-calls"], definitionVersion: nil)
    }
}
