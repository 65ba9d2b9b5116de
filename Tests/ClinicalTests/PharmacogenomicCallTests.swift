import Clinical
import Genomics
import Testing

@Suite
struct PharmacogenomicCallTests {
    private typealias Fixture = PharmacogenomicFixture

    @Test func `A gene without data is not called, whatever the reference has there`() throws {
        let gene = try Fixture.result([])
        #expect(gene.origin == .none)
        #expect(gene.diplotypes.isEmpty && gene.phenotypes.isEmpty)
        #expect(gene.missing.count == gene.positions.count)
        #expect(gene.remarks.first?.contains("none of the 35 positions has data") == true)
    }

    @Test
    func `A lone variant does not make the other positions the reference: must-test alleles keep the phenotype open`()
        throws
    {
        let gene = try Fixture.result(["chr10 94781859 G A 0/1"])
        #expect(gene.missing.count == 34)
        #expect(gene.notExcluded.contains { $0.name == "*3" && $0.positions.contains("chr10:94780653") })
        #expect(gene.phenotypesDependOnMissingPositions)
        #expect(gene.phenotypes.map(\.name).contains("Poor Metabolizer"))
    }

    @Test func `With all positions seen *17 is told from *1 by the records alone`() throws {
        let lines = try Fixture.gene("CYP2C19", [94_761_900: "0/1", 94_842_866: "1/1"])
        let gene = try Fixture.result(lines)
        #expect(gene.diplotypes.map(\.name) == ["*1/*17"])
        #expect(gene.phenotypes == [Phenotype("Rapid Metabolizer")])
        #expect(gene.missing.isEmpty && gene.notExcluded.isEmpty)
        #expect(gene.definitionVersion == "2025-11-05-00-25")
    }

    @Test func `A missing must-test position opens the phenotype, a wobble base fits both bases`() throws {
        let lines = try Fixture.gene("CYP3A5", without: [99_672_916])
        let gene = try Fixture.result(lines, contigs: [], gene: "CYP3A5")
        #expect(gene.diplotypes.map(\.name) == ["*1/*1"])
        #expect(gene.missing.map(\.place) == ["chr7:99672916"])
        #expect(gene.notExcluded.map(\.name) == ["*3"])
        #expect(gene.phenotypes.map(\.name) == ["Normal Metabolizer", "Intermediate Metabolizer", "Poor Metabolizer"])
        // *2 may have either base at 94775507.
        let wobble = try Fixture.gene(
            "CYP2C19", [94_775_367: "0/1", 94_775_507: "0/1", 94_781_859: "0/1", 94_842_866: "1/1"])
        #expect(try Fixture.result(wobble).diplotypes.map(\.name) == ["*1/*2"])
    }

    @Test func `A reference block of a gVCF is evidence with enough quality and depth, and only then`() throws {
        func block(_ sample: String) throws -> GeneResult {
            try Fixture.result(
                ["chr19 39248000 C <NON_REF> \(sample) GT:GQ:MIN_DP END=39249000"], contigs: [], gene: "IFNL3")
        }
        let good = try block("0/0:30:12")
        #expect(good.diplotypes.map(\.name) == ["rs12979860 reference (C)/rs12979860 reference (C)"])
        #expect(good.positions.first?.call?.source == .block)
        #expect(try block("0/0:19:12").positions.first?.reason == "GQ 19 is below 20")
        #expect(try block("0/0:30:7").positions.first?.reason == "depth 7 is below 8")
        #expect(try block("./.:0:0").origin == .none)
    }

    @Test func `Phase sets decide where they can: two blocks leave both orders, one block leaves one`() throws {
        // *28 and *80 in UGT1A1: together *80+*28, apart *28 and *80.
        func call(_ first: String, _ second: String) throws -> GeneResult {
            let lines = [
                "chr2 233759924 C T \(first) GT:PS", "chr2 233760233 CAT C,CATAT,CATATAT \(second) GT:PS",
                "chr2 233760498 G A 0/0", "chr2 233760973 C A 0/0",
            ]
            return try Fixture.result(lines, contigs: [], gene: "UGT1A1")
        }
        let apart = try call("0|1:7", "2|0:7")
        #expect(apart.diplotypes.map(\.name) == ["*28/*80"])
        #expect(apart.otherDiplotypes.isEmpty && apart.toBePhased.isEmpty)
        #expect(try call("0|1:7", "0|2:7").diplotypes.map(\.name) == ["*1/*80+*28"])
        let blocks = try call("0|1:7", "2|0:9")
        #expect(Set((blocks.diplotypes + blocks.otherDiplotypes).map(\.name)) == ["*28/*80", "*1/*80+*28"])
        #expect(blocks.toBePhased == ["rs887829", "rs3064744"])
        #expect(blocks.diplotypes.map(\.name) == (try call("0/1:.", "0/2:.")).diplotypes.map(\.name))
    }

    @Test(
        "A repeat is read in any spelling: trimmed, split over two records, and moved left by the reference's own bases"
    )
    func repeats() throws {
        let rest = ["chr2 233759924 C T 0/0", "chr2 233760498 G A 0/0", "chr2 233760973 C A 0/0"]
        func call(_ lines: [String]) throws -> GeneResult {
            try Fixture.result(rest + lines, contigs: [], gene: "UGT1A1")
        }
        #expect(try call(["chr2 233760233 C CAT 0/1"]).diplotypes.map(\.name) == ["*1/*28"])
        #expect(try call(["chr2 233760235 T TAT 1/1"]).diplotypes.map(\.name) == ["*28/*28"])
        #expect(
            try call(["chr2 233760233 CAT CATAT 0/1", "chr2 233760233 CAT CATATAT 1/0"]).diplotypes.map(\.name) == [
                "*28/*37"
            ])
        let far = try call(["chr2 233760233 CAT C 0/0", "chr2 233760247 A AAT 0/1"])
        #expect(far.missing.map(\.position) == [233_760_233])
        #expect(far.positions.first { $0.locus.position == 233_760_233 }?.reason?.contains("--reference") == true)
    }

    @Test func `An allele that no definition knows, a failed filter and half a genotype make no call, and are named`()
        throws
    {
        let other = try Fixture.result(["chr16 31096368 C A 0/1"], contigs: [], gene: "VKORC1")
        #expect(other.origin == .none)
        #expect(other.remarks == ["no call: no named allele has what is at rs9923231 (C/A)"])
        let filtered = try Fixture.result(["chr16 31096368 C T 0/1 GT . LowQual"], contigs: [], gene: "VKORC1")
        #expect(filtered.positions.first?.reason == "the record did not pass its filters (LowQual)")
        let half = try Fixture.result(["chr16 31096368 C T ./1"], contigs: [], gene: "VKORC1")
        #expect(half.positions.first?.reason == "half of the genotype is missing (./1)")
    }

    @Test func `Another assembly is refused by its contigs' lengths, and by REF; names of contigs are mapped`() throws {
        #expect(throws: GenomicsError.self) {
            try Fixture.whole(["chr10 94781859 G A 0/1"], contigs: ["##contig=<ID=chr10,length=135534747>"])
        }
        #expect(throws: GenomicsError.self) {
            try Fixture.whole(["chr10 94781859 C A 0/1", "chr10 94761900 G T 0/0", "chr10 94842866 T G 0/0"])
        }
        let plain = try Fixture.whole(["16 31096368 C T 1/1"], contigs: ["##contig=<ID=16,length=90338345>"])
        #expect(plain.genes.first { $0.gene == "VKORC1" }?.phenotypes == [Phenotype("-1639 AA")])
        #expect(plain.remarks == ["contig 16 was taken for chr16"])
    }
}
