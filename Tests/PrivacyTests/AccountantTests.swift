import Foundation
import Privacy
import Testing

/// The figures are `dp-accounting`'s (PyPI), printed by Tools/figures.py.
///
/// At whole orders both compute one sum. At fractional ones `dp-accounting` 0.6 adds the series' terms by their sizes, without their signs, which is an
/// upper bound; this accountant has the integral, so it lies below by a little, never above. SciPy's `quad` has the literals of `integral`.
struct AccountantTests {
    private static let orders = [1.25, 1.5, 2, 2.5, 3, 4.5, 8, 16, 32, 64, 256]

    @Test(
        "The divergences of a step are dp-accounting's at whole orders, and at most its bounds at fractional ones",
        arguments: [
            (1, 1.0, [0.625, 0.75, 1.0, 1.25, 1.5, 2.25, 4.0, 8.0, 16.0, 32.0, 128.0]),
            (
                0.01, 1.1,
                [
                    8.30995896436329e-05, 9.858756968009191e-05, 0.00012851008160516542, 0.00016215219755506363,
                    0.00019627788991500341, 0.00030304106363570043, 0.0005840703355202598, 1.6998267277531747,
                    8.469416433675926, 21.768012866287314, 101.1618942900286,
                ]
            ),
            (
                0.1, 2.0,
                [
                    .nan, .nan, 0.0028362282662636636, 0.0036216360963444594, 0.004373658348577078,
                    0.006856846148474184, 0.013725430103219973, 0.04529183908362216, 1.627202301019436,
                    5.6608672584152, 29.68838516154323,
                ]
            ),
            (
                0.5, 0.6,
                [
                    .nan, .nan, 1.5625161370221383, 2.3486370242216323, 3.133186408463675, 5.358887950718781,
                    10.318942908862494, 21.482865229624952, 43.72893767741483, 88.18473937212958, 354.8596901507581,
                ]
            ),
        ])
    func divergences(rate: Double, noise: Double, expected: [Double]) throws {
        let step = try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: noise)
        for (order, value) in zip(Self.orders, expected) where !value.isNaN {
            let divergence = step.divergence(order: order)
            let tolerance = order == order.rounded() ? 1e-9 : 0.06
            #expect(
                divergence <= value * (1 + 1e-9) && divergence >= value * (1 - tolerance),
                "order \(order): \(divergence), not \(value)")
        }
    }

    @Test("Divergences at fractional orders are the integrals of SciPy's quad")
    func integral() throws {
        for (rate, noise, order, expected) in [
            (0.01, 1.1, 1.25, 7.928005534818147e-05), (0.1, 2, 2.5, 0.0035940771994132322),
            (0.5, 0.6, 2.5, 2.3485997497303512),
        ] {
            let step = try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: noise)
            let divergence = step.divergence(order: order)
            #expect(abs(divergence - expected) < 1e-9 * expected + 1e-13, "\(divergence), not \(expected)")
        }
    }

    @Test("The integral passes through the binomial sums of the whole orders beside it")
    func integralAndSum() throws {
        for (rate, noise) in [(0.5, 0.6), (0.1, 1.0), (0.004, 0.8), (0.02, 5.0), (0.3, 0.1)] {
            let step = try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: noise)
            for order in [2.0, 3, 5, 10] {
                let (whole, beside) = (step.divergence(order: order), step.divergence(order: order + 1e-9))
                #expect(abs(whole - beside) <= 1e-6 * whole, "\(rate), \(noise), \(order): \(whole), \(beside)")
            }
            // The divergence grows with the order (van Erven and Harremoës 2014, theorem 3).
            let all = [1.1, 1.2, 1.5, 1.9].map { step.divergence(order: $0) } + [step.divergence(order: 2)]
            #expect(all == all.sorted())
        }
    }

    @Test(
        "ε at δ = 1e-5 is dp-accounting's",
        arguments: [
            (0.01, 1.1, 1000, 1.7117701662429012), (256.0 / 60000, 1.1, 14063, 2.596655529521983),
            (0.004, 0.8, 10000, 3.9404887546653926), (0.1, 2.0, 100, 2.5805709505045913),
            (1, 4.0, 10, 3.617099772983339), (0.02, 5.0, 50, 0.10304695492323643),
        ])
    func epsilon(rate: Double, noise: Double, steps: Int, expected: Double) throws {
        var accountant = RenyiAccountant()
        let step = try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: noise)
        try accountant.compose(step, steps: steps)
        let epsilon = try accountant.epsilon(delta: 1e-5)
        #expect(epsilon <= expected * (1 + 1e-9) && epsilon > expected * (1 - 1e-5), "\(epsilon), not \(expected)")
    }

    @Test("Two trainings compose as dp-accounting composes them, in one accountant and from two")
    func composition() throws {
        let one = try SampledGaussianMechanism(samplingRate: 0.01, noiseMultiplier: 1.1)
        let other = try SampledGaussianMechanism(samplingRate: 0.1, noiseMultiplier: 2)
        var (together, apart, second) = (RenyiAccountant(), RenyiAccountant(), RenyiAccountant())
        try together.compose(one, steps: 1000)
        let delta = try together.delta(epsilon: 2)
        #expect(abs(delta - 8.149712124416227e-07) < 1e-6 * delta)
        try together.compose(other, steps: 100)
        try apart.compose(one, steps: 1000)
        try second.compose(other, steps: 100)
        apart.compose(second)
        #expect(apart == together)
        let epsilon = try together.epsilon(delta: 1e-5)
        #expect(epsilon <= 3.0936469914594857 && epsilon > 3.0936)
        let state = try JSONEncoder().encode(together)
        let kept = try JSONDecoder().decode(RenyiAccountant.self, from: state)
        #expect(kept == together)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(RenyiAccountant.self, from: Data(#"{"divergences":[1]}"#.utf8))
        }
        #expect(try RenyiAccountant().epsilon(delta: 1e-5) == 0)
        #expect(try RenyiAccountant().delta(epsilon: 0) == 0)
    }

    @Test(
        "The noise for an ε is dp-accounting's, and keeps it",
        arguments: [
            (0.01, 1000, 8.0, 0.6158513579746082), (0.01, 1000, 1, 1.5131221642023396),
            (0.1, 200, 8, 1.19584663205151), (0.1, 200, 1, 5.888830158198473),
        ])
    func calibration(rate: Double, steps: Int, epsilon: Double, expected: Double) throws {
        let noise = try NoiseCalibration.noiseMultiplier(
            epsilon: epsilon, delta: 1e-5, samplingRate: rate, steps: steps)
        #expect(noise <= expected * 1.000001 && noise > expected * 0.999, "\(noise), not \(expected)")
        var accountant = RenyiAccountant()
        let step = try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: noise)
        try accountant.compose(step, steps: steps)
        #expect(try accountant.epsilon(delta: 1e-5) <= epsilon)
    }

    @Test("A book refuses the training that would exceed its budget, and stays as it was")
    func ledger() throws {
        var book = try PrivacyLedger(epsilon: 3, delta: 1e-5)
        let step = try SampledGaussianMechanism(samplingRate: 0.01, noiseMultiplier: 1.1)
        try book.charge("promoters", mechanism: step, steps: 1000)
        let spent = try book.spent()
        #expect(abs(spent - 1.71177) < 1e-4)
        let other = try SampledGaussianMechanism(samplingRate: 0.1, noiseMultiplier: 2)
        let error = #expect(throws: PrivacyError.self) {
            try book.charge("enhancers", mechanism: other, steps: 100)
        }
        #expect(error?.code == .overBudget && error?.message.hasPrefix("enhancers would bring ε from 1.71") == true)
        #expect(try book.spent() == spent && book.charges.map(\.purpose) == ["promoters"])
        try book.charge("enhancers", mechanism: other, steps: 10)
        #expect(book.charges.count == 2)
    }

    @Test("Numbers outside of their ranges are refused by name")
    func refusals() throws {
        for rate in [0, -1, 1.5, Double.nan] {
            #expect(throws: PrivacyError.self) {
                try SampledGaussianMechanism(samplingRate: rate, noiseMultiplier: 1)
            }
        }
        for noise in [0, -1, Double.nan, .infinity] {
            #expect(throws: PrivacyError.self) {
                try SampledGaussianMechanism(samplingRate: 0.5, noiseMultiplier: noise)
            }
        }
        var accountant = RenyiAccountant()
        #expect(throws: PrivacyError.self) { try accountant.epsilon(delta: 0) }
        let step = try SampledGaussianMechanism(samplingRate: 1, noiseMultiplier: 1)
        #expect(throws: PrivacyError.self) { try accountant.compose(step, steps: -1) }
        try accountant.compose(step, steps: 100)
        let spent = accountant
        let error = #expect(throws: PrivacyError.self) {
            try NoiseCalibration.noiseMultiplier(
                epsilon: 1, delta: 1e-5, samplingRate: 0.01, steps: 10, after: spent)
        }
        #expect(error?.code == .unreachable)
    }
}
