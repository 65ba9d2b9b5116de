/// One step of all parameters: weights by the optimizer, statistics towards what the batch showed.
struct ParameterUpdate {
    /// Ranges of the buffer that the optimizer moves, of a size that threads share out.
    private let weights: [Range<Int>]
    private let statistics: [(range: Range<Int>, momentum: Float)]
    private let all: [Range<Int>]
    private let team: WorkerTeam
    private let kernels: Kernels

    init(_ graph: Graph, team: WorkerTeam, kernels: Kernels) {
        var weights: [Range<Int>] = []
        var statistics: [(Range<Int>, Float)] = []
        for parameter in graph.parameters where !parameter.isFixed {
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
        self.team = team
        self.kernels = kernels
    }

    /// The squared norm of the weights' gradient; in pieces whose order is fixed.
    func squaredNorm(of gradient: UnsafePointer<Float>) -> Double {
        weights.reduce(0) { $0 + kernels.functions.square_sum(gradient + $1.lowerBound, $1.count) }
    }

    /// Moves all parameters, and `average`, where there is one, by `share` of the way to them.
    func step(
        _ parameters: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, examples: Int,
        optimizer: Optimizer, scale: Float, learningRate: Float, average: UnsafeMutablePointer<Float>?, share: Float
    ) {
        optimizer.beginStep()
        team.run(
            weights.count,
            WeightStep(
                ranges: weights, optimizer: optimizer, parameters: parameters, gradient: gradient, scale: scale,
                learningRate: learningRate))
        for (range, momentum) in statistics {
            for i in range { parameters[i] += momentum * (gradient[i] / Float(examples) - parameters[i]) }
        }
        guard let average else { return }
        team.run(
            all.count,
            AverageStep(ranges: all, kernels: kernels, parameters: parameters, average: average, share: share))
    }

    private struct WeightStep: TeamWork {
        let ranges: [Range<Int>]
        let optimizer: Optimizer
        let parameters: UnsafeMutablePointer<Float>
        let gradient: UnsafePointer<Float>
        let scale, learningRate: Float

        func work(_ part: Int) {
            optimizer.update(
                parameters: parameters, gradients: gradient, range: ranges[part], scale: scale,
                learningRate: learningRate)
        }
    }

    private struct AverageStep: TeamWork {
        let ranges: [Range<Int>]
        let kernels: Kernels
        let parameters: UnsafePointer<Float>
        let average: UnsafeMutablePointer<Float>
        let share: Float

        func work(_ part: Int) {
            let first = ranges[part].lowerBound
            kernels.functions.lerp(parameters + first, average + first, share, ranges[part].count)
        }
    }

    private static func pieces(_ range: Range<Int>) -> [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: 1 << 16).map {
            $0..<min(range.upperBound, $0 + (1 << 16))
        }
    }
}
