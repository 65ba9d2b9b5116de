import Testing

@testable import NeuralNetwork

@Suite("SplitMix64")
struct SplitMix64Tests {
    @Test("It gives the reference sequence, and keys in another order another stream")
    func generator() {
        var random = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in random.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
        var (a, b) = (SplitMix64(keys: 1, 2), SplitMix64(keys: 2, 1))
        #expect(a.next() != b.next())
        #expect(random.permutation(100).sorted() == Array(0..<100))
        #expect(random.permutation(0).isEmpty)
    }

    @Test("Binomial draws have their mean and spread, for few and for many", arguments: [7, 300, 100_000] as [Float])
    func binomial(count: Float) {
        var random = SplitMix64(seed: 2)
        let draws = (0..<4000).map { _ in Double(random.binomial(count, 0.3)) }
        #expect(draws.allSatisfy { $0 >= 0 && $0 <= Double(count) && $0 == $0.rounded() })
        let mean = draws.reduce(0, +) / 4000
        let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
        let expected = Double(count) * 0.3 * 0.7
        #expect(abs(mean - Double(count) * 0.3) < 4 * (expected / 4000).squareRoot())
        #expect(abs(variance / expected - 1) < 0.12)
        for other in [0, -3, 0.5, .nan, .infinity] as [Float] {
            #expect(random.binomial(other, 0.3).bitPattern == other.bitPattern)
        }
        #expect(random.binomial(1e30, 0.5) <= 1e30)
    }
}
