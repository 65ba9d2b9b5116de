import LinearAlgebra
import NeuralNetwork

/// The architecture of the network that classifies variants, and how its training begins.
///
/// It has two outputs, log-odds of pathogenic: one that knows nothing of frequency, which is what PP3 and BP4 may rest on beside PM2 and BS1,
/// and one that does. Each is a logistic regression plus a small network, which begins at 0: what is learned is what the regression misses.
enum PathogenicityNetwork {
    /// What the outputs are.
    static let labels = ["pathogenic by the change", "pathogenic by change and frequency"]
    static let mostMembers = 32

    /// Several networks whose outputs add up.
    static func architecture(members: Int) -> Architecture {
        let output: [LayerSpecification] = [
            .parallel(
                [
                    .init([.linear(outputs: 1)]),
                    .init([
                        .dropout(rate: 0.1), .linear(outputs: 16), .gelu, .dropout(rate: 0.2),
                        .linear(outputs: 1, bias: false),
                    ]),
                ], join: .add)
        ]
        let both = LayerSpecification.parallel([.init([], input: "variant"), .init([], input: "frequency")])
        let member = LayerSpecification.parallel([.init(output, input: "variant"), .init([both] + output)])
        return Architecture(
            inputs: [
                InputSpecification(name: "variant", shape: [PathogenicityFeatures.variant]),
                InputSpecification(name: "frequency", shape: [PathogenicityFeatures.frequency]),
            ],
            layers: [.parallel(Array(repeating: .init([member]), count: members), join: .add)])
    }

    /// A network that says what two regressions say, without and with frequency.
    static func network(seed: UInt64, from regressions: [LogisticRegression]) throws -> Network {
        let network = try Network(architecture(members: 1), seed: seed)
        var weights = network.weights
        for slice in network.slices {
            for (output, regression) in regressions.enumerated() {
                // The second output's layers stand behind one that joins its inputs.
                let prefix = "0.0.0.\(output).\(output)"
                let slopes = regression.logOdds
                switch slice.name {
                case "\(prefix).0.0.weight":
                    precondition(slice.range.count == slopes.count - 1, "a slope a feature")
                    weights.replaceSubrange(slice.range, with: slopes.dropLast())
                case "\(prefix).0.0.bias": weights.replaceSubrange(slice.range, with: slopes.suffix(1))
                case "\(prefix).1.4.weight": for place in slice.range { weights[place] = 0 }
                default: break
                }
            }
        }
        try network.load(weights)
        return network
    }

    /// One network of the weights of several.
    static func joined(_ members: [Network]) throws -> Network {
        let all = try Network(architecture(members: members.count), seed: 0)
        var weights = all.weights
        for slice in all.slices {
            // `0.4.0.1.1.0.0.weight` is of the fifth member.
            let parts = slice.name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, let member = Int(parts[1]), let values = members[member]["0.0.\(parts[2])"] else {
                preconditionFailure("a parameter of the network is \(slice.name)")
            }
            weights.replaceSubrange(slice.range, with: values)
        }
        try all.load(weights)
        return all
    }
}

extension LogisticRegression {
    /// Slopes and, last, the intercept of the log-odds of class 1 of two.
    var logOdds: [Float] {
        (0..<coefficients.rows).map { Float(coefficients[$0, 1] - coefficients[$0, 0]) }
    }
}
