import Clinical
import Foundation
import Genomics
import TestSupport
import Testing

@Suite(.enabled(if: PharmacogenomicFixture.isThere, "PharmCAT's files are not there"))
struct PharmacogenomicDataTests {
    private func rows(_ name: String, in folder: String) throws -> [[String: String]] {
        let table = try TableFile(path: "\(PharmacogenomicFixture.data)/\(folder)/\(name)")
        var rows: [[String: String]] = []
        while let record = try table.nextWhole() {
            rows.append(Dictionary(uniqueKeysWithValues: zip(table.columns, record.fields)))
        }
        return rows
    }

    @Test
    func `All star alleles on which PharmCAT's file names and an independent matcher agree are called as they are`()
        throws
    {
        let caller = Pharmacogenomics(knowledge: try PharmacogenomicFixture.knowledge.get())
        let verified = try rows("calls.tsv", in: "genotypes").filter { $0["status"] == "verified" }
        #expect(verified.count == 36)
        for row in verified {
            let file = "\(PharmacogenomicFixture.data)/genotypes/\(row["file"] ?? "")"
            let evidence = try SampleEvidence(
                path: file, sample: nil, definitions: caller.knowledge.definitions.filter { $0.gene == row["gene"] })
            let gene = caller.result(evidence).genes.first { $0.gene == row["gene"] }
            #expect(gene?.diplotypes.map(\.name) == [row["call"] ?? ""], "\(row["file"] ?? "")")
        }
    }

    @Test func `PharmCAT's own example has its diplotypes, phenotypes and activity scores, gene by gene`() throws {
        let folder = "\(PharmacogenomicFixture.data)/examples"
        let caller = Pharmacogenomics(knowledge: try PharmacogenomicFixture.knowledge.get())
        let outside = try OutsideCalls(
            path: "\(folder)/pharmcat.example.outsideCall.tsv.gz", genes: caller.knowledge.genes)
        let result = try caller.result(variants: "\(folder)/pharmcat.example.vcf.gz", outside: outside)
        // The first line of the report names PharmCAT's version.
        var lines = try BGZFLines(path: "\(folder)/pharmcat.example.report.tsv.gz")
        var compared = 0
        while let line = try lines.next() {
            let fields = String(decoding: line, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count > 10, fields[0] != "Gene", let gene = result.genes.first(where: { $0.gene == fields[0] })
            else { continue }
            compared += 1
            #expect(gene.diplotypes.map(\.name) == [String(fields[1])])
            #expect(
                gene.phenotypes.map(\.name).joined() == fields[2].trimmingCharacters(in: .whitespaces), "\(fields[0])")
            #expect((gene.phenotypes.first?.activityScore ?? "") == fields[3], "\(fields[0])")
            #expect(gene.missing.isEmpty || gene.origin == .outside)
        }
        #expect(compared == 20)
        let hla = result.genes.first { $0.gene == "HLA-B" }
        #expect(hla?.phenotypes.map(\.name) == ["*15:02 positive", "*57:01 positive", "*58:01 negative"])
        let abacavir = result.advice.filter { $0.drug == "abacavir" && $0.source == "CPIC" }
        #expect(abacavir.map(\.recommendation) == ["Abacavir is not recommended"])
        #expect(abacavir.map(\.isConditional) == [false])
        let amitriptyline = result.advice.filter { $0.drug == "amitriptyline" && $0.source == "CPIC" }
        #expect(amitriptyline.map(\.lookup) == ["CYP2C19 Normal Metabolizer; CYP2D6 1.0"])
    }
}
