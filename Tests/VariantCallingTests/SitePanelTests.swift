import Genomics
import TestSupport
import Testing

@testable import VariantCalling

/// What became of the alleles that a panel asks for.
@Suite struct SitePanelTests {
    private let bases = "ACGTTGCATCAGGTACCTGACCCCCCTGATGCTAGTCAGGATCAAGTCTAGCATCAGCATTTAGC"

    private func panel(_ records: String, folder: ScratchFolder) throws -> SitePanel {
        let reference = try folder.reference([("c", bases)])
        try folder.write(
            "panel.vcf", "##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + records)
        return try SitePanel(path: folder.path("panel.vcf"), reference: reference)
    }

    @Test func `Alleles are asked for by what they change, however they are written, each once`() throws {
        let folder = try ScratchFolder()
        let panel = try panel(
            """
            c\t5\t.\tT\tA,G\t.\t.\t.
            c\t5\trs1\tTG\tAG,*\t.\t.\t.
            c\t7\t.\tCAT\tGAG\t.\t.\t.
            c\t25\t.\tCC\tC\t.\t.\t.

            """, folder: folder)
        let sites = try #require(panel.sites[.bin(contig: 0, index: 0)])
        #expect(
            sites.map { "\($0.position) \($0.reference)>\($0.alternate)" }
                == ["5 T>A", "5 T>G", "7 C>G", "9 T>G", "20 AC>A"])
        #expect(panel.count == 5 && panel.sites.count == 1)
    }

    @Test(
        arguments: [
            ("c\t5\t.\tG\tA\t.\t.\t.\n", "REF"), ("c\t5\t.\tT\t<DEL>\t.\t.\t.\n", "ALT"),
            ("d\t5\t.\tT\tA\t.\t.\t.\n", "CHROM"), ("c\t900\t.\tT\tA\t.\t.\t.\n", "900"), ("", "no alternate allele"),
        ])
    func `Alleles of another reference, without bases, and no alleles are refused by name`(
        records: String, field: String
    ) throws {
        let folder = try ScratchFolder()
        let error = #expect(throws: GenomicsError.self) { try panel(records, folder: folder) }
        #expect(error?.description.contains(field) == true)
    }

    private typealias Reads = PileupFixture
    private let reference = Reads.reference(200)
    private var window: ReferenceWindow { ReferenceWindow(start: 0, bases: reference) }

    /// What becomes of another letter at position 101 that so many of so many reads show.
    private func answer(
        showing: Int, of depth: Int, third: Int = 0, mappingQuality: UInt8 = 60, said probabilities: [Float]? = nil,
        regions: BED? = nil, copies: Int = 2
    ) throws -> SiteAnswer {
        let letter = Reads.text([reference[100]])
        let other = letter == "A" ? "C" : "A"
        let records = (0..<depth).map { index in
            var own = Array(reference[60..<160])
            if index < showing { own[40] = Array(other.utf8)[0] }
            if index >= depth - third { own[40] = UInt8(ascii: letter == "G" ? "T" : "G") }
            return Reads.read("r\(index)", at: 60, Reads.text(own), mappingQuality: mappingQuality)
        }
        let site = Candidate(contig: "c", position: 101, reference: letter, alternate: other)
        let found = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: records)
        let pileup = BinCaller().pileups(at: [site], core: 0..<200, reference: window, records: records)[0]
        let alleles = found.candidates.map {
            Genotyper.Allele(candidate: $0, probabilities: probabilities ?? [0, 1, 0])
        }
        var evidence = SiteEvidence(site, pileup: pileup, callability: found.summary, regions: regions)
        evidence.noCopy = probabilities?[0]
        var ploidy = Ploidy()
        ploidy.set(copies, "c", 0..<200)
        return SiteAnswer(evidence, calls: Genotyper(ploidy: ploidy).call(alleles), copies: copies)
    }

    @Test func `Where no read spans a long deletion none says that it is not there`() throws {
        let site = Candidate(
            contig: "c", position: 40, reference: Reads.text(reference[39..<160]),
            alternate: Reads.text([reference[39]]))
        let records = (0..<40).map { Reads.read("r\($0)", at: 3 * $0, Reads.text(reference[(3 * $0)..<(3 * $0 + 60)])) }
        let found = BinCaller().process(contig: "c", core: 0..<200, reference: window, records: records)
        let pileup = BinCaller().pileups(at: [site], core: 0..<200, reference: window, records: records)[0]
        let evidence = SiteEvidence(site, pileup: pileup, callability: found.summary, regions: nil)
        #expect(evidence.state == .callable && evidence.site.depth >= 5)
        #expect(SiteAnswer(evidence, calls: [], copies: 2).reason == .depth)
    }

    @Test func `An allele is called, or it is said why not`() throws {
        #expect(try answer(showing: 5, of: 10).reason == .called)
        #expect(try answer(showing: 5, of: 10).variant == nil)
        // QUAL 3.5.
        #expect(try answer(showing: 5, of: 10, said: [0.45, 0.55, 0]).reason == .filter)
        let elsewhere = BED([(contig: "c", range: 0..<100)])
        let cases: [(answer: SiteAnswer, record: String)] = [
            // Ten reads for the reference: 3 Phred each.
            (try answer(showing: 0, of: 10), "reference PASS 0/0 30 10,0"),
            (try answer(showing: 1, of: 20), "candidate PASS 0/0 40 19,1"),
            // Eight of ten show a third letter: neither the reference nor the allele.
            (try answer(showing: 0, of: 10, third: 8), "other PASS ./. . 2,0"),
            (try answer(showing: 3, of: 10, said: [0.99, 0.01, 0]), "network PASS 0/0 20 7,3"),
            (try answer(showing: 0, of: 4), "depth LowDepth ./. . 4,0"),
            (try answer(showing: 0, of: 0), "depth LowDepth ./. . 0,0"),
            (try answer(showing: 0, of: 10, mappingQuality: 0), "mapping LowMappingQuality ./. . 0,0"),
            (try answer(showing: 5, of: 10, regions: elsewhere), "region OutsideRegions ./. . 5,5"),
            (try answer(showing: 5, of: 10, copies: 0), "absent NoChromosome . . 5,5"),
            // A single chromosome of the reference: each of ten reads is against another allele.
            (try answer(showing: 0, of: 10, copies: 1), "reference PASS 0 99 10,0"),
            (try answer(showing: 0, of: 4, copies: 1), "depth LowDepth . . 4,0"),
            (try answer(showing: 4, of: 10, said: [0.01, 0.98, 0.01], copies: 1), "mixed Mixed . . 6,4"),
            (try answer(showing: 3, of: 10, said: [0.99, 0.01, 0], copies: 1), "network PASS 0 20 7,3"),
        ]
        for (answer, record) in cases {
            let variant = try #require(answer.variant)
            let words = [
                variant.info.first { $0.key == "WHY" }?.value, variant.filters.joined(), variant.genotype?.description,
                variant.sampleField("GQ"), variant.sampleField("AD"),
            ].map { $0 ?? "?" }.joined(separator: " ")
            #expect(words == record)
        }
    }
}
