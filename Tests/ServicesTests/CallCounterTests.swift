import Testing

@testable import VariantCalling
@testable import helicase_report

@Suite("The counts of a report")
struct CallCounterTests {
    private func call(
        _ reference: String, _ alternates: [String], _ genotype: [Int], filters: [String] = []
    ) -> SiteCall {
        SiteCall(
            contig: "c", position: 1, reference: reference, alternates: alternates, quality: 50, filters: filters,
            genotype: genotype, genotypeQuality: 50, depth: 30, alleleDepths: [15, 15], likelihoods: [50, 0, 50],
            mappingQuality: 60, strandCounts: [8, 7, 8, 7])
    }

    @Test("Passed sites are counted by kind and zygosity, filtered ones apart")
    func counts() {
        var counter = CallCounter()
        counter.add(call("A", ["G"], [0, 1]))
        counter.add(call("C", ["T"], [1, 1]))
        counter.add(call("A", ["C", "G"], [1, 2]))
        counter.add(call("AT", ["A"], [0, 1]))
        counter.add(call("A", ["AT"], [1, 1]))
        counter.add(call("A", ["G"], [0, 1], filters: [SiteCall.lowQuality]))
        let summary = counter.summary
        #expect((summary.snvs, summary.indels, summary.filtered) == (3, 2, 1))
        #expect((summary.heterozygous, summary.homozygous) == (3, 2))
        #expect(summary.transitionsToTransversions == 3)
    }

    @Test("Without a transversion there is no ratio")
    func noRatio() {
        var counter = CallCounter()
        #expect(counter.summary.transitionsToTransversions == nil)
        counter.add(call("A", ["G"], [0, 1]))
        #expect(counter.summary.transitionsToTransversions == nil)
    }
}
