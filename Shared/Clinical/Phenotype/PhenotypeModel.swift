import Foundation
import NeuralNetwork

/// The network that weighs phenotypes, and how it is read: three branches whose outputs add up to a disease's score.
///
/// One branch reads a term that was seen and a disease, one a term that was excluded and a disease, one the case as a whole and a
/// disease. In training many candidates go through it side by side and softmax chooses among them; here each branch is a network
/// of its own with the same weights, so what a term adds to a score is exactly what the trained network adds.
public struct PhenotypeModel: Sendable {
    /// The network with its lineage.
    public let package: ModelPackage
    /// Three a member.
    private let branches: [InferenceModel]
    private let members: Float

    /// The shape of a training example: the case's disease first in no order, then others.
    struct Shape: Sendable, Hashable {
        var candidates = 48
        var present = 16
        var excluded = 16
    }

    /// What an output is of: the right disease, in training, and others.
    static let labels = ["right"] + (1..<Shape().candidates).map { "other \($0)" }

    /// The network of training; that of a model holds several, whose outputs add up.
    ///
    /// A mean over slots is a sum but for a constant, and so is an empty slot, whose output is equal for all candidates.
    static func architecture(_ shape: Shape = Shape(), members: Int = 1) -> Architecture {
        func pooled(_ layers: [LayerSpecification], _ slots: Int) -> [LayerSpecification] {
            layers + (slots > 1 ? [.averagePool2d(kernel: [1, slots])] : [])
        }
        let branches: [LayerSpecification.Branch] = [
            .init(pooled(layers[0], shape.present), input: "present"),
            .init(pooled(layers[1], shape.excluded), input: "excluded"),
            .init(layers[2], input: "disease"),
        ]
        // How many diseases a candidate stands for, as a logarithm: what makes the softmax over a sample that over all.
        let sampled = LayerSpecification.Branch([], input: "sampled")
        return Architecture(
            inputs: [
                InputSpecification(name: "present", shape: [shape.candidates, shape.present, widths[0]]),
                InputSpecification(name: "excluded", shape: [shape.candidates, shape.excluded, widths[1]]),
                InputSpecification(name: "disease", shape: [shape.candidates, 1, widths[2]]),
                InputSpecification(name: "sampled", shape: [shape.candidates, 1, 1]),
            ],
            layers: [
                .parallel(Array(repeating: branches, count: members).flatMap { $0 } + [sampled], join: .add), .flatten,
            ])
    }

    private static let layers: [[LayerSpecification]] = [
        [
            .parallel(
                [
                    .init([.linear(outputs: 24), .gelu, .linear(outputs: 24), .gelu, .linear(outputs: 1, bias: false)]),
                    .init([.linear(outputs: 1, bias: false)]),
                ], join: .add)
        ],
        [.linear(outputs: 12), .gelu, .linear(outputs: 1, bias: false)],
        [.linear(outputs: 16), .gelu, .linear(outputs: 1, bias: false)],
    ]
    private static let widths = [PhenotypeFeatures.present, PhenotypeFeatures.excluded, PhenotypeFeatures.disease]
    private static let mostMembers = 16

    /// A network to train.
    ///
    /// It begins as half the likelihood ratio of the terms that were seen. A mean over slots makes what a term adds small, so the last
    /// layers of the two branches of terms begin as many times as large as there are slots.
    static func network(seed: UInt64, shape: Shape = Shape()) throws -> Network {
        let network = try Network(architecture(shape), seed: seed)
        var weights = network.weights
        for slice in network.slices {
            switch slice.name {
            case "0.0.0.1.0.weight":
                weights.replaceSubrange(slice.range, with: slice.range.map { _ in Float(0) })
                weights[slice.range.lowerBound] = Float(shape.present)
            case "0.0.0.0.4.weight": for place in slice.range { weights[place] *= Float(shape.present) }
            case "0.1.2.weight": for place in slice.range { weights[place] *= Float(shape.excluded) }
            default: break
            }
        }
        try network.load(weights)
        return network
    }

    /// One network of the weights of several.
    static func joined(_ members: [Network], shape: Shape = Shape()) throws -> Network {
        let all = try Network(architecture(shape, members: members.count), seed: 0)
        var weights = all.weights
        for slice in all.slices {
            // `0.4.2.weight` is of the second member's second branch.
            let parts = slice.name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, let branch = Int(parts[1]),
                let values = members[branch / 3]["0.\(branch % 3).\(parts[2])"]
            else { preconditionFailure("a parameter of the network is \(slice.name)") }
            weights.replaceSubrange(slice.range, with: values)
        }
        try all.load(weights)
        return all
    }

    init(_ package: ModelPackage) throws {
        guard package.featureVersion == PhenotypeFeatures.version else {
            throw NeuralNetworkError(
                .mismatch,
                "the model reads features of version \(package.featureVersion), and those of phenotypes are "
                    + PhenotypeFeatures.version,
                place: "featureVersion")
        }
        guard
            let count = (1...Self.mostMembers).first(where: { package.architecture == Self.architecture(members: $0) })
        else {
            throw NeuralNetworkError(.mismatch, "this is no network that weighs phenotypes", place: "architecture")
        }
        try self.init(package, Network(package), members: count)
    }

    private init(_ package: ModelPackage, _ network: Network, members: Int) throws {
        self.package = package
        self.members = Float(members)
        branches = try (0..<3 * members).map { branch in
            let part = try Network(
                Architecture(input: [Self.widths[branch % 3]], layers: Self.layers[branch % 3]), seed: 0)
            var weights = part.weights
            for slice in part.slices {
                guard let values = network["0.\(branch).\(slice.name)"], values.count == slice.range.count else {
                    preconditionFailure("the architecture has \(slice.name) in branch \(branch)")
                }
                weights.replaceSubrange(slice.range, with: values)
            }
            try part.load(weights)
            return try InferenceModel(part)
        }
    }

    /// Reads a file; throws where it is no model of phenotypes.
    public init(decoding file: [UInt8]) throws { try self.init(ModelPackage(decoding: file)) }

    /// The model that comes with the suite.
    public static func bundled() throws -> PhenotypeModel {
        guard
            let file = Bundle.module.url(forResource: "phenotype", withExtension: "safetensors", subdirectory: "Models")
        else {
            throw NeuralNetworkError(.malformed, "the suite's model of phenotypes is not installed beside the program")
        }
        return try PhenotypeModel(decoding: Array(Data(contentsOf: file)))
    }

    /// What a term that was seen adds, a number for each row of features.
    func present(_ rows: [Float]) -> [Float] { mean(0, rows, slots: Shape().present) }

    /// What an excluded term adds.
    func excluded(_ rows: [Float]) -> [Float] { mean(1, rows, slots: Shape().excluded) }

    /// What the whole adds.
    func disease(_ rows: [Float]) -> [Float] { mean(2, rows, slots: 1) }

    private func mean(_ branch: Int, _ rows: [Float], slots: Int) -> [Float] {
        let count = rows.count / Self.widths[branch]
        var sum = Array(repeating: Float(0), count: count)
        for member in stride(from: branch, to: branches.count, by: 3) {
            for (place, value) in branches[member].predict(rows, count: count).enumerated() { sum[place] += value }
        }
        return sum.map { $0 / (members * Float(slots)) }
    }
}
