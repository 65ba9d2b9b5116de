extension Network {
    /// Networks of one architecture as one network, whose outputs are the means of theirs.
    ///
    /// The members stand side by side as branches whose outputs are added; the last layer of each, which must be linear, is
    /// scaled by the number of members. Throws where it is not, or where there are heads.
    public static func mean(of members: [Network]) throws(NeuralNetworkError) -> Network {
        guard let first = members.first else { preconditionFailure("an ensemble of nothing") }
        precondition(members.allSatisfy { $0.architecture == first.architecture })
        if members.count == 1 { return first }
        let last = first.architecture.layers.count - 1
        let scaled = first.slices.filter { $0.name.hasPrefix("\(last).") }
        guard first.architecture.heads.isEmpty, Set(scaled.map(\.name)) == ["\(last).weight", "\(last).bias"],
            scaled[0].shape.count <= 2
        else {
            throw NeuralNetworkError(
                .unsupported, "members whose outputs are averaged end with a linear layer, not with heads",
                place: "layers")
        }
        let factor = 1 / Float(members.count)
        var weights: [Float] = []
        for member in members {
            var own = member.weights
            for slice in scaled { for place in slice.range { own[place] *= factor } }
            weights += own
        }
        let branches = members.map { LayerSpecification.Branch($0.architecture.layers) }
        let network = try Network(
            Architecture(inputs: first.architecture.inputs, layers: [.parallel(branches, join: .add)]), seed: 0)
        try network.load(weights)
        return network
    }
}
