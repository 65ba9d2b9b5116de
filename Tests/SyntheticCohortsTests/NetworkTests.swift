import Foundation
import Genomics
import Hashing
import Testing

@testable import SyntheticCohorts

/// A network learned from made-up people, and the cohorts it makes.
struct NetworkTests {
    /// Haplotypes of four ancestors in stretches, with a private allele here and there.
    static func panel(people: Int, sites: Int, seed: UInt64) -> HaplotypePanel {
        var random = SplitMix64(seed: 1)
        let ancestors = (0..<4).map { _ in (0..<sites).map { _ in random.uniform() < 0.4 } }
        var alleles = BitMatrix(rows: sites + 1, columns: 2 * people)
        random = SplitMix64(seed: seed)
        for haplotype in 0..<2 * people {
            var ancestor = random.index(below: 4)
            for site in 0..<sites {
                if random.uniform() < 0.05 { ancestor = random.index(below: 4) }
                if ancestors[ancestor][site] { alleles[site, haplotype] = true }
            }
        }
        alleles[sites, 5] = true
        return HaplotypePanel(
            samples: (0..<people).map { "P\($0)" }, contigs: [Contig(name: "1", length: 2_000_000_000)],
            sites: (0...sites).map {
                .init(contig: "1", position: ($0 + 1) * 10_000_000, identifier: ".", reference: "A", alternate: "G")
            }, alleles: alleles)
    }

    @Test("Samples have the panel's frequencies and linkage, whatever the number of workers, and no singleton")
    func samples() throws {
        let (one, two) = (Self.panel(people: 200, sites: 40, seed: 2), Self.panel(people: 200, sites: 40, seed: 3))
        let network = HaplotypeNetwork(one, seed: 4, workers: 2)
        let varying = (0..<40).filter { (0.03...0.97).contains(one.frequency($0)) }
        #expect(network.madeSites == varying && !network.madeSites.contains(40))
        let made = network.haplotypes(0..<400, seed: 5, workers: 2)
        let again = HaplotypeNetwork(one, seed: 4, workers: 1)
        #expect(again.haplotypes(0..<400, seed: 5, workers: 1) == made)
        #expect(again.haplotypes(300..<400, seed: 5).transposed == made.transposed.selecting(rows: Array(300..<400)))
        #expect(network.haplotypes(0..<400, seed: 6) != made)
        let truth = two.alleles.selecting(rows: varying)
        for row in varying.indices {
            #expect(abs(Double(made.count(row) - truth.count(row)) / 400) < 0.15)
        }
        let linkage = Linkage.correlation(
            Linkage.correlations(made, workers: 1), Linkage.correlations(truth, workers: 1))
        #expect(linkage > 0.85, "\(linkage)")
    }

    @Test("An audit passes no copies: what it measures of a network of few people's own alleles")
    func audit() throws {
        let panel = Self.panel(people: 120, sites: 60, seed: 7)
        let (training, heldOut) = (
            panel.selecting(people: Array(0..<60)), panel.selecting(people: Array(60..<120))
        )
        let network = HaplotypeNetwork(training, seed: 1)
        let (audit, curves) = try CohortAuditor(training: training, heldOut: heldOut, seed: 2, workers: 2).audit(
            network)
        #expect(
            audit.singletonsMade == 0 && audit.syntheticPeople == 60 && audit.measuredSites == network.madeSites.count)
        #expect(audit.membershipNearest < 0.65 && audit.frequencyCorrelation > 0.8)
        #expect(curves.frequencies.count == audit.measuredSites && curves.componentsSynthetic.count == 60)
        var copied = audit
        (copied.accuracyTraining, copied.accuracyHeldOut) = (0.06, 0.67)
        (copied.membershipNearest, copied.identicalSynthetic, copied.identicalReal) = (0.8, 1, 0)
        let failed = Set(copied.checks().filter { !$0.holds }.map(\.name))
        #expect(
            failed.isSuperset(of: [
                "adversarial accuracy (training)", "privacy loss", "membership, nearest neighbor (AUC)",
                "identical to a training haplotype",
            ]))
        let provenance = CohortReport.Provenance(
            panel: "p.vcf", digest: "00", sites: 61, sitesMade: 60, leftOut: .init(), settings: .init(), weights: 1,
            seed: 1, source: "tests", forced: false)
        let report = CohortReport(copied, curves, checks: copied.checks(), provenance: provenance)
        #expect(report.verdict == "fail" && report.page().contains("The cohort was not written."))
        #expect(String(decoding: try report.json(), as: UTF8.self).contains("\"verdict\" : \"fail\""))
    }

    @Test("A child has one recombined strand of each parent, and the file is a phased VCF of all people")
    func families() throws {
        let panel = Self.panel(people: 100, sites: 40, seed: 9)
        let network = HaplotypeNetwork(panel, seed: 1)
        let writer = CohortWriter(network, of: panel, count: 6, families: 2, seed: 3)
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("cohort-\(UUID().uuidString).vcf.gz")
            .path
        defer { for suffix in ["", ".tbi", ".csi"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        try writer.write(to: path, source: "tests", metadata: [], workers: 2)
        let written = try HaplotypePanel(path: path)
        #expect(written.samples == ["SYN1", "SYN2", "SYN3", "SYN4", "SYN5", "SYN6", "SYN7", "SYN8"])
        #expect(written.sites == network.madeSites.map { panel.sites[$0] })
        #expect(writer.pedigree.hasPrefix("FAM1\tSYN1\t0\t0\t1\t0\nFAM1\tSYN2\t0\t0\t2\t0\n"))
        #expect(writer.pedigree.contains("FAM2\tSYN8\tSYN3\tSYN4\t"))
        var crossovers = 0
        for (child, parents) in [(6, [0, 1]), (7, [2, 3])] {
            for (strand, parent) in parents.enumerated() {
                let strands = writer.transmitted(child: child, strand: strand)
                for site in written.sites.indices {
                    #expect(
                        written.alleles[site, 2 * child + strand] == written.alleles[site, 2 * parent + strands[site]])
                }
                crossovers += zip(strands, strands.dropFirst()).count { $0 != $1 }
            }
        }
        // Four meioses of some 400 cM each.
        #expect((4...30).contains(crossovers))
        // The founders are those of a cohort without families.
        let alone = CohortWriter(network, of: panel, count: 6, families: 0, seed: 3)
        try alone.write(to: path, source: "tests", metadata: [], workers: 1)
        let founders = try HaplotypePanel(path: path)
        #expect(founders.alleles == written.alleles.selecting(columns: Array(0..<12)))
    }
}
