import Foundation
import Testing

@testable import Clinical

@Suite("What the network that classifies variants reads")
struct PathogenicityInputTests {
    @Test("Distances and scores of residues are the published ones")
    func scales() throws {
        func place(_ letter: Character) throws -> Int {
            try #require(letter.asciiValue.flatMap { AminoAcidScales.index(of: $0) })
        }
        let pairs: [(Character, Character, Int, Double)] = [
            ("C", "W", -2, 215), ("L", "I", 2, 5), ("R", "W", -3, 101), ("G", "D", -1, 94), ("V", "A", 0, 64),
            ("P", "L", -3, 98), ("S", "N", 1, 46),
        ]
        for (a, b, blosum, grantham) in pairs {
            let (a, b) = (try place(a), try place(b))
            #expect(AminoAcidScales.blosum62(a, b) == blosum)
            #expect(AminoAcidScales.blosum62(b, a) == blosum)
            #expect(abs(AminoAcidScales.grantham(a, b) - grantham) < 1)
        }
        let diagonal = (0..<20).map { AminoAcidScales.blosum62($0, $0) }
        #expect(diagonal == [4, 5, 6, 6, 9, 5, 5, 6, 8, 4, 4, 5, 5, 6, 7, 4, 5, 11, 7, 4])
    }

    @Test(
        "Names say what a change does",
        arguments: [
            ("NM_005101.3:c.62G>A", "NP_005092.1:p.Ser21Asn", ChangeKind.missense),
            ("c.163C>T", "p.Gln55Ter", .stopGained), ("c.163C>T", "p.(Gln55*)", .stopGained),
            ("c.3G>A", "p.Met1Ile", .startLost), ("c.3G>A", "p.Met1?", .startLost),
            ("c.822_832del", "p.Lys274AsnfsTer5", .frameshift), ("c.405C>T", "p.Cys135=", .synonymous),
            ("c.208_210del", "p.Ser70del", .inframe), ("c.1211+2T>G", "", .spliceSite), ("c.451-14T>C", "", .intron),
            ("c.451-5T>C", "", .spliceRegion), ("c.-12A>G", "", .untranslated), ("c.*7A>G", "", .untranslated),
        ])
    func kinds(coding: String, protein: String, kind: ChangeKind) throws {
        let input = try #require(
            PathogenicityInput(
                gene: "G", codingName: coding, proteinName: protein.isEmpty ? nil : protein))
        #expect(input.kind == kind)
        #expect((input.exchange != nil) == (kind == .missense))
    }

    @Test(
        "What is no name is not guessed at",
        arguments: [("", ""), ("c.62", "p.Ser"), ("c.62G>A", ""), ("c.62G>A", "p.?X"), ("g.5A>C", "Ser21Asn")])
    func refusing(coding: String, protein: String) {
        #expect(PathogenicityInput(gene: "G", codingName: coding, proteinName: protein) == nil)
    }

    @Test("Clear classes are told from others")
    func classes() {
        #expect(LabelledVariant.isPathogenic("Pathogenic/Likely pathogenic, risk factor") == true)
        #expect(LabelledVariant.isPathogenic("Likely benign") == false)
        #expect(LabelledVariant.isPathogenic("Pathogenic(Last reviewed: May 31, 2016)") == true)
        for word in ["Uncertain significance", "Conflicting interpretations of pathogenicity", "", "risk factor"] {
            #expect(LabelledVariant.isPathogenic(word) == nil)
        }
    }

    @Test("A frequency that nobody looked up is neither one of zero nor a small one")
    func frequencies() throws {
        let features = PathogenicityFeatures(constraint: GeneConstraint([:]))
        func row(_ frequency: PathogenicityInput.Frequency) throws -> [Float] {
            let input = try #require(
                PathogenicityInput(
                    gene: "G", codingName: "c.62G>A", proteinName: "p.Ser21Asn", frequency: frequency))
            var row: [Float] = []
            features.writeExample(input, into: &row)
            #expect(row.count == PathogenicityFeatures.variant + PathogenicityFeatures.frequency)
            return Array(row.suffix(PathogenicityFeatures.frequency))
        }
        #expect(try row(.notLookedUp) == [0, 0, 0])
        #expect(try row(.absent) == [1, 0, 0])
        #expect(try row(.share(1e-4)) == [0, 1, 0])
        #expect(try row(.share(1e-2)).last ?? 0 > 1)
        #expect(PathogenicityInput.Frequency(share: "") == .absent)
        #expect(PathogenicityInput.Frequency(share: "1.5") == nil)
        #expect(PathogenicityInput.Frequency(share: "nan") == nil)
    }

    @Test("An allele's frequency is the greatest of all sources, and one outside of coding genes is not read")
    func alleles() throws {
        let consequence = TranscriptConsequence(
            gene: "BRAF", transcript: "NM_004333.6", terms: ["missense_variant"], impact: "MODERATE",
            codingName: "NM_004333.6:c.1799T>A", proteinName: "NP_004324.2:p.Val600Glu", residue: 600,
            aminoAcids: "V/E")
        var allele = AnnotatedAllele(
            contig: "7", position: 1, reference: "A", alternate: "T", consequences: [consequence])
        #expect(try #require(PathogenicityInput(allele)).frequency == .notLookedUp)
        #expect(try #require(PathogenicityInput(allele, isLookedUp: true)).frequency == .absent)
        allele.frequencies = [
            PopulationFrequency(source: "a@1", frequency: 1e-5), PopulationFrequency(source: "b@1", frequency: 1e-3),
        ]
        #expect(try #require(PathogenicityInput(allele)).frequency == .share(1e-3))
        allele.consequences[0].proteinName = nil
        let unnamed = try #require(PathogenicityInput(allele))
        #expect(unnamed.kind == .missense && unnamed.exchange != nil && unnamed.residue == 600)
        allele.consequences = []
        #expect(PathogenicityInput(allele) == nil)
    }
}
