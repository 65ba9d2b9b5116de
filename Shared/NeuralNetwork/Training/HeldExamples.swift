/// What examples that do not train are for: each of them for one thing, so that no figure is of examples that helped to
/// make it good.
///
/// Half choose the epoch, a quarter calibrates and a quarter gives the figures that are published, drawn by the seed, groups
/// whole. Where the parts would be too small to carry a calibration, or there is none to make, all choose the epoch, and the
/// figures, of the same examples, say nothing of calibration.
public struct HeldExamples: Sendable {
    /// The network is validated on them after each epoch.
    public private(set) var choosing: [Int]
    /// The calibration is fitted to them.
    public private(set) var calibrating: [Int] = []
    /// The published figures are of them; empty where they are of `choosing`.
    public private(set) var judging: [Int] = []
    /// The heads whose calibration the examples can carry; "" for the output of a network without heads.
    var calibrated: Set<String> = []
    /// What the examples lack to calibrate the other heads.
    var lacking: [String: String] = [:]
    /// Why nothing is calibrated.
    public private(set) var reason: String?

    /// Divides the examples of `source` with these indices.
    ///
    /// Throws where the options ask for a calibration that the examples cannot carry.
    public init(
        _ indices: [Int], of source: any ExampleSource, groups: [Int64]?, options: TrainingOptions,
        architecture: Architecture
    ) throws {
        try self.init(indices, of: source, groups: groups, options: options, network: Graph(architecture))
    }

    init(
        _ indices: [Int], of source: any ExampleSource, groups: [Int64]?, options: TrainingOptions, network: Graph
    ) throws {
        choosing = indices
        let objective = try Objective(options, network)
        let parts = objective.parts.filter { $0.loss.task != .regression }
        guard !parts.isEmpty else {
            reason = "numbers have no probabilities"
            return
        }
        let units = ExampleGroups(count: indices.count, groups: groups.map { groups in indices.map { groups[$0] } })
        var random = SplitMix64(keys: options.seed, RandomStream.calibration)
        let order = random.permutation(units.count)
        let (half, most) = (order.count / 2, order.count - order.count / 4)
        func part(_ range: Range<Int>) -> [Int] { units.members(of: order[range]).map { indices[$0] } }
        let (fitting, others) = (part(half..<most), part(most..<order.count))
        let method = options.calibration ?? .temperature
        for output in parts {
            for part in [fitting, others] {
                reason = try Self.shortage(of: part, in: source, method, output, objective, network)
                if reason != nil { break }
            }
            if let reason {
                lacking[output.output.name ?? ""] = reason
            } else {
                calibrated.insert(output.output.name ?? "")
            }
        }
        // A head that cannot be calibrated stays as it is, and the lineage says what it lacks; one that was asked for is refused.
        if options.calibration != nil, let (name, reason) = lacking.min(by: { $0.key < $1.key }), parts.count > 1 {
            throw NeuralNetworkError(
                .invalidOptions,
                "\(method.rawValue) calibration of the head \(name) cannot be made: \(reason); leave it out, or hold out more examples",
                place: "calibration")
        }
        if calibrated.isEmpty { return }
        reason = nil
        (choosing, calibrating, judging) = (part(0..<half), fitting, others)
    }

    /// What a part lacks to carry a calibration, or its error: examples of each class, or with and without each label.
    private static func shortage(
        of part: [Int], in source: any ExampleSource, _ method: Calibration.Method, _ output: Objective.Part,
        _ objective: Objective, _ network: Graph
    ) throws -> String? {
        let (least, outputs, loss) = (method.leastExamples, output.width, output.loss)
        let target = FloatBuffer(count: objective.targetCount)
        var counts = Array(repeating: 0, count: loss.task == .classes ? max(2, outputs) : 2 * outputs)
        for index in part {
            try source.fillTarget(index, into: target.buffer, inputCount: network.inputCount)
            for row in 0..<output.rows {
                let own = target.base + output.targetOffset + row * output.targetWidth
                if loss.task == .classes {
                    if let label = LossPass.label(own[0], classes: counts.count) { counts[label] += 1 }
                    continue
                }
                for label in 0..<outputs where !own[label].isNaN {
                    counts[2 * label + (own[label] > 0.5 ? 1 : 0)] += 1
                }
            }
        }
        guard let fewest = counts.indices.min(by: { counts[$0] < counts[$1] }), counts[fewest] < least else {
            return nil
        }
        let rare =
            loss.task == .classes ? "of class \(fewest)" : "\(fewest % 2 == 1 ? "with" : "without") label \(fewest / 2)"
        return "a quarter of those held out has \(counts[fewest]) examples \(rare), and \(method.rawValue) "
            + "calibration needs \(least) of each"
    }
}

extension Calibration.Method {
    /// Examples of each class that it takes to fit, and as many to judge by.
    public var leastExamples: Int {
        switch self {
        case .temperature: 20
        case .isotonic: 200
        }
    }
}
