import Annotation
import Clinical
import Foundation
import Genomics
import TestSupport
import Testing

@Suite("PVS1's decision tree")
struct NullVariantTests {
    /// A gene that does not tolerate loss of function (MED13: LOEUF 0.03), which no panel speaks of.
    private static let gene = "MED13"

    /// A transcript of four exons, on the forward strand: 90, 100, 99 and 302 coding bases, 196 residues.
    private static let transcripts = CodingTranscripts(
        TranscriptSet([
            Transcript(
                id: "NM_1.1", geneName: gene, contig: "chr1", isReverse: false,
                exons: [100..<190, 300..<400, 500..<599, 700..<1_002], coding: 100..<1_002, biotype: "protein_coding")
        ]))

    private func path(_ assessment: CriterionAssessment) -> String {
        assessment.outcome == .met
            ? "\(assessment.word) \(assessment.reason.prefix { $0 != ":" })" : assessment.word
    }

    /// The residue of a stop codon, and what the tree comes to.
    @Test(
        "A stop codon leads to decay, or to a shorter protein of which the share counts",
        arguments: [
            // 289 coding bases lie in front of the last junction.
            (20, "PVS1 NF1"), (79, "PVS1 NF1"), (80, "PVS1_Strong NF5"), (150, "PVS1_Strong NF5"),
            (180, "PVS1_Moderate NF6"),
        ])
    func stops(residue: Int, expected: String) throws {
        let allele = ClassificationFixture.allele(
            ClassificationFixture.consequence(
                Self.gene, "stop_gained", protein: "p.Arg\(residue)Ter", residue: residue, aminoAcids: "R/*"))
        #expect(
            path(try ClassificationFixture.assess(.pvs1, allele, transcripts: Self.transcripts)) == expected)
    }

    @Test("A frameshift counts by its new stop codon, and by the annotation where no gene models are given")
    func frameshifts() throws {
        func allele(_ protein: String, isDecayed: Bool? = nil, exon: Int = 2) -> AnnotatedAllele {
            ClassificationFixture.allele(
                ClassificationFixture.consequence(
                    Self.gene, "frameshift_variant", protein: protein, exon: .init(exon, of: 4), residue: 70,
                    isDecayed: isDecayed))
        }
        let models = Self.transcripts
        #expect(
            path(try ClassificationFixture.assess(.pvs1, allele("p.Gly70fsTer5"), transcripts: models)) == "PVS1 NF1")
        #expect(
            path(try ClassificationFixture.assess(.pvs1, allele("p.Gly70fsTer25"), transcripts: models))
                == "PVS1_Strong NF5")
        #expect(path(try ClassificationFixture.assess(.pvs1, allele("p.Gly70fsTer25", isDecayed: true))) == "PVS1 NF1")
        #expect(path(try ClassificationFixture.assess(.pvs1, allele("p.Gly70fsTer5"))) == "PVS1 NF1")
        #expect(try ClassificationFixture.assess(.pvs1, allele("p.Gly70fsTer5", exon: 3)).word == "not evaluable")
    }

    @Test("A lost part in which pathogenic variants lie is critical; the variant's own record says nothing")
    func critical() throws {
        let consequence = ClassificationFixture.consequence(
            Self.gene, "stop_gained", protein: "p.Arg185Ter", residue: 185, aminoAcids: "R/*")
        let known = [190, 192].enumerated().map {
            ClassificationFixture.known(Self.gene, $0.element, "R/W", "Pathogenic", position: 2_000 + $0.offset)
        }
        func assess(_ known: [AnnotatedAllele]) throws -> String {
            path(
                try ClassificationFixture.assess(
                    .pvs1, ClassificationFixture.allele(consequence), known: known, transcripts: Self.transcripts))
        }
        #expect(try assess(known) == "PVS1_Strong NF3")
        #expect(try assess([known[0]]) == "PVS1_Moderate NF6")
    }

    @Test(
        "A splice site counts by its exon's frame, place and share",
        arguments: [
            // Exon 2 (100 bases) shifts the frame and is in front of the last two.
            ("splice_donor_variant", 2, "PVS1 SS1"), ("splice_acceptor_variant", 1, "PVS1 SS1"),
            // Exon 3 (99 bases) keeps it: 33 of 196 residues.
            ("splice_donor_variant", 3, "PVS1_Strong SS8"),
            // Exon 4 shifts it, and there is nothing behind.
            ("splice_acceptor_variant", 3, "PVS1_Strong SS5"),
            // Exon 1 has the start codon.
            ("splice_donor_variant", 1, "PVS1_Supporting IC3"),
        ])
    func splicing(term: String, intron: Int, expected: String) throws {
        let allele = ClassificationFixture.allele(
            ClassificationFixture.consequence(Self.gene, term, intron: .init(intron, of: 3)))
        #expect(
            path(try ClassificationFixture.assess(.pvs1, allele, transcripts: Self.transcripts)) == expected)
        #expect(try ClassificationFixture.assess(.pvs1, allele).word == "not evaluable")
    }

    @Test("Without the intron's number the exon is that of the nearest coding base")
    func nearestBase() throws {
        let allele = ClassificationFixture.allele(
            ClassificationFixture.consequence(Self.gene, "splice_acceptor_variant", coding: "c.191-2A>G"))
        #expect(
            path(try ClassificationFixture.assess(.pvs1, allele, transcripts: Self.transcripts)) == "PVS1_Strong SS8")
    }

    @Test("A lost start codon counts by the pathogenic variants behind it")
    func starts() throws {
        let allele = ClassificationFixture.allele(
            ClassificationFixture.consequence(Self.gene, "start_lost", residue: 1, aminoAcids: "M/V"))
        func assess(_ known: [AnnotatedAllele]?) throws -> String {
            path(try ClassificationFixture.assess(.pvs1, allele, known: known, transcripts: Self.transcripts))
        }
        let near = ClassificationFixture.known(Self.gene, 10, "R/W", "Pathogenic", position: 5)
        let far = ClassificationFixture.known(Self.gene, 150, "R/W", "Pathogenic", position: 6)
        #expect(try assess([near]) == "PVS1_Moderate IC1")
        #expect(try assess([far]) == "PVS1_Supporting IC2")
        #expect(try assess(nil) == "PVS1_Supporting IC3")
    }

    @Test("Whether loss of function causes disease is asked first, and who says so is said")
    func mechanism() throws {
        func assess(_ gene: String, known: [AnnotatedAllele]? = nil) throws -> CriterionAssessment {
            let consequence = ClassificationFixture.consequence(
                gene, "stop_gained", protein: "p.Arg9Ter", residue: 9, aminoAcids: "R/*", isDecayed: true)
            return try ClassificationFixture.assess(.pvs1, ClassificationFixture.allele(consequence), known: known)
        }
        #expect(try assess("PAH").word == "PVS1")
        #expect(try assess("PAH").reason.contains("Phenylketonuria VCEP"))
        // Its panel does not use PVS1: the disease comes from altered myosin.
        #expect(try assess("MYH7").word == "not evaluable")
        // Recessive, and tolerant of the loss of one copy.
        #expect(try assess("LARP7").word == "PVS1")
        #expect(try assess("A1BG").word == "not met")
        #expect(try assess("NOSUCHGENE").word == "not evaluable")
        let nulls = (0..<3).map {
            ClassificationFixture.known(
                "A1BG", 50 + $0, "R/*", "Pathogenic", position: 50 + $0, terms: "stop_gained")
        }
        #expect(try assess("A1BG", known: nulls).word == "PVS1")
        #expect(try assess("A1BG", known: Array(nulls.dropLast())).word == "not met")
    }

    @Test("BRCA2's last codons are not needed, as its panel says")
    func lastCodons() throws {
        func assess(_ residue: Int) throws -> String {
            let consequence = ClassificationFixture.consequence(
                "BRCA2", "stop_gained", protein: "p.Lys\(residue)Ter", exon: .init(27, of: 27), residue: residue,
                aminoAcids: "K/*", isDecayed: false)
            return try ClassificationFixture.assess(.pvs1, ClassificationFixture.allele(consequence)).word
        }
        #expect(try assess(3_308) == "PVS1")
        #expect(try assess(3_326) == "not met")
    }

    private static let published = HelicaseData.folder
        .appending(path: "clinical/interpretation/pvs1_expected_paths.tsv.gz").path

    @Test(
        "Published variants of genes whose exons are known take the expected path",
        .enabled(if: FileManager.default.fileExists(atPath: published), "the published paths are not at hand"))
    func publishedPaths() throws {
        let table = try TableFile(path: Self.published)
        var (compared, without): (Int, [String]) = (0, [])
        while let record = try table.nextWhole() {
            // `Gene: PAH; p.Lys274AsnfsTer5; …`
            let words = record.fields[4].split(separator: ";").map { $0.drop { $0 == " " } }
            let gene = String(words[0].dropFirst(6))
            guard words.count > 1, words[1].hasPrefix("p.") else {
                without.append(gene)
                continue
            }
            let protein = String(words[1])
            let residue = Int(protein.dropFirst(5).prefix(while: \.isNumber))
            let isShift = protein.contains("fs")
            let allele = ClassificationFixture.allele(
                ClassificationFixture.consequence(
                    gene, isShift ? "frameshift_variant" : "stop_gained",
                    transcript: String(record.fields[0].prefix { $0 != ":" }), protein: protein, residue: residue,
                    aminoAcids: isShift ? nil : "X/*"))
            let found = try ClassificationFixture.assess(.pvs1, allele)
            if found.outcome == .notEvaluable {
                without.append(gene)
                continue
            }
            compared += 1
            #expect(path(found) == "\(record.fields[2]) \(record.fields[3])", "\(record.fields[0])")
        }
        // The exons of these are in no table that comes with the suite.
        #expect(without == ["LARP7", "SLC26A4", "USH2A", "USH2A"])
        #expect(compared == 16)
    }
}
