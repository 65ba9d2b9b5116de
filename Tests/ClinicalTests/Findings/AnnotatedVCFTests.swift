import Clinical
import Foundation
import Genomics
import Testing

@Suite("Annotated calls")
struct AnnotatedVCFTests {
    private static let format =
        "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|HGVSc|HGVSp|cDNA_position|CDS_position|"
        + "Protein_position|Amino_acids|Codons|STRAND|FLAGS|PICK|CANONICAL|MANE_SELECT|ENSP|NMD|HAPLOTYPE"
    private static let header = [
        "##fileformat=VCFv4.2", "##contig=<ID=chr1>", "##contig=<ID=chrM>", "##FILTER=<ID=LowQual,Description=\"\">",
        "##INFO=<ID=CSQ,Number=.,Type=String,Description=\"Consequences. Format: \(format)\">",
        "##INFO=<ID=AF,Number=A,Type=Float,Description=\"Of these samples\">",
        "##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"\">",
        "##INFO=<ID=gnomad_AC,Number=A,Type=Integer,Description=\"\">",
        "##INFO=<ID=gnomad_AN,Number=1,Type=Integer,Description=\"\">",
        "##INFO=<ID=gnomad_nhomalt,Number=A,Type=Integer,Description=\"\">",
        "##INFO=<ID=gnomad_AF_afr,Number=A,Type=Float,Description=\"\">",
        "##INFO=<ID=gnomad_AN_afr,Number=1,Type=Integer,Description=\"\">",
        "##INFO=<ID=gnomad_AF_popmax,Number=A,Type=Float,Description=\"\">",
        "##INFO=<ID=CLNSIG,Number=.,Type=String,Description=\"\">",
        "##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description=\"\">",
        "##INFO=<ID=CLNDN,Number=.,Type=String,Description=\"\">",
        "##INFO=<ID=ALLELEID,Number=1,Type=Integer,Description=\"\">",
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">",
    ]

    /// A row of CSQ of some columns.
    private static func row(
        _ allele: String, _ terms: String, _ transcript: String, pick: Bool = false, exon: String = "",
        protein: String = "",
        residue: String = "", aminoAcids: String = "", nmd: String = ""
    ) -> String {
        "\(allele)|\(terms)|HIGH|GENE1|1|Transcript|\(transcript)|protein_coding|\(exon)||\(transcript)%3Ac.1del|\(protein)|||\(residue)|"
            + "\(aminoAcids)||1||\(pick ? "1" : "")||||\(nmd)|"
    }

    /// A file of records, each of the nine first columns and the samples' separated by blanks.
    private static func write(_ records: [String], samples: [String], without: String? = nil) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).vcf").path
        let columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
        let names = samples.isEmpty ? [] : ["FORMAT"] + samples
        let lines =
            header.filter { line in without.map { !line.contains($0) } ?? true }
            + [(columns + names).joined(separator: "\t")] + records.map { $0.replacing(" ", with: "\t") }
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The alleles of records, each of the nine first columns and the samples' separated by blanks.
    private static func read(
        _ records: [String], samples: [String] = ["S"], without: String? = nil,
        options: AnnotatedVCF.Options = .init()
    ) throws -> (alleles: [AnnotatedAllele], counts: AnnotatedVCF.Counts) {
        let path = try write(records, samples: samples, without: without)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var reader = try AnnotatedVCF(path: path, options: options)
        var alleles: [AnnotatedAllele] = []
        while let allele = try reader.next() { alleles.append(allele) }
        return (alleles, reader.counts)
    }

    @Test("An allele comes with its call, its consequences, the chosen first, frequencies and ClinVar's word")
    func whole() throws {
        let rows = [
            Self.row("T", "missense_variant&splice_region_variant", "NM_1.1", residue: "12/340", aminoAcids: "R/W"),
            Self.row(
                "T", "stop_gained", "NM_2.1", pick: true, exon: "2/11", protein: "NP_2.1:p.Arg9Ter", residue: "9",
                aminoAcids: "R/*", nmd: "sensitive"),
        ].joined(separator: ",")
        let info =
            "CSQ=\(rows);AF=0.5;gnomad_AF=0.001;gnomad_AC=3;gnomad_AN=3000;gnomad_nhomalt=1;gnomad_AF_afr=0.002;gnomad_AN_afr=1000;"
            + "gnomad_AF_popmax=0.9;CLNSIG=Pathogenic/Likely_pathogenic;CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;"
            + "CLNDN=Breast_cancer|not_provided;ALLELEID=77"
        let (alleles, counts) = try Self.read([
            "chr1 100 rs1 C T 50 LowQual \(info) GT:GQ:DP:AD:PS 0|1:48.7:30:14,16:90"
        ])
        let allele = try #require(alleles.first)
        #expect(allele.name == "chr1:100:C>T")
        let call = try #require(allele.call)
        #expect(call.genotype == "0|1" && call.zygosity == .heterozygous && call.quality == 48 && call.depth == 30)
        #expect(call.depths == [14, 16] && call.filters == ["LowQual"] && call.share == nil)
        #expect(call.phase == GeneVariant.Phase(set: "chr1:90", haplotype: 1))
        #expect(allele.consequences.map(\.transcript) == ["NM_2.1", "NM_1.1"])
        let chosen = try #require(allele.chosen)
        #expect(chosen.gene == "GENE1" && chosen.terms == ["stop_gained"] && chosen.isDecayed == true)
        #expect(chosen.exon == .init(2, of: 11) && chosen.intron == nil && chosen.residue == 9)
        #expect(chosen.codingName == "NM_2.1:c.1del" && chosen.proteinName == "NP_2.1:p.Arg9Ter")
        #expect(allele.consequences[1].terms == ["missense_variant", "splice_region_variant"])
        #expect(allele.consequences[1].residue == 12 && allele.consequences[1].isDecayed == nil)
        #expect(
            allele.frequencies == [
                PopulationFrequency(
                    source: "gnomad", alleleCount: 3, alleleNumber: 3_000, frequency: 0.001, homozygotes: 1),
                PopulationFrequency(source: "gnomad", population: "afr", alleleNumber: 1_000, frequency: 0.002),
            ])
        let known = try #require(allele.clinVar)
        #expect(known.significance == "Pathogenic/Likely pathogenic" && known.stars == 2 && known.id == "77")
        #expect(known.conditions == ["Breast cancer"])
        #expect(counts.alleles == 1 && counts.records == 1)
    }

    @Test("What is missing is nil and never 0")
    func missing() throws {
        let (alleles, _) = try Self.read(["chr1 5 . A G . . . GT:GQ:DP:AD 1/1:.:.:."])
        let allele = try #require(alleles.first)
        #expect(allele.consequences.isEmpty && allele.frequencies.isEmpty && allele.clinVar == nil)
        #expect(allele.call?.zygosity == .homozygous && allele.call?.filters == [])
        #expect(allele.call?.quality == nil && allele.call?.depth == nil && allele.call?.depths == nil)
    }

    @Test(
        "Genotypes say who has which allele",
        arguments: [
            ("1", ["G:hemizygous"]), ("0/1", ["G:heterozygous"]), ("1/2", ["G:heterozygous", "T:heterozygous"]),
            ("./1", ["G:heterozygous"]), ("2|2", ["T:homozygous"]), ("0/0", []), ("./.", []), (".", []),
        ])
    func genotypes(text: String, expected: [String]) throws {
        let (alleles, counts) = try Self.read(["chr1 5 . A G,T,* . PASS . GT \(text)"])
        #expect(alleles.map { "\($0.alternate):\($0.call?.zygosity.rawValue ?? "")" } == expected)
        #expect(counts.alleles + counts.absent + counts.uncalled + counts.placeholders == 3)
    }

    @Test("Each of several ALTs gets its own rows and numbers, and ClinVar's one word is no one's")
    func splitting() throws {
        let rows = [Self.row("-", "frameshift_variant", "NM_1.1"), Self.row("CT", "inframe_insertion", "NM_1.1")]
        let info = "CSQ=\(rows.joined(separator: ","));gnomad_AF=0.1,.;gnomad_AN=50;CLNSIG=Benign"
        let (alleles, counts) = try Self.read(["chr1 5 . AC A,ACT . PASS \(info) GT 1/2"])
        #expect(alleles.map(\.chosen?.terms) == [["frameshift_variant"], ["inframe_insertion"]])
        #expect(alleles.map { $0.frequencies.map(\.frequency) } == [[0.1], []])
        #expect(alleles.allSatisfy { $0.clinVar == nil })
        #expect(counts.sharedClinVar == 1)
    }

    @Test("A mitochondrial allele comes with its share, another's AF of the sample is nothing")
    func shares() throws {
        let (alleles, _) = try Self.read([
            "chrM 5 . A G . PASS . GT:AF 0/1:0.25", "chr1 5 . A G . PASS . GT:AF 0/1:0.25",
        ])
        #expect(alleles.map { $0.call?.share } == [nil, 0.25] || alleles.map { $0.call?.share } == [0.25, nil])
        #expect(alleles.first?.call?.share == 0.25)
    }

    @Test("One of several samples is read by name; without one their names are said")
    func samples() throws {
        let record = "chr1 5 . A G . PASS . GT 0/1 1/1"
        var options = AnnotatedVCF.Options()
        let refused = #expect(throws: GenomicsError.self) { try Self.read([record], samples: ["A", "B"]) }
        #expect(refused?.description.contains("A, B") == true)
        options.sample = "B"
        #expect(
            try Self.read([record], samples: ["A", "B"], options: options).alleles[0].call?.zygosity == .homozygous)
        options.sample = "C"
        #expect(throws: GenomicsError.self) { try Self.read([record], samples: ["A", "B"], options: options) }
        options = AnnotatedVCF.Options()
        options.isSitesOnly = true
        #expect(try Self.read([record], samples: ["A", "B"], options: options).alleles.map(\.call) == [nil])
        #expect(try Self.read(["chr1 5 . A G . PASS ."], samples: []).alleles.map(\.call) == [nil])
    }

    @Test("Relatives' copies come with each allele, and a weak call is none")
    func relatives() throws {
        let names = ["A", "B", "C"]
        var options = AnnotatedVCF.Options()
        (options.sample, options.relatives) = ("A", ["C", "B"])
        let record = "chr1 5 . A G,T . PASS . GT:DP:GQ 1/2:30:99 0/0:30:10 0/1:30:99"
        let path = try Self.write([record], samples: names)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var reader = try AnnotatedVCF(path: path, options: options)
        var found: [[Int?]] = []
        while try reader.next() != nil { found.append(reader.relatives) }
        #expect(found == [[1, nil], [0, nil]])
        options.relatives = ["D"]
        #expect(throws: GenomicsError.self) { _ = try AnnotatedVCF(path: path, options: options) }
    }

    @Test(
        "A value that is none is refused with the record and the field",
        arguments: [
            ("chr1 5 . A G . . gnomad_AF=1.5 GT 0/1", "gnomad_AF"),
            ("chr1 5 . A G . . gnomad_AC=-1 GT 0/1", "gnomad_AC"),
            ("chr1 5 . A G . . gnomad_AC=9;gnomad_AN=3 GT 0/1", "9 copies among 3"),
            ("chr1 5 . A G,T . . gnomad_AF=0.1 GT 1/2", "1 values"), ("chr1 x . A G . . . GT 0/1", "POS"),
            ("chr1 5 . A G . . . GT 0/7", "GT"), ("chr1 5 . A G . . . GT:GQ 0/1:high", "GQ"),
            ("chr1 5 . A G . . . GT:AD 0/1:3", "AD"), ("chr1 5 . A G . . CSQ=G|x GT 0/1", "CSQ"),
            ("chr1 5 . A G . .", "columns"), ("chr1 5 . 7 G . . . GT 0/1", "REF"),
        ])
    func refusing(record: String, word: String) {
        let error = #expect(throws: GenomicsError.self) { try Self.read(["chr1 1 . A G . . . GT 0/0", record]) }
        #expect(error?.description.contains(word) == true)
        #expect(error?.record == 2)
    }

    @Test("A file without CSQ is refused with the command that adds it")
    func withoutConsequences() {
        let error = #expect(throws: GenomicsError.self) { try Self.read([], without: "ID=CSQ") }
        #expect(error?.description.contains("helicase annotate --variants") == true)
    }
}
