import ModelRegistry
import ServiceRuntime
import Synchronization
import Tasks

/// Who scored how much, and how well champion and challenger agree.
final class ScoringMetrics: Sendable {
    private struct Tally {
        var experiment: Int
        var pairs = 0
        var agreements = 0
    }

    private let counters: [Counter]
    private let tally = Mutex<Tally?>(nil)

    /// `trial` is the number of the open experiment; while there is none the gauge is left out.
    init(_ registry: MetricsRegistry, trial: @escaping @Sendable () -> Int?) {
        counters = Observations.Side.allCases.map { side in
            registry.counter(
                "helicase_examples_scored_total",
                "Examples scored by the version in production and by the one that is tried.",
                labels: ["by": "\(side)"])
        }
        registry.gauge(
            "helicase_experiment_agreement",
            "Share of the open experiment's examples that both versions call alike, as this process has seen it."
        ) { [weak self] in
            self?.tally.withLock { tally in
                guard let tally, tally.experiment == trial(), tally.pairs > 0 else { return nil }
                return Double(tally.agreements) / Double(tally.pairs)
            }
        }
    }

    func scored(_ scores: [[Score]], by side: Observations.Side) {
        counters[side.rawValue].increment(by: scores.reduce(0) { $0 + $1.count })
    }

    func compared(_ pairing: Pairing) {
        tally.withLock { tally in
            var sum =
                tally.flatMap { $0.experiment == pairing.experiment.id ? $0 : nil }
                ?? Tally(experiment: pairing.experiment.id)
            sum.pairs += pairing.seen.pairs
            sum.agreements += pairing.seen.agreements
            tally = sum
        }
    }
}
