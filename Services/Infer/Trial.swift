import Events
import Foundation
import ModelRegistry
import Tasks

/// The open experiment with its challenger loaded.
struct Trial: Sendable {
    var experiment: Experiment
    var reference: PredictionBatch.Model
    var model: any TaskModel
}

/// What both versions said of a unit's examples.
struct Pairing: Sendable {
    var experiment: Experiment
    var seen: Observations

    /// Nil where there is no example to compare: those that cannot be scored are none.
    init?(_ experiment: Experiment, _ batch: any TaskExamples, champion: [Score], challenger: [Score]) {
        let count = experiment.answers.names.count
        let scored = champion.indices.filter {
            champion[$0].values.count == count && challenger[$0].values.count == count
        }
        if scored.isEmpty { return nil }
        var (values, features) = batch.observed
        // Numbers of examples that are not compared would be counted with the others.
        if scored.count < batch.count { (values, features) = ([], 0) }
        self.experiment = experiment
        seen = Observations(
            experiment.answers, champion: scored.map { champion[$0].values },
            challenger: scored.map { challenger[$0].values }, values: values, features: features)
    }
}
