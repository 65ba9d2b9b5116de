import Foundation
import Genomics
import Hashing
import Testing

@testable import SyntheticCohorts

/// Reading panels, and the audit's measures on cases that are known by hand.
struct MeasureTests {
    static func matrix(_ rows: [String]) -> BitMatrix {
        var matrix = BitMatrix(rows: rows.count, columns: rows.first?.count ?? 0)
        for (row, text) in rows.enumerated() {
            for (column, letter) in text.enumerated() where letter == "1" { matrix[row, column] = true }
        }
        return matrix
    }

    static func file(_ records: [String], samples: Int) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("panel-\(UUID().uuidString).vcf").path
        let names = (0..<samples).map { "P\($0)" }.joined(separator: "\t")
        let text =
            "##fileformat=VCFv4.2\n##contig=<ID=1,length=1000>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n"
            + "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t\(names)\n" + records.joined(separator: "\n")
            + "\n"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test("A panel has the biallelic complete records, and counts the others")
    func panel() throws {
        let path = try Self.file(
            [
                "1\t10\trs1\tA\tC\t.\t.\t.\tGT:DP\t0|1:3\t1|1:4", "1\t20\t.\tA\tC,G\t.\t.\t.\tGT\t0|1\t1|2",
                "1\t30\t.\tA\tC\t.\t.\t.\tGT\t0|1\t.|.", "1\t40\t.\tA\tC\t.\t.\t.\tGT\t0\t0|1",
                "1\t50\t.\tAT\tA\t.\t.\t.\tGT\t0/0\t1|0",
            ], samples: 2)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let panel = try HaplotypePanel(path: path)
        #expect(panel.sites.map(\.position) == [10, 50] && panel.sites[0].identifier == "rs1")
        #expect(panel.alleles.places(0) == [1, 2, 3] && panel.alleles.places(1) == [2])
        #expect(panel.leftOut.notBiallelic == 1 && panel.leftOut.incomplete == 2)
        let half = panel.selecting(people: [1])
        #expect(half.samples == ["P1"] && half.alleles.places(0) == [0, 1] && half.frequency(1) == 0.5)
    }

    @Test("A genotype without a phase, or of an allele that is not there, is refused with its record")
    func refusals() throws {
        for (genotype, word) in [("0/1", "not phased"), ("0|2", "no allele")] {
            let path = try Self.file(
                ["1\t10\t.\tA\tC\t.\t.\t.\tGT\t0|1\t1|1", "1\t20\t.\tA\tC\t.\t.\t.\tGT\t0|0\t\(genotype)"], samples: 2)
            defer { try? FileManager.default.removeItem(atPath: path) }
            let error = #expect(throws: GenomicsError.self) { try HaplotypePanel(path: path) }
            #expect(error?.record == 2 && error?.field == "GT" && error?.message.contains(word) == true)
        }
    }

    @Test("Copies have an adversarial accuracy of 0, strangers of 1")
    func accuracy() {
        let real = Self.matrix(["0000", "1100", "0011"])
        #expect(NearestNeighbors.adversarialAccuracy(real: real, synthetic: real, workers: 2) == 0)
        let far = Self.matrix(["1111", "1111", "1111"])
        #expect(
            NearestNeighbors.adversarialAccuracy(real: Self.matrix(["0000", "0000"]), synthetic: far, workers: 1) == 1)
        #expect(NearestNeighbors.distances(real, to: far, workers: 2) == [4, 2, 2])
        #expect(NearestNeighbors.distances(real, to: real, isSame: true, workers: 1) == [2, 2, 2])
    }

    @Test("Stretches, areas and linkage are those that one counts by hand")
    func measures() {
        let rows = Self.matrix([String(repeating: "0", count: 70)])
        var other = BitMatrix(rows: 1, columns: 70)
        other[0, 3] = true
        #expect(NearestNeighbors.longestShared(rows, with: other, workers: 1) == [66])
        #expect(NearestNeighbors.longestShared(rows, with: rows, workers: 1) == [70])
        #expect(NearestNeighbors.area([3, 2], [1, 2]) == 0.875)
        #expect(NearestNeighbors.area([], [1]) == 0.5)
        let sites = Self.matrix(["0011", "0011", "1100", "0101", "0000"])
        #expect(Linkage.correlations(sites, workers: 2) == [1, -1, 0, 0, -1, 0, 0, 0, 0, 0])
        #expect(Linkage.correlation([1, 2, 3], [2, 4, 6]) == 1 && Linkage.correlation([1], [1]) == 0)
        var flipped = Self.matrix(["0011"])
        flipped.complement(0)
        #expect(flipped == Self.matrix(["1100"]) && flipped.transposed.transposed == flipped)
    }

    @Test("Kinship is a half of oneself, a quarter of a child, and not positive of a stranger")
    func kinship() {
        var random = SplitMix64(seed: 3)
        let strands = (0..<5).map { _ in String((0..<4000).map { _ in random.uniform() < 0.5 ? "1" : "0" }) }
        let parent = KinshipScreen(haplotypes: Self.matrix([strands[0], strands[1]]))
        let child = KinshipScreen(haplotypes: Self.matrix([strands[0], strands[2]]))
        let stranger = KinshipScreen(haplotypes: Self.matrix([strands[3], strands[4]]))
        let same = parent.screen(parent, limit: 0.4, workers: 1)
        #expect(same.largest == [0.5] && same.reaching == 1)
        #expect(abs(parent.screen(child, limit: 0.4, workers: 1).largest[0] - 0.25) < 0.03)
        #expect(abs(parent.screen(stranger, limit: 0.4, workers: 1).largest[0]) < 0.05)
    }
}
