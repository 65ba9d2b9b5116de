@testable import Clinical

/// A gene of the examples with one of its variants.
struct ExampleGene: Sendable {
    var symbol: String
    var contig: String
    var accession: String
    var position: Int
    var reference: String
    var alternate: String
    var transcript: String
    var coding: String
    var protein: String?
    var term: String
    var impact: String
    var aminoAcids: String?
    var residue: Int?
    var exon: (number: Int, count: Int)?
    var disease: (id: String, name: String)
    /// Of `HP:0000005`.
    var inheritance: String
    var clinVar: String?
    /// The criteria of the variant, `PVS1, PM2_Supporting`.
    var met: String

    static let all = [brca1, cftr, cftrSecond, ldlr, mttl1, myh7, scn1a, dmd, intron]

    static let brca1 = ExampleGene(
        symbol: "BRCA1", contig: "chr17", accession: "NC_000017.11", position: 43_124_027, reference: "ACT",
        alternate: "A", transcript: "NM_007294.4", coding: "c.68_69del", protein: "NP_009225.1:p.(Glu23ValfsTer17)",
        term: "frameshift_variant", impact: "HIGH", aminoAcids: "E/VX", residue: 23, exon: (2, 23),
        disease: ("OMIM:604370", "Breast-ovarian cancer, familial, susceptibility to, 1"), inheritance: "HP:0000006",
        clinVar: "17662", met: "PVS1, PM2_Supporting, PS4, PP1_Strong")
    static let cftr = ExampleGene(
        symbol: "CFTR", contig: "chr7", accession: "NC_000007.14", position: 117_559_590, reference: "ATCT",
        alternate: "A", transcript: "NM_000492.4", coding: "c.1521_1523del", protein: "NP_000483.3:p.(Phe508del)",
        term: "inframe_deletion", impact: "MODERATE", aminoAcids: "IF/I", residue: 508, exon: (11, 27),
        disease: ("OMIM:219700", "Cystic fibrosis"), inheritance: "HP:0000007", clinVar: "7105",
        met: "PS3, PM3_VeryStrong, PM4, PP4")
    static let cftrSecond = ExampleGene(
        symbol: "CFTR", contig: "chr7", accession: "NC_000007.14", position: 117_587_806, reference: "G",
        alternate: "A", transcript: "NM_000492.4", coding: "c.1652G>A", protein: "NP_000483.3:p.(Gly551Asp)",
        term: "missense_variant", impact: "MODERATE", aminoAcids: "G/D", residue: 551, exon: (12, 27),
        disease: ("OMIM:219700", "Cystic fibrosis"), inheritance: "HP:0000007", clinVar: "7107",
        met: "PS3, PM2_Supporting, PP3_Moderate, PP4")
    static let ldlr = ExampleGene(
        symbol: "LDLR", contig: "chr19", accession: "NC_000019.10", position: 11_105_588, reference: "T",
        alternate: "TA", transcript: "NM_000527.5", coding: "c.682dup", protein: "NP_000518.1:p.(Glu228ArgfsTer9)",
        term: "frameshift_variant", impact: "HIGH", aminoAcids: "E/EX", residue: 228, exon: (4, 18),
        disease: ("OMIM:143890", "Hypercholesterolemia, familial, 1"), inheritance: "HP:0000006", clinVar: nil,
        met: "PVS1, PM2_Supporting, PP4")
    static let mttl1 = ExampleGene(
        symbol: "MT-TL1", contig: "chrM", accession: "NC_012920.1", position: 3_243, reference: "A", alternate: "G",
        transcript: "ENST00000386347.1", coding: "n.14A>G", protein: nil, term: "non_coding_transcript_exon_variant",
        impact: "MODIFIER", aminoAcids: nil, residue: nil, exon: (1, 1), disease: ("OMIM:540000", "MELAS"),
        inheritance: "HP:0001427", clinVar: "9589", met: "PS4, PP1, PP3, PS3_Supporting")
    static let myh7 = ExampleGene(
        symbol: "MYH7", contig: "chr14", accession: "NC_000014.9", position: 23_425_970, reference: "C",
        alternate: "T", transcript: "NM_000257.4", coding: "c.2011G>A", protein: "NP_000248.2:p.(Val671Met)",
        term: "missense_variant", impact: "MODERATE", aminoAcids: "V/M", residue: 671, exon: (18, 40),
        disease: ("OMIM:192600", "Cardiomyopathy, familial hypertrophic, 1"), inheritance: "HP:0000006",
        clinVar: "177626", met: "PM1, PM2_Supporting")
    static let scn1a = ExampleGene(
        symbol: "SCN1A", contig: "chr2", accession: "NC_000002.12", position: 166_051_853, reference: "G",
        alternate: "A", transcript: "NM_001165963.4", coding: "c.664C>T", protein: "NP_001159435.1:p.(Arg222Ter)",
        term: "stop_gained", impact: "HIGH", aminoAcids: "R/*", residue: 222, exon: (8, 29),
        disease: ("OMIM:607208", "Dravet syndrome"), inheritance: "HP:0000006", clinVar: "12886",
        met: "PVS1, PS2, PM2_Supporting")
    static let dmd = ExampleGene(
        symbol: "DMD", contig: "chrX", accession: "NC_000023.11", position: 32_380_996, reference: "C",
        alternate: "T", transcript: "NM_004006.3", coding: "c.5287+1G>A", protein: nil, term: "splice_donor_variant",
        impact: "HIGH", aminoAcids: nil, residue: nil, exon: nil,
        disease: ("OMIM:310200", "Muscular dystrophy, Duchenne type"), inheritance: "HP:0001419", clinVar: nil,
        met: "PVS1_Strong, PM2_Supporting")
    static let intron = ExampleGene(
        symbol: "PKD1", contig: "chr16", accession: "NC_000016.10", position: 2_108_330, reference: "G",
        alternate: "C", transcript: "NM_001009944.3", coding: "c.3162-9C>G", protein: nil, term: "intron_variant",
        impact: "MODIFIER", aminoAcids: nil, residue: nil, exon: nil,
        disease: ("OMIM:173900", "Polycystic kidney disease 1"), inheritance: "HP:0000006", clinVar: "500123",
        met: "BS1, BP4")
}
