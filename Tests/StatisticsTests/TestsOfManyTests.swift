import Statistics
import Testing

/// Values beside those of SciPy 1.17 (`t.sf`, `t.isf`, `false_discovery_control`).
struct StudentTests {
    @Test(
        "Both tails of Student's t",
        arguments: [
            (2.0, 10, 0.07338803477074037), (0.3, 1, 0.8144528418445154), (12.5, 640, 3.099817957818895e-32),
            (40, 700, 5.461865736609921e-183), (1.96, 1_000_000, 0.04999606758526985), (1e-3, 5, 0.9992407867721976),
            (5, 63, 4.856797599879185e-06), (5, 64, 4.7278139839637374e-06), (-3, 2, 0.09546596626670913),
        ])
    func tails(statistic: Double, degrees: Int, probability: Double) {
        #expect(abs(StudentT.twoSided(statistic, degreesOfFreedom: degrees) / probability - 1) < 1e-9)
    }

    @Test("What is exceeded on either side with a probability, and the ends of the scale")
    func quantiles() {
        #expect(abs(StudentT.quantile(twoSided: 0.05, degreesOfFreedom: 640) - 1.9636775589624307) < 1e-10)
        #expect(abs(StudentT.quantile(twoSided: 0.05, degreesOfFreedom: 3) - 3.1824463052837086) < 1e-10)
        #expect(StudentT.twoSided(0, degreesOfFreedom: 4) == 1 && StudentT.twoSided(9, degreesOfFreedom: 0) == 1)
        #expect(
            StudentT.twoSided(.infinity, degreesOfFreedom: 4) == 0 && StudentT.twoSided(.nan, degreesOfFreedom: 4) == 1)
    }

    @Test("The rate of false discoveries is over all tests, in their order, and grows with the probability")
    func discoveries() {
        let rates = FalseDiscovery.adjusted([0.01, 0.04, 0.03, 0.005, 0.5])
        for (rate, expected) in zip(rates, [0.025, 0.05, 0.05, 0.025, 0.5]) { #expect(abs(rate - expected) < 1e-15) }
        #expect(FalseDiscovery.adjusted([]).isEmpty && FalseDiscovery.adjusted([1]) == [1])
    }

    @Test("A correlation has Fisher's interval and Student's probability")
    func correlations() throws {
        let test = try #require(CorrelationTest(0.5, degreesOfFreedom: 28))
        #expect(abs(test.probability - 0.004899933667068085) < 1e-12)
        #expect(abs(test.interval.lowerBound - 0.17043136511180007) < 1e-9)
        #expect(abs(test.interval.upperBound - 0.7289585563883556) < 1e-9)
        let whole = try #require(CorrelationTest(1, degreesOfFreedom: 5))
        #expect(whole.probability == 0 && whole.interval.upperBound <= 1)
        #expect(CorrelationTest(0.5, degreesOfFreedom: 1) == nil && CorrelationTest(.nan, degreesOfFreedom: 9) == nil)
    }
}
