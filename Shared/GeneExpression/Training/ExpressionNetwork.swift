import NeuralNetwork

/// The networks of each kind, and how they are trained.
enum ExpressionNetwork {
    /// One member, on so many numbers beside the bases of its kind.
    static func architecture(_ kind: ExpressionKind, numbers: Int) -> Architecture {
        let numbersInput = InputSpecification(name: "numbers", shape: [numbers])
        let bases = InputSpecification(name: "promoter", kind: .bases, shape: [kind.bases])
        switch kind {
        case .gm12878, .arabidopsis:
            return Architecture(
                inputs: [numbersInput],
                layers: [
                    .linear(outputs: 64), .gelu, .dropout(rate: 0.2), .linear(outputs: 32), .gelu,
                    .dropout(rate: 0.1), .linear(outputs: 1),
                ])
        case .sigma70, .ecoli:
            return Architecture(
                inputs: [numbersInput],
                layers: [
                    .linear(outputs: 128), .gelu, .linear(outputs: 64), .gelu, .linear(outputs: 32), .gelu,
                    .linear(outputs: 1),
                ])
        case .ecoliMPRA:
            let sequence: LayerSpecification = .parallel(
                [
                    .init([.linear(outputs: 16), .gelu, .dropout(rate: 0.5)], input: "numbers"),
                    .init(
                        [
                            .conv1d(filters: 32, kernel: 10), .relu, .maxPool1d(kernel: 4), .dropout(rate: 0.2),
                            .conv1d(filters: 32, kernel: 5), .relu,
                            .parallel([
                                .init([.averagePool()]), .init([.maxPool()]),
                                .init([.flatten, .linear(outputs: 24), .gelu]),
                            ]),
                        ], input: "promoter"),
                ])
            return Architecture(
                inputs: [numbersInput, bases], layers: [sequence, .dropout(rate: 0.4), .linear(outputs: 1)])
        }
    }

    /// What a promoter adds to the marks of its gene, a network on its bases alone: it has no biases, so that it adds nothing to a gene of
    /// which there is no promoter (codes of 0).
    static func promoter(_ kind: ExpressionKind) -> Architecture {
        Architecture(
            inputs: [InputSpecification(name: "promoter", kind: .bases, shape: [kind.bases])],
            layers: [
                .conv1d(filters: 32, kernel: 9, bias: false), .relu, .maxPool1d(kernel: 6), .dropout(rate: 0.2),
                .conv1d(filters: 32, kernel: 5, bias: false), .relu,
                .parallel([.init([.averagePool()]), .init([.maxPool()])]), .dropout(rate: 0.3),
                .linear(outputs: 1, bias: false),
            ])
    }

    /// A network that adds the mean of what several say of promoters to what numbers say.
    static func joined(numbers: Network, promoters: [Network]) throws(NeuralNetworkError) -> Network {
        var (weights, branches) = (
            numbers.weights, [LayerSpecification.Branch(numbers.architecture.layers, input: "numbers")]
        )
        for promoter in promoters {
            var own = promoter.weights
            let last = "\(promoter.architecture.layers.count - 1).weight"
            // The output is linear in the last layer's weights, and has no others.
            for slice in promoter.slices where slice.name == last {
                for place in slice.range { own[place] /= Float(promoters.count) }
            }
            weights += own
            branches.append(.init(promoter.architecture.layers, input: "promoter"))
        }
        let inputs = numbers.architecture.inputs + (promoters.first?.architecture.inputs ?? [])
        let network = try Network(Architecture(inputs: inputs, layers: [.parallel(branches, join: .add)]), seed: 0)
        try network.load(weights)
        return network
    }

    /// How the members of a kind are trained.
    static func options(_ kind: ExpressionKind) -> TrainingOptions {
        var options = TrainingOptions()
        options.batchSize = 64
        options.shardSize = 32
        options.schedule = .cosine(warmup: 0.05, floor: 0.01)
        options.optimizer = .adamW(weightDecay: 0.02)
        options.loss = kind == .ecoliMPRA ? .binaryCrossEntropy() : .meanSquaredError
        options.clipNorm = 1
        switch kind {
        case .arabidopsis: (options.epochs, options.learningRate) = (20, 2e-3)
        case .gm12878: (options.epochs, options.learningRate) = (20, 2e-3)
        case .sigma70, .ecoli: (options.epochs, options.learningRate) = (50, 4e-3)
        case .ecoliMPRA: (options.epochs, options.learningRate) = (9, 2e-3)
        }
        return options
    }
}
