import Foundation
import Genomics
import Hashing

@testable import Clinical

/// A small genome with genes, a person's calls on it, and what ClinVar and a population say of some of them: all drawn from a seed.
struct GeneratedPerson {
    let folder: URL
    let reference: ReferenceGenome
    let variants: String
    let files: [KnowledgeFile]
    let question: ClinicalQuestion
    /// The alleles that the person has, by name, in the order of the file.
    let alleles: [String]

    private static let genes = ["BRCA1", "GENE2", "LDLR", "GENE4", "ATP7B", "GENE6"]
    private static let spacing = 2_000

    init(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        func pick<T>(_ items: [T]) -> T { items[random.index(below: items.count)] }
        let folder = FileManager.default.temporaryDirectory.appending(path: "person-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        func write(_ name: String, _ text: String) throws -> String {
            let path = folder.appending(path: name).path
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }
        let bases = (0..<(Self.spacing * Self.genes.count)).map { _ in pick(Array("ACGT")) }
        reference = try ReferenceGenome(path: write("reference.fa", ">chr1\n\(String(bases))\n"))
        let models = Self.genes.enumerated().map { index, gene in
            let (start, strand) = (index * Self.spacing + 201, index % 2 == 0 ? "+" : "-")
            let rows = [
                "gene\t\(start)\t\(start + 1_199)\t.\t\(strand)\t.\tID=gene:\(gene);Name=\(gene);biotype=protein_coding",
                "mRNA\t\(start)\t\(start + 1_199)\t.\t\(strand)\t.\tID=transcript:T\(index);Parent=gene:\(gene)",
            ]
            let exons = [(start, start + 599), (start + 900, start + 1_199)].flatMap { first, last in
                ["exon", "CDS"].map {
                    "\($0)\t\(first)\t\(last)\t.\t\(strand)\t\($0 == "CDS" ? "0" : ".")\tParent=transcript:T\(index)"
                }
            }
            return (rows + exons).map { "chr1\ttest\t\($0)\n" }.joined()
        }
        let transcripts = try write("genes.gff3", "##gff-version 3\n" + models.joined())

        let head = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=\(bases.count)>\n"
        var (calls, known, common, names): (String, String, String, [String]) = ("", "", "", [])
        var position = 20
        while position < bases.count - 40 {
            let length = pick([1, 1, 1, 1, 2, 3, 4])
            let old = String(bases[(position - 1)..<(position - 1 + length)])
            let new = length > 1 ? String(old.prefix(1)) : pick(["A", "C", "G", "T", old + "G", old + "CAT"])
            defer { position += 5 + random.index(below: 90) }
            guard new != old else { continue }
            let genotype = pick(["0/1", "0/1", "1/1", "0|1", "1|0", "0/0", "./."])
            let filter = pick(["PASS", "PASS", "PASS", "Low"])
            let place = "chr1\t\(position)\t.\t\(old)\t\(new)\t"
            calls += place + "50\t\(filter)\t.\tGT:PS\t\(genotype):\(genotype.contains("|") ? "20" : ".")\n"
            if genotype.contains("1") { names.append("chr1:\(position):\(old)>\(new)") }
            let word = pick(["Pathogenic", "Likely_benign", "Benign", "", "", ""])
            if !word.isEmpty {
                known += place + ".\t.\tCLNSIG=\(word);CLNREVSTAT=reviewed_by_expert_panel;ALLELEID=\(position)\n"
            }
            if random.index(below: 3) == 0 {
                common += place + ".\t.\tAC=\(pick([1, 40, 9_000]));AN=20000\n"
            }
        }
        alleles = names
        let columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
        variants = try write(
            "S.vcf",
            head + "##FILTER=<ID=Low,Description=\"Low\">\n"
                + "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
                + "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"Phase set\">\n\(columns)\tFORMAT\tS\n" + calls)
        func compressed(_ name: String, _ fields: [String], _ records: String) throws -> String {
            let info = fields.map { "##INFO=<ID=\($0),Number=.,Type=String,Description=\"\">\n" }.joined()
            let path = try write(name, head + info + columns + "\n" + records)
            _ = try VCFTextWriter.copy(path, to: path + ".gz")
            return path + ".gz"
        }
        let clinVar = try compressed("clinvar.vcf", ["CLNSIG", "CLNREVSTAT", "ALLELEID"], known)
        let population = try compressed("population.vcf", ["AC", "AN"], common)
        files = [
            KnowledgeFile(role: .transcripts, name: "genes", path: transcripts, digest: "a"),
            KnowledgeFile(role: .clinVar, name: "clinvar", version: "1", path: clinVar, digest: "b"),
            KnowledgeFile(role: .frequencies, name: "population", path: population, digest: "c"),
        ]
        let asked = Self.genes.filter { _ in random.index(below: 2) == 0 }
        question = ClinicalQuestion(
            genes: Set(asked), asksAboutAllGenes: seed % 3 == 0, consentsToSecondaryFindings: seed % 2 == 0)
    }

    /// The report of the person's calls, made as the services make it.
    func report(_ interpreter: Interpreter) throws -> Interpreter.Result {
        try interpreter.report(
            .init(
                variants: variants, question: question, calls: .init(name: "S.vcf"), software: "1",
                createdAt: Date(timeIntervalSince1970: 0)), folder: folder.path)
    }
}
