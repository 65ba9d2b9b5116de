import Clinical
import Foundation
import Genomics
import LinearAlgebra
import TestSupport
import Testing

struct RiskCohortTests {
    private func cohort(_ genotypes: [String], contig: String = "chr1") throws -> CohortGenotypes {
        let samples = genotypes[0].split(separator: " ").count
        let file = FileManager.default.temporaryDirectory.appending(path: "cohort-\(UUID().uuidString).vcf")
        let names = (1...samples).map { "S\($0)" }.joined(separator: "\t")
        let records = genotypes.enumerated().map {
            "\(contig)\t\($0.offset + 1)\t.\tG\tA\t.\t.\t.\tGT\t\($0.element.split(separator: " ").joined(separator: "\t"))\n"
        }
        try Data(
            ("##fileformat=VCFv4.3\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n##contig=<ID=\(contig)>\n"
                + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(names)\n" + records.joined()).utf8
        ).write(to: file)
        return try CohortGenotypes(path: file.path)
    }

    @Test("Kinship by hand: three heterozygotes in common, one opposite pair of homozygotes, one site missing in one")
    func kinship() throws {
        let pairs = Kinship(
            try cohort(["0/1 0/1", "0/1 0/1", "0/1 1|0", "0/0 1/1", "0/1 0/0", "./. 0/1"]), minimum: -1
        ).pairs
        // N_AaAa 3, N_AA,aa 1, heterozygotes 4 and 3 where both are called: (3 − 2)/6 + 1/2 − 7/12.
        #expect(pairs.count == 1 && abs(pairs[0].coefficient - (1.0 / 6 + 0.5 - 7.0 / 12)) < 1e-15)
        #expect(pairs[0].sites == 5 && pairs[0].oppositeHomozygotes == 0.2)
    }

    @Test(
        "A person twice has a kinship of one half, for any number of threads; nothing is said where nobody is heterozygous"
    )
    func twins() throws {
        let genotypes = try cohort([String](repeating: "0/1 0/1 0/0", count: 70) + ["1/1 1/1 0/0"])
        for workers in [1, 3] {
            let kinship = Kinship(genotypes, minimum: 0.4, workers: workers)
            #expect(kinship.pairs.map(\.coefficient) == [0.5] && kinship.undecided == 2)
        }
    }

    @Test("The sex chromosomes are passed over")
    func sex() throws {
        let genotypes = try cohort(["0/1 1"], contig: "chrX")
        #expect(genotypes.sites.isEmpty && genotypes.skipped.notAutosomal == 1)
    }

    @Test(
        "Genotypes that are none are refused with their place", arguments: ["0/2", "0/1/1", "A/0", "0/", ".1", "99999"])
    func genotypes(text: String) {
        #expect(throws: GenomicsError.self) { try cohort(["0/0 0/1", "0/1 \(text)"]) }
    }

    @Test(
        "Height's score has no superpopulation's mean beyond 0.2 standard deviations once components are allowed for",
        .enabled(if: HelicaseData.isThere, "no data folder; set HELICASE_DATA"))
    func adjustment() throws {
        let folder = HelicaseData.folder.appending(path: "clinical/polygenic").path
        func column(_ file: String, _ key: String, _ values: [String]) throws -> [String: [String]] {
            let table = try TableFile(path: "\(folder)/\(file)")
            let name = try table.place(of: key)
            let places = try values.map { try table.place(of: $0) }
            var rows: [String: [String]] = [:]
            while let record = try table.nextWhole() { rows[record.fields[name]] = places.map { record.fields[$0] } }
            return rows
        }
        let components = try column("ancestry_ref_1kGP.pcs.tsv.gz", "IID", (1...5).map { "PC\($0)" })
        let sums = try column("PGS001229.sums_HGDP_and_1kGP.tsv.gz", "IID", ["SUM"])
        let labels = try column("ancestry_ref_1kGP.labels.psam.gz", "#IID", ["SuperPop"])
        let names = components.keys.filter { sums[$0] != nil && labels[$0] != nil }.sorted()
        let matrix = Matrix(names.map { (components[$0] ?? []).map { Double($0) ?? .nan } })
        let scores = names.map { Double(sums[$0]?[0] ?? "") ?? .nan }
        let adjustment = try AncestryAdjustment(components: matrix, scores: scores)
        var ofPopulation: [String: [Double]] = [:]
        for (row, name) in names.enumerated() {
            ofPopulation[labels[name]?[0] ?? "", default: []].append(
                adjustment.standardized(scores[row], components: matrix.row(row)))
        }
        #expect(names.count > 2500 && ofPopulation.count == 5)
        for values in ofPopulation.values { #expect(abs(values.reduce(0, +) / Double(values.count)) <= 0.2) }
        let middle = adjustment.percentile(scores[0], components: matrix.row(0))
        #expect(middle.interval.contains(middle.value) && middle.interval.upperBound - middle.interval.lowerBound < 5)
    }
}
