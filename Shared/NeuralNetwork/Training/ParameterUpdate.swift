/// One step of all parameters: weights by the optimizer, statistics towards what the batch showed.
struct ParameterUpdate {
    /// Ranges of the buffer that the optimizer moves, of a size that threads share out.
    private let weights: [Range<Int>]
    private let statistics: [(range: Range<Int>, momentum: Float)]
    private let all: [Range<Int>]
    private let workers: Int
    private let kernels: Kernels

    init(_ graph: Graph, workers: Int, kernels: Kernels) {
        var weights: [Range<Int>] = []
        var statistics: [(Range<Int>, Float)] = []
        for parameter in graph.parameters {
            let range = parameter.storedOffset..<parameter.storedOffset + parameter.description.storedCount
            switch parameter.description.role {
            case .statistic(let momentum): statistics.append((range, momentum))
            case .weight:
                if let last = weights.last, last.upperBound == range.lowerBound {
                    weights[weights.count - 1] = last.lowerBound..<range.upperBound
                } else {
                    weights.append(range)
                }
            }
        }
        self.weights = weights.flatMap(Self.pieces)
        self.statistics = statistics
        all = Self.pieces(0..<graph.storedCount)
        self.workers = workers
        self.kernels = kernels
    }

    /// The squared norm of the weights' gradient; in pieces whose order is fixed.
    func squaredNorm(of gradient: UnsafePointer<Float>) -> Double {
        weights.reduce(0) { $0 + kernels.functions.square_sum(gradient + $1.lowerBound, $1.count) }
    }

    /// Moves all parameters, and `average`, where there is one, by `share` of the way to them.
    func step(
        _ parameters: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, examples: Int,
        optimizer: AdamW, scale: Float, learningRate: Float, average: UnsafeMutablePointer<Float>?, share: Float
    ) {
        optimizer.beginStep()
        try? Parallel.forEach(weights.count, workers: workers) { _, index in
            optimizer.update(
                parameters: parameters, gradients: gradient, range: weights[index], scale: scale,
                learningRate: learningRate)
        }
        for (range, momentum) in statistics {
            for i in range { parameters[i] += momentum * (gradient[i] / Float(examples) - parameters[i]) }
        }
        guard let average else { return }
        try? Parallel.forEach(all.count, workers: workers) { _, index in
            let first = all[index].lowerBound
            kernels.functions.lerp(parameters + first, average + first, share, all[index].count)
        }
    }

    private static func pieces(_ range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: 1 << 16).map {
            $0..<min(range.upperBound, $0 + (1 << 16))
        }
    }
}
