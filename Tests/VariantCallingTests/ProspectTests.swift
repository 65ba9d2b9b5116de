import Testing

@testable import VariantCalling

/// Which calls further reads will hardly change.
struct ProspectTests {
    private func call(
        _ alternate: String = "G", quality: Double = 60, genotypeQuality: Int = 60, depth: Int = 20,
        filters: [String] = []
    ) -> SiteCall {
        SiteCall(
            contig: "c", position: 10, reference: "A", alternates: [alternate], quality: quality, filters: filters,
            genotype: [0, 1], genotypeQuality: genotypeQuality, depth: depth, alleleDepths: [depth / 2, depth / 2],
            likelihoods: [60, 0, 60], mappingQuality: 60, strandCounts: [5, 5, 5, 5])
    }

    @Test(
        "A substitution is stable from GQ 25 on, what changes the length from 40 on, with eight fragments and no filter"
    )
    func bounds() {
        #expect(call(quality: 25, genotypeQuality: 25, depth: 8).prospect == .stable)
        #expect(call(genotypeQuality: 24).prospect == .open)
        #expect(call(quality: 24.9).prospect == .open)
        #expect(call(depth: 7).prospect == .open)
        #expect(call(filters: ["LowQual"]).prospect == .open)
        #expect(call("AT", quality: 40, genotypeQuality: 40).prospect == .stable)
        #expect(call("AT", genotypeQuality: 39).prospect == .open)
    }
}
