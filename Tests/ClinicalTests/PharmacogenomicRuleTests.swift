import Clinical
import Genomics
import Testing

@Suite
struct PharmacogenomicRuleTests {
    private typealias Fixture = PharmacogenomicFixture

    private func dpyd(_ calls: [Int: String], without missing: Set<Int> = []) throws -> GeneResult {
        try Fixture.result(Fixture.gene("DPYD", calls, without: missing), contigs: [], gene: "DPYD")
    }

    @Test func `DPYD lists the variants of each chromosome, and the worst of each makes the activity score`() throws {
        // c.1905+1G>A (*2A, none), c.85T>C (*9A, normal), c.2846A>T (reduced).
        let cis = try dpyd([97_450_058: "0|1", 97_883_329: "0|1"])
        #expect(cis.diplotypes.map(\.name) == ["Reference/[c.85T>C (*9A) + c.1905+1G>A (*2A)]"])
        #expect(cis.phenotypes == [Phenotype("Intermediate Metabolizer", activityScore: "1.0")])
        let trans = try dpyd([97_450_058: "0|1", 97_082_391: "1|0"])
        #expect(trans.diplotypes.map(\.name) == ["c.1905+1G>A (*2A)/c.2846A>T"])
        #expect(trans.phenotypes == [Phenotype("Poor Metabolizer", activityScore: "0.5")])
        let unphased = try dpyd([97_450_058: "0/1", 97_082_391: "0/1"])
        #expect(unphased.diplotypes.map(\.name) == ["c.1905+1G>A (*2A)/c.2846A>T"])
        #expect(unphased.otherDiplotypes.map(\.name) == ["Reference/[c.1905+1G>A (*2A) + c.2846A>T]"])
        #expect(unphased.toBePhased.count == 2)
    }

    @Test func `HapB3 follows its intronic variant; the exonic one stands for it only where the intron was not seen`()
        throws
    {
        let (exon, intron) = (97_573_863, 97_579_893)
        #expect(
            try dpyd([exon: "0/1", intron: "0/1"]).diplotypes.map(\.name) == [
                "Reference/c.1129-5923C>G, c.1236G>A (HapB3)"
            ])
        #expect(try dpyd([intron: "0/1"]).diplotypes.map(\.name) == ["Reference/c.1129-5923C>G"])
        let exonAlone = try dpyd([exon: "0/1"])
        #expect(exonAlone.diplotypes.map(\.name) == ["Reference/Reference"])
        #expect(exonAlone.remarks.contains { $0.contains("rs56038477") })
        let proxy = try dpyd([exon: "0/1"], without: [intron])
        #expect(proxy.diplotypes.map(\.name) == ["Reference/c.1129-5923C>G, c.1236G>A (HapB3)"])
    }

    @Test func `RYR1 with a variant of malignant hyperthermia is susceptible, and its drugs are named`() throws {
        let lines = try Fixture.gene("RYR1", [38_457_545: "0/1"]) + Fixture.gene("CACNA1S")
        let result = try Fixture.whole(lines, contigs: [])
        let gene = result.genes.first { $0.gene == "RYR1" }
        #expect(gene?.diplotypes.map(\.name) == ["Reference/c.1840C>T"])
        #expect(gene?.phenotypes == [Phenotype("Malignant Hyperthermia Susceptibility")])
        #expect(result.advice.contains { $0.drug == "succinylcholine" && $0.lookup.contains("Malignant") })
    }

    @Test func `G6PD of a male is one allele, of a female two`() throws {
        func call(_ genotype: String, usual: String) throws -> GeneResult {
            // Mediterranean: c.563C>T.
            try Fixture.result(Fixture.gene("G6PD", [154_534_419: genotype], usual: usual), contigs: [], gene: "G6PD")
        }
        let male = try call("1", usual: "0")
        #expect(male.diplotypes.map(\.name) == ["Mediterranean, Dallas, Panama, Sassari, Cagliari, Birmingham"])
        #expect(male.phenotypes == [Phenotype("Deficient")])
        let female = try call("0/1", usual: "0/0")
        #expect(female.diplotypes.map(\.alleles.count) == [2])
        #expect(female.phenotypes == [Phenotype("Variable")])
        #expect(try call("0/1", usual: "0").origin == .none)
    }

    @Test
    func `NAT2 needs its five positions, and takes the more frequent of pairs that unphased calls cannot tell apart`()
        throws
    {
        #expect(
            try Fixture.result(Fixture.gene("NAT2", without: [18_400_806]), contigs: [], gene: "NAT2").origin == .none)
        let unphased = try Fixture.result(
            Fixture.gene("NAT2", [18_400_344: "0/1", 18_400_806: "0/1"]), contigs: [], gene: "NAT2")
        #expect(unphased.diplotypes.map(\.name) == ["*4/*5"])
        #expect(unphased.otherDiplotypes.map(\.name) == ["*1/*16"])
        let phased = try Fixture.result(
            Fixture.gene("NAT2", [18_400_344: "0|1", 18_400_806: "0|1"]), contigs: [], gene: "NAT2")
        #expect(phased.diplotypes.map(\.name) == ["*1/*16"])
    }

    @Test(
        "CYP2D6 from another program: copies and tandems count, unknown functions are indeterminate",
        arguments: [
            ("*1/*3", "Intermediate Metabolizer", "1.0"), ("*4/*5", "Poor Metabolizer", "0.0"),
            ("*1/*2x2", "Ultrarapid Metabolizer", "3.0"),
            ("*1/*2x≥3", "Ultrarapid Metabolizer", "≥4.0"), ("*1/*36+*10", "Normal Metabolizer", "1.25"),
            ("*10/*41", "Intermediate Metabolizer", "0.5"), ("*1/*22", "Indeterminate", "n/a"),
            ("*4x≥3/*5", "Poor Metabolizer", "0.0"),
        ])
    func activityScores(diplotype: String, phenotype: String, score: String) throws {
        let gene = try Fixture.result([], outside: "# comment\nCYP2D6\t\(diplotype)\n", gene: "CYP2D6")
        #expect(gene.origin == .outside)
        #expect(gene.phenotypes == [Phenotype(phenotype, activityScore: score)])
    }

    @Test(
        "An outside allele that tables do not have is named, with what it may be; a damaged line is refused with its place"
    )
    func outsideCalls() throws {
        let mitochondrial = try Fixture.result([], outside: "MT-RNR1\t1555A>G\n", gene: "MT-RNR1")
        #expect(mitochondrial.phenotypes.isEmpty)
        #expect(mitochondrial.remarks.contains("1555A>G is no allele of the table of phenotypes; it may be m.1555A>G"))
        let named = try Fixture.whole([], outside: "MT-RNR1\tm.1555A>G\n")
        #expect(named.advice.contains { $0.drug == "gentamicin" && $0.lookup.contains("increased risk") })
        let hla = try Fixture.whole([], outside: "HLA-B\tHLA-B*15:02:01/*44:02\n")
        #expect(hla.advice.contains { $0.drug == "carbamazepine" && $0.lookup.contains("*15:02 positive") })
        #expect(!hla.advice.contains { $0.drug == "carbamazepine" && $0.lookup.contains("*15:02 negative") })
        do {
            _ = try Fixture.whole([], outside: "CYP2D6\t*1/*3\nCYP9Z9\t*1/*1\n")
            Issue.record("a gene that does not exist was taken")
        } catch let error as GenomicsError {
            #expect(error.record == 2 && error.field == "gene")
        }
    }

    @Test func `Every file of the bundle is read, and has its digest`() throws {
        let knowledge = try Fixture.knowledge.get()
        #expect(knowledge.definitions.count == 20)
        #expect(knowledge.guidelines.recommendations.count == 2_586)
        #expect(knowledge.sources.allSatisfy { $0.digest.count == 64 })
        #expect(knowledge.sources.count == 20 + 1 + 17 + 3 + 1)
    }

    @Test func `Definitions that contradict themselves are refused with gene, allele and place`() throws {
        func definition(_ allele: String) -> String {
            """
            {"formatVersion":"2","version":"1","gene":"G","chromosome":"chr1","genomeBuild":"GRCh38","refSeqChromosomeId":"NC_000001.11",
            "variants":[{"chromosome":"chr1","position":5,"rsid":null,"ref":"A","alts":["T"]}],
            "namedAlleles":[{"name":"*1","alleles":["A"],"reference":true,"structuralVariant":false},
            {"name":"*2","alleles":["\(allele)"],"reference":false,"structuralVariant":false}]}
            """
        }
        func read(_ text: String) throws(GenomicsError) -> GeneDefinition {
            try GeneDefinition(json: .init(text.utf8), exemption: nil, file: "G.json")
        }
        #expect(try read(definition("T")).alleles.map(\.name) == ["*1", "*2"])
        #expect(try read(definition("W")).alleles.count == 2)
        do {
            _ = try read(definition("G"))
            Issue.record("an allele of a base that the locus does not have was taken")
        } catch {
            #expect(error.description == "G.json, G: *2 has \"G\" at chr1:5, which is none of its alleles")
        }
        #expect(throws: GenomicsError.self) { try read("{}") }
        #expect(throws: GenomicsError.self) { try read(definition("T").replacing("GRCh38", with: "GRCh37")) }
    }
}
