import Clinical
import Foundation
import Genomics
import Testing

@Suite("All 28 criteria of an allele")
struct VariantAssessorTests {
    private typealias Fixture = ClassificationFixture

    private func score(_ criterion: String?) throws -> AlleleEvidence {
        AlleleEvidence(
            score: PathogenicityScore(
                model: "pathogenicity@1", probability: 0.97, likelihoodRatio: 25, interval: [12, 50],
                criterion: try criterion.map { try MetCriterion($0) }))
    }

    private static let missense = ClassificationFixture.consequence(
        "A1BG", "missense_variant", residue: 100, aminoAcids: "R/W")

    @Test("Each is there once with a sentence, and what is met has sources")
    func completeness() throws {
        let alleles = [
            Fixture.allele(nil), Fixture.allele(Self.missense),
            Fixture.allele(Fixture.consequence("PAH", "splice_donor_variant", intron: .init(2, of: 12))),
            Fixture.allele(Fixture.consequence("TTN", "inframe_deletion", residue: 5, aminoAcids: "KE/K")),
            Fixture.allele(Fixture.consequence("A1BG", "intron_variant", coding: "c.10+500A>G")),
        ]
        for allele in alleles {
            let result = try Fixture.classify(allele, options: Fixture.compared)
            #expect(result.criteria.map(\.criterion) == Criterion.allCases)
            #expect(result.criteria.allSatisfy { $0.reason.hasSuffix(".") && $0.reason.count > 10 })
            #expect(result.criteria.allSatisfy { ($0.strength != nil) == ($0.outcome == .met) })
            #expect(result.criteria.allSatisfy { $0.outcome != .met || !$0.sources.isEmpty })
        }
    }

    @Test("A network's score is PP3 or BP4, or neither; without one both say why")
    func scores() throws {
        let allele = Fixture.allele(Self.missense)
        #expect(try Fixture.assess(.pp3, allele, evidence: score("PP3_Moderate")).word == "PP3_Moderate")
        #expect(try Fixture.assess(.bp4, allele, evidence: score("PP3_Moderate")).word == "not met")
        #expect(try Fixture.assess(.bp4, allele, evidence: score("BP4_Moderate")).word == "BP4_Moderate")
        #expect(try Fixture.assess(.pp3, allele, evidence: score(nil)).word == "not met")
        let without = AlleleEvidence(scoreAbsence: "The network does not speak of such variants.")
        #expect(try Fixture.assess(.pp3, allele, evidence: without).reason.contains("does not speak"))
        #expect(try Fixture.assess(.pp3, allele).word == "not evaluable")
    }

    @Test("No evidence counts twice: PVS1 and PP3, PM1 and a strong PP3")
    func onceOnly() throws {
        let null = Fixture.allele(
            Fixture.consequence("MED13", "stop_gained", residue: 9, aminoAcids: "R/*", isDecayed: true))
        #expect(try Fixture.assess(.pp3, null, evidence: score("PP3_Strong")).word == "not met")
        let hot = Fixture.allele(
            Fixture.consequence("GAA", "missense_variant", residue: 282, aminoAcids: "R/W"))
        let result = try Fixture.classify(hot, evidence: score("PP3_Strong"))
        #expect(result.metNames.contains("PM1") && result.metNames.contains("PP3_Moderate"))
    }

    @Test(
        "Synonymous and deep intronic variants are BP7 away from splice sites, unless splicing is predicted to change")
    func silent() throws {
        func word(_ terms: String, _ coding: String, delta: Double? = nil) throws -> String {
            let allele = Fixture.allele(Fixture.consequence("A1BG", terms, coding: coding, residue: 4, aminoAcids: "K"))
            let splicing = delta.map { SplicePrediction(model: "splice@1", delta: $0) }
            return try Fixture.assess(.bp7, allele, evidence: AlleleEvidence(splicing: splicing)).word
        }
        #expect(try word("synonymous_variant", "c.12A>G") == "BP7")
        #expect(try word("splice_region_variant&synonymous_variant", "c.12A>G") == "not met")
        #expect(try word("intron_variant", "c.100+7A>G", delta: 0.01) == "BP7")
        #expect(try word("intron_variant", "c.100+6A>G", delta: 0.01) == "not met")
        #expect(try word("intron_variant", "c.101-21A>G", delta: 0.01) == "BP7")
        #expect(try word("intron_variant", "c.101-20A>G", delta: 0.01) == "not met")
        #expect(try word("intron_variant", "c.-9-30A>G", delta: 0.01) == "BP7")
        #expect(try word("intron_variant", "c.100+70A>G", delta: 0.5) == "not met")
        #expect(try word("intron_variant", "c.100+70A>G") == "not evaluable")
        #expect(try word("missense_variant", "c.12A>G") == "not met")
        // Cardiomyopathies' panel begins at +7 and -4.
        let near = Fixture.allele(Fixture.consequence("MYH7", "intron_variant", coding: "c.101-5A>G"))
        let quiet = AlleleEvidence(splicing: .init(model: "splice@1", delta: 0.01))
        #expect(try Fixture.assess(.bp7, near, evidence: quiet).word == "BP7")
        #expect(try Fixture.assess(.bp7, near, evidence: score("BP4")).word == "BP7")
    }

    @Test("A panel's residues count on the transcript that the panel counts them on")
    func numbering() throws {
        var consequence = Fixture.consequence(
            "GAA", "missense_variant", transcript: "NM_000152.3", residue: 282, aminoAcids: "R/W")
        consequence.isManeSelect = false
        #expect(try Fixture.assess(.pm1, Fixture.allele(consequence)).word == "PM1")
        consequence.transcript = "NM_001079803.3"
        let other = try Fixture.assess(.pm1, Fixture.allele(consequence))
        #expect(other.word == "not evaluable" && other.reason.contains("--preferred"))
        var stop = Fixture.consequence(
            "BRCA1", "stop_gained", transcript: "NM_007300.3", protein: "p.Arg1860Ter", exon: .init(23, of: 24),
            residue: 1_860, aminoAcids: "R/*", isDecayed: false)
        #expect(try Fixture.assess(.pvs1, Fixture.allele(stop)).word == "not met")
        stop.isManeSelect = false
        #expect(try Fixture.assess(.pvs1, Fixture.allele(stop)).word != "not met")
    }

    @Test("TP53's missense variants have their panel's codes")
    func codes() throws {
        let allele = Fixture.allele(
            Fixture.consequence("TP53", "missense_variant", coding: "c.4G>C", residue: 2, aminoAcids: "E/Q"))
        #expect(try Fixture.assess(.bp4, allele, evidence: score("PP3_Strong")).word == "BP4")
    }

    @Test("In-frame changes count by the repeats of the reference, and a single residue supports only")
    func lengths() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "r.fa").path
        // CAG five times from base 11 on, then a stretch without repeats.
        try ">1\nACGTTGCATT\nCAGCAGCAGCAGCAGTTACGATCGGATTACCGTAGCATGCCT\n".replacing("\nCAG", with: "CAG").write(
            toFile: path, atomically: true, encoding: .utf8)
        let reference = try ReferenceGenome(path: path)
        func words(_ position: Int, _ bases: String, _ alternate: String, _ aminoAcids: String) throws -> [String] {
            let consequence = Fixture.consequence("A1BG", "inframe_deletion", residue: 5, aminoAcids: aminoAcids)
            let allele = Fixture.allele(
                consequence, position: position, reference: bases, alternate: alternate, contig: "chr1")
            return try [Criterion.pm4, .bp3].map { try Fixture.assess($0, allele, reference: reference).word }
        }
        #expect(try words(10, "TCAG", "T", "Q/-") == ["not met", "BP3"])
        #expect(try words(10, "T", "TCAG", "-/Q") == ["not met", "BP3"])
        #expect(try words(30, "CGAT", "C", "D/-") == ["PM4_Supporting", "not met"])
        #expect(try words(30, "CGATCGG", "C", "DR/-") == ["PM4", "not met"])
        let allele = Fixture.allele(Fixture.consequence("A1BG", "inframe_deletion", residue: 5, aminoAcids: "Q/-"))
        #expect(try Fixture.assess(.pm4, allele).word == "not evaluable")
        let lost = Fixture.allele(Fixture.consequence("A1BG", "stop_lost", residue: 496, aminoAcids: "*/Q"))
        #expect(try Fixture.assess(.pm4, lost).word == "PM4")
    }

    @Test("An allele that neither parent has is new, as sure as parentage and phenotype are")
    func newAlleles() throws {
        func words(_ mother: Int?, _ father: Int?, isConfirmed: Bool = false, fit: Double? = nil) throws -> [String] {
            let evidence = AlleleEvidence(
                family: .init(
                    mother: .init(copies: mother), father: .init(copies: father), isParentageConfirmed: isConfirmed),
                phenotype: fit.map { .init(disease: "D", logLikelihoodRatio: $0, source: "hpo") })
            return try [Criterion.ps2, .pm6].map {
                try Fixture.assess($0, Fixture.allele(Self.missense), evidence: evidence).word
            }
        }
        #expect(try words(0, 0) == ["not met", "PM6_Supporting"])
        #expect(try words(0, 0, fit: 3) == ["not met", "PM6"])
        #expect(try words(0, 0, isConfirmed: true, fit: 3) == ["PS2", "not met"])
        #expect(try words(0, 1) == ["not met", "not met"])
        #expect(try words(0, nil) == ["not evaluable", "not evaluable"])
        #expect(try Fixture.assess(.ps2, Fixture.allele(Self.missense)).word == "not evaluable")
    }

    @Test("The gene's other allele counts by its class and where it lies")
    func companions() throws {
        func word(
            _ criterion: Criterion, _ placement: FamilyEvidence.Companion.Placement, _ found: VariantClass,
            gene: String = "LARP7", zygosity: GeneVariant.Zygosity = .heterozygous,
            options: VariantAssessor.Options = Fixture.compared
        ) throws -> String {
            let consequence = Fixture.consequence(gene, "missense_variant", residue: 5, aminoAcids: "R/W")
            let companion = FamilyEvidence.Companion(name: "chr1:5:A>G", byPoints: found, placement: placement)
            return try Fixture.assess(
                criterion, Fixture.allele(consequence, zygosity: zygosity),
                evidence: AlleleEvidence(family: .init(companions: [companion])), options: options
            ).word
        }
        #expect(try word(.pm3, .trans, .pathogenic) == "PM3")
        #expect(try word(.pm3, .unknown, .pathogenic) == "PM3_Supporting")
        #expect(try word(.pm3, .unknown, .likelyPathogenic) == "not met")
        #expect(try word(.pm3, .trans, .pathogenic, options: .init()) == "not evaluable")
        #expect(try word(.pm3, .cis, .pathogenic) == "not met")
        #expect(try word(.pm3, .cis, .pathogenic, zygosity: .homozygous) == "PM3_Supporting")
        #expect(try word(.pm3, .trans, .pathogenic, gene: "PTEN") == "not met")
        #expect(try word(.bp2, .cis, .pathogenic) == "BP2")
        #expect(try word(.bp2, .trans, .pathogenic) == "not met")
        #expect(try word(.bp2, .trans, .pathogenic, gene: "PTEN") == "BP2")
    }

    @Test("Relatives count by meioses, and an affected one without the allele speaks against it")
    func segregation() throws {
        func words(_ meioses: Int, without: Int = 0) throws -> [String] {
            let family = FamilyEvidence(
                segregation: .init(informativeMeioses: meioses, affectedWithout: without))
            return try [Criterion.pp1, .bs4].map {
                try Fixture.assess($0, Fixture.allele(Self.missense), evidence: AlleleEvidence(family: family)).word
            }
        }
        #expect(try words(2) == ["not met", "not met"])
        #expect(try words(3) == ["PP1", "not met"])
        #expect(try words(5) == ["PP1_Strong", "not met"])
        #expect(try words(5, without: 1) == ["not met", "BS4"])
    }

    @Test("What a person judged counts, and what was computed is said beside it")
    func assigned() throws {
        let allele = Fixture.allele(
            Self.missense, frequencies: [Fixture.frequency(9, of: 150_000)])
        let evidence = AlleleEvidence(assigned: [
            AssignedCriterion(.ps3, .strong, evidence: "no activity in vitro"), AssignedCriterion(.pm2, .supporting),
            AssignedCriterion(.bp4, nil), AssignedCriterion(.bs3, .veryStrong),
        ])
        let result = try Fixture.classify(allele, evidence: evidence, options: Fixture.compared)
        #expect(result.metNames == ["PS3", "PM2_Supporting"])
        #expect(result.points == 5 && result.byPoints == .uncertain)
        func reason(_ criterion: Criterion) -> String {
            result.criteria.first { $0.criterion == criterion }?.reason ?? ""
        }
        #expect(reason(.ps3).contains("no activity in vitro"))
        #expect(reason(.pm2).contains("Computed: not met"))
        #expect(reason(.bs3).contains("cannot be"))
    }

    @Test("ClinVar's own word is no criterion unless it is asked for")
    func clinVar() throws {
        let record = ClinVarRecord(
            source: "clinvar", id: "1", significance: "Pathogenic", reviewStatus: "reviewed by expert panel", stars: 3)
        let allele = Fixture.allele(Self.missense, clinVar: record)
        #expect(try Fixture.assess(.pp5, allele).word == "not evaluable")
        var options = VariantAssessor.Options()
        options.countsClinVar = true
        #expect(try Fixture.assess(.pp5, allele, options: options).word == "PP5")
        #expect(try Fixture.assess(.bp6, allele, options: options).word == "not met")
    }

    @Test("Tables of another folder are used instead, and a damaged one is refused with its line")
    func folders() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: GenomicsError.self) { try CriteriaKnowledge(folder: folder.path) }
        func write(_ text: String) throws {
            try text.write(
                to: folder.appending(path: "gene_inheritance.tsv"), atomically: true, encoding: .utf8)
        }
        try write("gene\tinheritance\nNEW1\tAR\n")
        let knowledge = try CriteriaKnowledge(folder: folder.path)
        #expect(knowledge.inheritance(ofGene: "NEW1") == ["AR"])
        #expect(knowledge.sources.map(\.name) == ["gene_inheritance.tsv"])
        try write("gene\tinheritance\nNEW1\n")
        let error = #expect(throws: GenomicsError.self) { try CriteriaKnowledge(folder: folder.path) }
        #expect(error?.description.contains("line 2") == true)
    }
}
