/// Turns logits into probabilities that mean what they say: divides by a temperature (Guo and others 2017), takes the
/// softmax or sigmoid, and maps probabilities by isotonic regression where there is one (Zadrozny and Elkan 2002).
///
/// Fit it on held-out examples. It gives the same bytes on every processor. As JSON: `{"temperature": 1.2}`.
public struct Calibration: Sendable, Hashable {
    /// Above 1 where the network is too sure of itself.
    public var temperature: Float
    /// Maps of probabilities: one of class 1 of two or of a single output, else one a class; none leaves them as they are.
    public var isotonic: [IsotonicRegression]

    /// How to fit.
    public enum Method: String, Codable, Sendable, Hashable, CaseIterable {
        /// One number, which no ranking changes: for some hundred examples and more.
        case temperature
        /// A staircase a class, which takes some thousand examples.
        case isotonic
    }

    /// Divides by `temperature`, and maps probabilities.
    public init(temperature: Float = 1, isotonic: [IsotonicRegression] = []) {
        self.temperature = temperature
        self.isotonic = isotonic
    }

    /// The classes' probabilities of each example; one logit an example gives that of class 1 of two.
    public func probabilities(_ logits: [Float], classes: Int) throws(NeuralNetworkError) -> [Float] {
        var result = logits
        try result.withUnsafeMutableBufferPointer { buffer throws(NeuralNetworkError) in
            try replaceByProbabilities(buffer, classes: classes)
        }
        return result
    }

    /// The probabilities of independent labels, `[count][labels]`.
    public func probabilities(_ logits: [Float], labels: Int) throws(NeuralNetworkError) -> [Float] {
        var result = logits
        try result.withUnsafeMutableBufferPointer { buffer throws(NeuralNetworkError) in
            try replaceByProbabilities(buffer, labels: labels)
        }
        return result
    }

    /// Replaces logits, `[count][classes]`, by probabilities where they are.
    public func replaceByProbabilities(
        _ logits: UnsafeMutableBufferPointer<Float>, classes: Int
    ) throws(NeuralNetworkError) {
        if classes == 1 { return try replaceByProbabilities(logits, labels: 1) }
        precondition(classes > 0 && logits.count.isMultiple(of: classes))
        try check(maps: [classes == 2 ? 1 : classes])
        guard let base = logits.baseAddress else { return }
        let rows = stride(from: 0, to: logits.count, by: classes)
        for first in rows {
            let row = first..<first + classes
            let greatest = row.reduce(-Float.infinity) { base[$1] > $0 ? base[$1] : $0 }
            for i in row { base[i] = (base[i] - greatest) / temperature }
        }
        try Kernels().functions.exp(base, base, logits.count)
        for first in rows { Self.normalize(base + first, classes) }
        guard !isotonic.isEmpty else { return }
        for first in rows {
            let row = base + first
            if classes == 2 {
                row[1] = isotonic[0](row[1])
                row[0] = 1 - row[1]
            } else {
                for c in 0..<classes { row[c] = isotonic[c](row[c]) }
                Self.normalize(row, classes)
            }
        }
    }

    /// Replaces the logits of independent labels, `[count][labels]`, by probabilities where they are.
    public func replaceByProbabilities(
        _ logits: UnsafeMutableBufferPointer<Float>, labels: Int
    ) throws(NeuralNetworkError) {
        precondition(labels > 0 && logits.count.isMultiple(of: labels))
        try check(maps: [labels])
        guard let base = logits.baseAddress else { return }
        for i in 0..<logits.count { base[i] /= temperature }
        try Kernels().functions.sigmoid(base, base, logits.count)
        guard !isotonic.isEmpty else { return }
        for i in 0..<logits.count { base[i] = isotonic[i % labels](base[i]) }
    }

    /// Throws unless it fits a network of so many outputs, be they classes or labels.
    func check(outputs: Int) throws(NeuralNetworkError) { try check(maps: outputs == 2 ? [1, 2] : [outputs]) }

    private func check(maps counts: [Int]) throws(NeuralNetworkError) {
        guard temperature.isFinite, temperature > 0 else {
            throw NeuralNetworkError(.malformed, "the temperature must be above 0", place: "calibration")
        }
        guard isotonic.isEmpty || counts.contains(isotonic.count) else {
            throw NeuralNetworkError(
                .mismatch, "there are \(isotonic.count) isotonic maps, not \(counts.last ?? 0)", place: "calibration")
        }
        // Several maps' values are divided by their sum.
        let least: Float = isotonic.count > 1 ? .leastNormalMagnitude : 0
        guard isotonic.allSatisfy({ $0.y.allSatisfy { $0 >= least && $0 <= 1 } }) else {
            throw NeuralNetworkError(
                .malformed, "the values of isotonic maps are probabilities, of several maps above 0",
                place: "calibration")
        }
    }

    private static func normalize(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
        var sum: Float = 0
        for c in 0..<count { sum += row[c] }
        for c in 0..<count { row[c] /= sum }
    }
}

extension Calibration: Codable {
    /// Reads `{"temperature": 1.2, "isotonic": [{"x": [0, 1], "y": [0.01, 0.99]}]}`, of which both may be left out.
    public init(from decoder: any Decoder) throws {
        var field = try DocumentFields(decoder)
        temperature = try field("temperature", default: 1)
        isotonic = try field("isotonic", default: [])
        try field.end()
    }

    /// Writes what there is.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: DocumentKey.self)
        try fields.encode(temperature, forKey: "temperature")
        if !isotonic.isEmpty { try fields.encode(isotonic, forKey: "isotonic") }
    }
}
