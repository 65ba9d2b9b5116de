import NeuralNetwork
import Tasks

/// Networks of one architecture as one network, whose outputs are the means of theirs.
enum Ensemble {
    /// The joined architecture and its weights.
    ///
    /// The members stand side by side as branches whose outputs are added; the last layer of each, which must be linear, is scaled by the
    /// number of members. Throws `TaskError` where it is not.
    static func join(_ members: [Network]) throws -> (Architecture, [Float]) {
        guard let first = members.first else { preconditionFailure("an ensemble of nothing") }
        if members.count == 1 { return (first.architecture, first.weights) }
        let last = first.architecture.layers.count - 1
        let scaled = first.slices.filter { $0.name.hasPrefix("\(last).") }
        guard Set(scaled.map(\.name)) == ["\(last).weight", "\(last).bias"], scaled[0].shape.count <= 2 else {
            throw TaskError("members whose outputs are averaged end with a linear layer")
        }
        let factor = 1 / Float(members.count)
        var weights: [Float] = []
        for member in members {
            var own = member.weights
            for slice in scaled { for place in slice.range { own[place] *= factor } }
            weights += own
        }
        let branches = members.map { LayerSpecification.Branch($0.architecture.layers) }
        return (
            Architecture(inputs: first.architecture.inputs, layers: [.parallel(branches, join: .add)]), weights
        )
    }
}
