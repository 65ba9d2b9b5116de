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

    /// Nil where there is no example to compare.
    init?(_ experiment: Experiment, _ batch: any TaskExamples, champion: [[Float]], challenger: [[Float]]) {
        let (values, features) = batch.observed
        if batch.count == 0 || features == 0 { return nil }
        self.experiment = experiment
        seen = Observations(
            champion: champion, challenger: challenger, values: values, features: features)
    }
}
