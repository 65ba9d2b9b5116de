import Genomics
import NeuralNetwork
import Testing

@testable import VariantCalling

@Suite("Reliability on held-out alleles")
struct HeldOutReliabilityTests {
    @Test(
        "The second network decides where the first is not sure, alleles without a copy do not count, kinds stand apart"
    )
    func bothNetworksTogether() throws {
        let first: [Float] = [
            0.001, 0.998, 0.001,  // sure: heterozygous, and right
            0.4, 0.5, 0.1,  // left to the second, which says homozygous at 0.95, and is wrong
            0.999, 0.001, 0,  // no copy
            0.3, 0.4, 0.3,  // left to the second: 0.95, right, of another kind
        ]
        let second: [Float] = [1, 0, 0, 0.02, 0.03, 0.95, 0, 1, 0, 0.02, 0.95, 0.03]
        let found = HeldOutReliability(
            first: first, second: second, labels: [1, 1, 0, 1], kinds: [.short, .short, .short, .noisyLong])
        let bins = try #require(found.diagrams[CallReliability.Kind.short.rawValue]?.bins)
        #expect(bins.map(\.count) == [0, 0, 1, 0, 1, 0, 0])
        #expect(bins.map(\.accuracy) == [0, 0, 0, 0, 1, 0, 0])
        let counts = try #require(HeldOutReliability.counts(found.diagrams, of: .noisyLong))
        #expect(counts.map(\.alleles) == [0, 0, 1, 0, 0, 0, 0] && counts.allSatisfy { $0.wrong == 0 })
        #expect(HeldOutReliability.counts(found.diagrams, of: .short)?.map(\.wrong) == [0, 0, 1, 0, 0, 0, 0])
        #expect(HeldOutReliability.counts(found.diagrams, of: .accurateLong) == nil)
        #expect(HeldOutReliability.counts(found.diagrams, of: nil) == nil)
    }

    @Test(
        "A shard says its kind of reads",
        arguments: [
            ("short-pairs 12x", CallReliability.Kind.shallowShort), ("short-pairs 15x", .short),
            ("hifi 12x", .accurateLong),
            ("nanopore 40x", .noisyLong),
        ])
    func kindsOfShards(word: String, kind: CallReliability.Kind) {
        #expect(HeldOutReliability.kind(word) == kind)
    }

    @Test("What is no kind is none", arguments: ["", "shortPairs", "hifi x", "microarray 12x", "hifi 12x more"])
    func noKind(word: String) { #expect(HeldOutReliability.kind(word) == nil) }

    @Test("The bundled network says how sure its calls were where the truth is known, of every kind of reads")
    func bundledPackage() throws {
        let lineage = try CallingModel.bundledPackage().lineage
        for kind in CallReliability.Kind.allCases {
            let counts = try #require(HeldOutReliability.counts(lineage, of: kind))
            let (alleles, wrong) = counts.reduce((0, 0)) { ($0.0 + $1.alleles, $0.1 + $1.wrong) }
            #expect(alleles > 100 && wrong * 5 < alleles, "\(kind)")
        }
    }
}
