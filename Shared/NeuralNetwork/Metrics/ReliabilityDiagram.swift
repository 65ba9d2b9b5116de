/// How often what is said with some confidence is so: examples in bins of confidence, of equal width if nothing else is said.
///
/// For several classes, the confidence is the probability of the most probable one (Guo and others 2017); for one
/// output, it is its probability.
public struct ReliabilityDiagram: Codable, Sendable, Hashable {
    /// The examples of one range of confidence.
    public struct Bin: Codable, Sendable, Hashable {
        /// Examples, or their weight.
        public var count: Double
        /// The mean confidence; 0 without examples.
        public var confidence: Double
        /// The share that was so; 0 without examples.
        public var accuracy: Double
    }

    /// Bin i is of confidences from i / bins to (i + 1) / bins, or from a bound that was given to the next.
    public var bins: [Bin]

    /// Sorts examples into bins; a confidence that is not a number goes into the first.
    public init(confidences: [Float], hits: [Bool], weights: [Double]? = nil, bins: Int = 15) {
        precondition(bins > 0 && confidences.count == hits.count)
        self.init(confidences, hits, weights, count: bins) { confidence in
            confidence > 0 ? Int(min(Float(bins - 1), confidence * Float(bins))) : 0
        }
    }

    /// Sorts examples into bins that begin at rising `bounds`; what lies below the first goes into the first.
    public init(confidences: [Float], hits: [Bool], bounds: [Float]) {
        precondition(!bounds.isEmpty && confidences.count == hits.count)
        self.init(confidences, hits, nil, count: bounds.count) { confidence in
            bounds.lastIndex { $0 <= confidence } ?? 0
        }
    }

    private init(
        _ confidences: [Float], _ hits: [Bool], _ weights: [Double]?, count: Int, bin: (Float) -> Int
    ) {
        var sums = Array(repeating: Bin(count: 0, confidence: 0, accuracy: 0), count: count)
        for (example, confidence) in confidences.enumerated() {
            let weight = weights?[example] ?? 1
            let bin = bin(confidence)
            sums[bin].count += weight
            sums[bin].confidence += weight * Double(confidence)
            sums[bin].accuracy += hits[example] ? weight : 0
        }
        self.bins = sums.map { sum in
            sum.count > 0
                ? Bin(
                    count: sum.count, confidence: sum.confidence / sum.count,
                    accuracy: sum.accuracy / sum.count)
                : sum
        }
    }

    /// Expected calibration error (Naeini and others 2015).
    ///
    /// The mean distance of confidence and accuracy.
    public var expectedCalibrationError: Double {
        let total = bins.reduce(0) { $0 + $1.count }
        return total > 0
            ? bins.reduce(0) { $0 + $1.count * abs($1.confidence - $1.accuracy) } / total : 0
    }

    /// The greatest distance of confidence and accuracy in a bin.
    public var maximumCalibrationError: Double {
        bins.reduce(0) { $1.count > 0 ? max($0, abs($1.confidence - $1.accuracy)) : $0 }
    }
}
