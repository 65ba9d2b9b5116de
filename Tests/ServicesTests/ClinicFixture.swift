import Commands
import Foundation
import Genomics

@testable import helicase

/// A genome of two genes, a recessive one and a dominant one, and a family's calls: files of a folder that goes away.
final class ClinicFixture {
    let folder = FileManager.default.temporaryDirectory.appending(path: "clinic-\(UUID().uuidString)").path
    let reference: String
    let genes: String
    let frequencies: String

    /// `ATG` and glutamines to the end: two exons, so that a stop codon in the first one leads to decay.
    private static let sequence =
        String(repeating: "G", count: 100) + "ATG" + String(repeating: "CAA", count: 199) + "GT"
        + String(repeating: "A", count: 96) + "AG" + String(repeating: "CAA", count: 100) + "TAA"
        + String(repeating: "G", count: 100)

    /// The position of the first base of a codon of the first exon.
    static func codon(_ number: Int) -> Int { 101 + 3 * (number - 1) }

    init() throws {
        let folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        func write(_ name: String, _ text: String) throws -> String { try Self.write(text, "\(folder)/\(name)") }
        let length = Self.sequence.count
        reference = try write("r.fa", ">chr1\n\(Self.sequence)\n>chr2\n\(Self.sequence)\n")
        var lines = ["##gff-version 3"]
        for (contig, gene) in [("chr1", "LARP7"), ("chr2", "NF1")] {
            let parts = [
                ("exon", 1, 700, "."), ("exon", 801, length, "."), ("CDS", 101, 700, "0"), ("CDS", 801, 1103, "0"),
            ]
            lines += [
                "\(contig)\tt\tgene\t1\t\(length)\t.\t+\t.\tID=gene:G\(contig);Name=\(gene);biotype=protein_coding;description=a gene [Source:HGNC Symbol%3BAcc:HGNC:\(contig == "chr1" ? 24912 : 7765)]",
                "\(contig)\tt\tmRNA\t1\t\(length)\t.\t+\t.\tID=transcript:T\(contig);Parent=gene:G\(contig);biotype=protein_coding",
            ]
            lines += parts.map { kind, start, end, frame in
                "\(contig)\tt\t\(kind)\t\(start)\t\(end)\t.\t+\t\(frame)\tParent=transcript:T\(contig)"
            }
        }
        genes = try write("genes.gff3", lines.joined(separator: "\n") + "\n")
        let text = try write(
            "f.vcf",
            """
            ##fileformat=VCFv4.2
            ##contig=<ID=chr1,length=\(length)>
            ##INFO=<ID=AF,Number=A,Type=Float,Description="Frequency">
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
            chr1\t5\t.\tG\tA\t.\t.\tAF=0.1

            """)
        _ = try VCFTextWriter.copy(text, to: text + ".gz")
        frequencies = text + ".gz"
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func file(_ name: String, _ text: String) throws -> String {
        try Self.write(text, "\(folder)/\(name)")
    }

    private static func write(_ text: String, _ path: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Calls of samples: contig, codon of the first exon that becomes a stop codon, and a genotype for each.
    func calls(
        _ samples: [String], _ records: [(contig: String, codon: Int, genotypes: [String])], name: String = "calls.vcf"
    ) throws -> String {
        let rows = records.map { record in
            "\(record.contig)\t\(Self.codon(record.codon))\t.\tC\tT\t50\tPASS\t.\tGT:DP:GQ\t"
                + record.genotypes.map { "\($0):30:60" }.joined(separator: "\t")
        }
        return try file(
            name,
            """
            ##fileformat=VCFv4.2
            ##contig=<ID=chr1,length=\(Self.sequence.count)>
            ##contig=<ID=chr2,length=\(Self.sequence.count)>
            ##FORMAT=<ID=GT,Number=1,Type=String,Description="">
            ##FORMAT=<ID=DP,Number=1,Type=Integer,Description="">
            ##FORMAT=<ID=GQ,Number=1,Type=Integer,Description="">
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(samples.joined(separator: "\t"))
            \(rows.joined(separator: "\n"))

            """)
    }

    /// HPO's files with one disease of each gene, and a case with a term.
    func phenotypes() throws -> String {
        let names = [
            "HP:0000118": "Phenotypic abnormality", "HP:0001250": "Seizure", "HP:0000365": "Hearing impairment",
        ]
        var obo = "format-version: 1.2\ndata-version: hp/releases/2030-01-01\n\n[Term]\nid: HP:0000001\nname: All\n"
        for (id, name) in names.sorted(by: { $0.key < $1.key }) {
            obo += "\n[Term]\nid: \(id)\nname: \(name)\nis_a: \(id == "HP:0000118" ? "HP:0000001" : "HP:0000118")\n"
        }
        obo += "\n[Term]\nid: HP:0000005\nname: Mode of inheritance\nis_a: HP:0000001\n"
        for (id, name) in [
            ("HP:0000006", "Autosomal dominant inheritance"), ("HP:0000007", "Autosomal recessive inheritance"),
        ] {
            obo += "\n[Term]\nid: \(id)\nname: \(name)\nis_a: HP:0000005\n"
        }
        _ = try file("hp.obo", obo)
        let header =
            "database_id\tdisease_name\tqualifier\thpo_id\treference\tevidence\tonset\tfrequency\tsex\tmodifier\taspect\tbiocuration"
        let rows = [
            "OMIM:1\tOne\t\tHP:0001250\tPMID:1\tPCS\t\t9/10\t\t\tP\tx",
            "OMIM:1\tOne\t\tHP:0000007\tPMID:1\tPCS\t\t\t\t\tI\tx",
            "OMIM:2\tTwo\t\tHP:0000365\tPMID:2\tPCS\t\t9/10\t\t\tP\tx",
            "OMIM:2\tTwo\t\tHP:0000006\tPMID:2\tPCS\t\t\t\t\tI\tx",
        ]
        _ = try file("phenotype.hpoa", "#version: 2030-01-01\n\(header)\n\(rows.joined(separator: "\n"))\n")
        _ = try file("gene_disease.tsv", "gene_symbol\tdisease_id\nLARP7\tOMIM:1\nNF1\tOMIM:2\n")
        return folder
    }

    /// `helicase interpret` with the fixture's files.
    func interpret(_ words: [String]) throws {
        let own = [
            "interpret", "--reference", reference, "--transcripts", genes, "--frequencies", "gnomad=\(frequencies)",
            "--output", "\(folder)/out", "--force",
        ]
        try InterpretCommand(CommandLineParser(CommandTree.root).parse(own + words)).run()
    }
}
