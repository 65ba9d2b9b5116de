import Events
import Foundation
import Genomics
import ModelRegistry
import VariantCalling

/// The open experiment with its challenger loaded.
struct Trial: Sendable {
    var experiment: Experiment
    var reference: PredictionBatch.Model
    var model: CallingModel
}

/// What both versions said of a unit's examples.
struct Pairing: Sendable {
    var experiment: Experiment
    var seen: Observations

    /// Nil where there is no example to compare.
    init?(_ experiment: Experiment, _ batch: ExampleBatch, champion: [[Float]], challenger: [[Float]]) {
        if batch.count == 0 { return nil }
        self.experiment = experiment
        seen = Observations(
            champion: champion, challenger: challenger, values: batch.features, features: PileupEncoder.channels)
    }
}
