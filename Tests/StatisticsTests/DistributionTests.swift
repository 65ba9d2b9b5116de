import Statistics
import Testing

/// Values beside those of SciPy 1.14 (`chi2.sf`, `norm.sf`, `norm.isf`).
struct DistributionTests {
    @Test(
        "The tail of χ²",
        arguments: [
            (3.84, 1, 0.05004352124870519), (5.99, 2, 0.05003662708658629), (0.5, 3, 0.9188914116546758),
            (20, 7, 0.005569683072945574), (30, 12, 0.0027924293327009445), (100, 5, 5.285148360943219e-20),
            (1e-3, 4, 0.9999998750416589),
        ])
    func chiSquared(statistic: Double, degrees: Int, probability: Double) {
        #expect(abs(ChiSquared.tail(statistic, degreesOfFreedom: degrees) / probability - 1) < 1e-9)
    }

    @Test("Without degrees of freedom, or at 0, everything exceeds")
    func nothing() {
        #expect(ChiSquared.tail(5, degreesOfFreedom: 0) == 1)
        #expect(ChiSquared.tail(0, degreesOfFreedom: 3) == 1)
    }

    @Test("The normal distribution's tail and what is exceeded with a probability")
    func normal() {
        #expect(abs(NormalDistribution.tail(1.5) - 0.06680720126885807) < 1e-15)
        #expect(abs(NormalDistribution.quantile(exceededWith: 0.025) - 1.9599639845400545) < 1e-12)
        #expect(abs(NormalDistribution.quantile(exceededWith: 1e-9) - 5.9978070150076865) < 1e-9)
    }

    @Test("Wilson's interval: 8 of 10, none of 10, and nothing")
    func wilson() {
        // (0.8 + z²/20 ± z √(0.016 + z²/400)) / (1 + z²/10) with z = 1.96
        let interval = WilsonInterval.of(share: 0.8, trials: 10, z: 1.96)
        #expect(abs(interval.lowerBound - 0.4901568) < 1e-6 && abs(interval.upperBound - 0.9433190) < 1e-6)
        let none = WilsonInterval.of(share: 0, trials: 10, z: 1.96)
        #expect(none.lowerBound == 0 && abs(none.upperBound - 0.2775402) < 1e-6)
        #expect(WilsonInterval.of(share: 0, trials: 0, z: 2) == 0...1)
    }
}
