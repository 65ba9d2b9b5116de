import LinearAlgebra
import NeuralNetwork

/// The architecture of the network that classifies variants, and how its training begins.
///
/// It has two outputs, log-odds of pathogenic: one that knows nothing of frequency, which is what PP3 and BP4 may rest on beside PM2 and BS1,
/// and one that adds what the frequency says. Parts begin as logistic regressions beside small networks of 0: what those learn is what the
/// regressions miss. Far more variants have a class than have a frequency too, which is why the second output reads the first and not the
/// change again.
enum PathogenicityNetwork {
    /// What the outputs are.
    static let labels = ["pathogenic by the change", "pathogenic by change and frequency"]
    static let mostMembers = 32

    private static let change: LayerSpecification = .parallel(
        [
            .init([.linear(outputs: 1)]),
            .init([
                .dropout(rate: 0.1), .linear(outputs: 16), .gelu, .dropout(rate: 0.2), .linear(outputs: 1, bias: false),
            ]),
        ], join: .add)
    private static let frequency: LayerSpecification = .parallel(
        [
            .init([.linear(outputs: 1, bias: false)]),
            .init([.linear(outputs: 8), .gelu, .linear(outputs: 1, bias: false)]),
        ], join: .add)

    /// Several networks whose outputs add up.
    static func architecture(members: Int) -> Architecture {
        let second = LayerSpecification.parallel(
            [
                .init([change, .linear(outputs: 1)], input: "variant"), .init([frequency], input: "frequency"),
            ], join: .add)
        let member = LayerSpecification.parallel([.init([change], input: "variant"), .init([second])])
        return Architecture(
            inputs: [
                InputSpecification(name: "variant", shape: [PathogenicityFeatures.variant]),
                InputSpecification(name: "frequency", shape: [PathogenicityFeatures.frequency]),
            ],
            layers: [.parallel(Array(repeating: .init([member]), count: members), join: .add)])
    }

    /// What the change says, to train: it begins as a regression.
    static func change(seed: UInt64, from regression: LogisticRegression) throws -> Network {
        let network = try Network(
            Architecture(input: [PathogenicityFeatures.variant], layers: [change]), seed: seed)
        let slopes = regression.logOdds
        try network.set([
            "0.0.0.weight": Array(slopes.dropLast()), "0.0.0.bias": Array(slopes.suffix(1)),
            "0.1.4.weight": Array(repeating: 0, count: 16),
        ])
        return network
    }

    /// What frequency adds to a score by the change, to train: it begins as a regression on both.
    static func frequency(seed: UInt64, from regression: LogisticRegression) throws -> Network {
        let network = try Network(
            Architecture(
                inputs: [
                    InputSpecification(name: "score", shape: [1]),
                    InputSpecification(name: "frequency", shape: [PathogenicityFeatures.frequency]),
                ],
                layers: [
                    .parallel(
                        [
                            .init([.linear(outputs: 1)], input: "score"), .init([frequency], input: "frequency"),
                        ], join: .add)
                ]), seed: seed)
        let slopes = regression.logOdds
        try network.set([
            "0.0.0.weight": [slopes[0]], "0.0.0.bias": Array(slopes.suffix(1)),
            "0.1.0.0.0.weight": Array(slopes[1..<4]), "0.1.0.1.2.weight": Array(repeating: 0, count: 8),
        ])
        return network
    }

    /// One network of the weights of several, pairs of what the change says and of what frequency adds.
    static func joined(_ members: [(change: Network, frequency: Network)]) throws -> Network {
        let all = try Network(architecture(members: members.count), seed: 0)
        var values: [String: [Float]] = [:]
        for (number, member) in members.enumerated() {
            let place = "0.\(number).0"
            for slice in member.change.slices {
                let name = slice.name.dropFirst("0.".count)
                values["\(place).0.0.\(name)"] = member.change[slice.name]
                values["\(place).1.0.0.0.\(name)"] = member.change[slice.name]
            }
            for slice in member.frequency.slices {
                let name = slice.name
                // The score's weight stands behind the layers that make it.
                let isOfScore = name.hasPrefix("0.0.0.")
                let own =
                    isOfScore ? "0.1.\(name.dropFirst("0.0.0.".count))" : String(name.dropFirst("0.".count))
                values["\(place).1.0.\(own)"] = member.frequency[name]
            }
        }
        precondition(Set(values.keys) == Set(all.slices.map(\.name)), "all parameters, and no others")
        try all.set(values)
        return all
    }
}

extension Network {
    /// Replaces some parameters by their names.
    fileprivate func set(_ values: [String: [Float]]) throws {
        var weights = weights
        var count = 0
        for slice in slices {
            guard let own = values[slice.name] else { continue }
            precondition(own.count == slice.range.count, "as many weights of \(slice.name)")
            weights.replaceSubrange(slice.range, with: own)
            count += 1
        }
        precondition(count == values.count, "names of parameters")
        try load(weights)
    }
}

extension LogisticRegression {
    /// Slopes and, last, the intercept of the log-odds of class 1 of two.
    var logOdds: [Float] {
        (0..<coefficients.rows).map { Float(coefficients[$0, 1] - coefficients[$0, 0]) }
    }

    /// The log-odds of class 1 of two.
    func logOdds(of row: some Sequence<Float>) -> Float {
        let slopes = logOdds
        return zip(row, slopes.dropLast()).reduce(slopes.last ?? 0) { $0 + $1.0 * $1.1 }
    }
}
