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

    /// How the members of a kind are trained.
    static func options(_ kind: ExpressionKind, isRobust: Bool = false) -> TrainingOptions {
        var options = TrainingOptions()
        options.batchSize = 64
        options.shardSize = 32
        options.schedule = .cosine(warmup: 0.05, floor: 0.01)
        options.optimizer = .adamW(weightDecay: 0.02)
        options.loss = kind == .ecoliMPRA ? .binaryCrossEntropy() : .meanSquaredError
        // Of a class, 0 or 1, absolute errors beyond one half: a loss that wrong labels move alike (Ghosh and others 2017).
        if isRobust { options.loss = .huber(delta: kind == .ecoliMPRA ? 0.5 : 1) }
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
