extension Calibration {
    /// Fits to held-out examples: their logits, `[labels.count][classes]`, and true classes.
    ///
    /// The temperature is the one with the least cross-entropy, between 1/20 and 20. Isotonic maps are those of each class
    /// against all others with the least squared error, and keep the distance 1 / (n + 2) from 0 and 1: more than that n
    /// examples cannot show.
    public init(fitting logits: [Float], labels: [Int], classes: Int, method: Method = .temperature) {
        precondition(logits.count == labels.count * classes)
        let targets = labels.map(Float.init)
        switch method {
        case .temperature:
            let loss = classes == 1 ? Loss.binaryCrossEntropy() : .softmaxCrossEntropy()
            self.init(temperature: Self.temperature(loss, logits, targets, width: classes))
        case .isotonic:
            let plain = (try? Calibration().probabilities(logits, classes: classes)) ?? logits
            let mapped = classes == 1 ? [0] : classes == 2 ? [1] : Array(0..<classes)
            self.init(
                isotonic: mapped.map { c in
                    Self.map(
                        stride(from: c, to: plain.count, by: classes).map { plain[$0] },
                        hits: targets.map { $0 == Float(max(c, classes == 1 ? 1 : 0)) ? 1 : 0 })
                })
        }
    }

    /// Fits to held-out examples of independent labels, `[count][width]` both; targets that are not numbers are unknown.
    public init(fitting logits: [Float], targets: [Float], width: Int, method: Method = .temperature) {
        precondition(logits.count == targets.count && width > 0 && logits.count.isMultiple(of: width))
        switch method {
        case .temperature:
            self.init(temperature: Self.temperature(.binaryCrossEntropy(), logits, targets, width: width))
        case .isotonic:
            let plain = (try? Calibration().probabilities(logits, labels: width)) ?? logits
            self.init(
                isotonic: (0..<width).map { label in
                    let known = stride(from: label, to: targets.count, by: width).filter {
                        !targets[$0].isNaN
                    }
                    return Self.map(known.map { plain[$0] }, hits: known.map { targets[$0] })
                })
        }
    }

    /// Fits to held-out examples of an output, whatever its loss; targets that are missing are left out.
    init(fitting logits: [Float], targets: [Float], of part: Objective.Part, method: Method) {
        guard part.loss.task == .classes else {
            self.init(fitting: logits, targets: targets, width: part.width, method: method)
            return
        }
        let (known, width) = (targets.indices.filter { !targets[$0].isNaN }, part.width)
        self.init(
            fitting: known.count == targets.count
                ? logits : known.flatMap { logits[$0 * width..<($0 + 1) * width] },
            labels: known.map { Int(targets[$0]) }, classes: width, method: method)
    }

    /// Between what temperatures are looked for.
    static let temperatures: ClosedRange<Float> = 1 / 20...20

    /// Whether the examples, all right or all wrong, left the temperature open, so that it ended where the search does.
    var isOpen: Bool {
        temperature < 1.01 * Self.temperatures.lowerBound || temperature > 0.99 * Self.temperatures.upperBound
    }

    private static func map(_ probabilities: [Float], hits: [Float]) -> IsotonicRegression {
        let margin = 1 / Double(hits.count + 2)
        return IsotonicRegression(fitting: probabilities, hits, bounds: margin...1 - margin)
    }

    /// Bisects ln(1/T) for the zero of the loss' slope: the loss is convex in 1/T, and its slope is the gradient by the
    /// scaled logits times the logits.
    private static func temperature(_ loss: Loss, _ logits: [Float], _ targets: [Float], width: Int)
        -> Float
    {
        guard !logits.isEmpty else { return 1 }
        var (scaled, slopes) = (logits, logits)
        let bound = PortableMath.log(Double(temperatures.upperBound))
        var (low, high) = (-bound, bound)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            let factor = Float(PortableMath.exp(middle))
            for i in logits.indices { scaled[i] = factor * logits[i] }
            _ = loss.evaluate(
                outputs: scaled, targets: targets, count: logits.count / width, width: width,
                dOutputs: &slopes)
            let slope = zip(slopes, logits).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            if slope < 0 { low = middle } else { high = middle }
        }
        return Float(PortableMath.exp(-(low + high) / 2))
    }
}
