import ModelRegistry
import Observability
import Synchronization
import Tasks

/// Who scored how much, and how well champion and challenger agree.
final class ScoringMetrics: Sendable {
    private struct Tally {
        var experiment: Int
        var answers = 0
        var agreements = 0
    }

    private let counters: [Counter]
    private let registry: MetricsRegistry
    private let trial: @Sendable (String) -> Int?
    /// By the name of the model.
    private let tallies = Mutex<[String: Tally]>([:])

    /// `trial` is the number of the open experiment of a model; while there is none its gauge is left out.
    init(_ registry: MetricsRegistry, trial: @escaping @Sendable (String) -> Int?) {
        self.registry = registry
        self.trial = trial
        counters = Observations.Side.allCases.map { side in
            registry.counter(
                "helicase_examples_scored_total",
                "Examples scored by the version in production and by the one that is tried.",
                labels: ["by": "\(side)"])
        }
    }

    func scored(_ scores: [[Score]], by side: Observations.Side) {
        counters[side.rawValue].increment(by: scores.reduce(0) { $0 + $1.count })
    }

    func compared(_ pairing: Pairing) {
        let (name, id) = (pairing.experiment.name, pairing.experiment.id)
        let isNew = tallies.withLock { tallies in
            let isNew = tallies[name] == nil
            var tally = tallies[name].flatMap { $0.experiment == id ? $0 : nil } ?? Tally(experiment: id)
            tally.answers += pairing.seen.judgements
            tally.agreements += pairing.seen.agreements
            tallies[name] = tally
            return isNew
        }
        guard isNew else { return }
        registry.gauge(
            "helicase_experiment_agreement",
            "Share of the answers of the open experiment of a model that are alike, as this process has seen it.",
            labels: ["model": name]
        ) { [weak self, trial] in
            self?.tallies.withLock { tallies in
                guard let tally = tallies[name], tally.experiment == trial(name), tally.answers > 0 else { return nil }
                return Double(tally.agreements) / Double(tally.answers)
            }
        }
    }
}
