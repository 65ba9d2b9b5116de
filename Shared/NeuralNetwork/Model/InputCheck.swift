/// What the floats of an example must be for a network to read them as they are meant: the one check of training,
/// validation, evaluation and whoever scores examples that others made.
///
/// Base codes are whole numbers in 0...15, tokens rows of the embedding that reads them, numbers finite. To the layers
/// themselves any float is something (a code that is none is padding), so that no input can trap.
public struct InputCheck: Sendable {
    private struct Part: Sendable {
        var specification: InputSpecification
        var offset: Int
        /// Rows of the smallest table that tokens are looked up in.
        var vocabulary: Int?
    }

    private let parts: [Part]
    /// Floats of one example.
    let count: Int

    init(_ graph: Graph) {
        parts = graph.inputs.map { input in
            let tables = graph.nodes.filter { $0.inputs.first == input.buffer }
                .compactMap { ($0.layer as? EmbeddingLayer)?.vocabulary }
            return Part(specification: input.specification, offset: input.offset, vocabulary: tables.min())
        }
        count = graph.inputCount
    }

    /// The check of an architecture's inputs; throws where its layers do not fit.
    public init(_ architecture: Architecture) throws(NeuralNetworkError) { self.init(try Graph(architecture)) }

    /// Why an example's inputs, one after the other, cannot be meant, with the first value that cannot; nil where they can.
    public func problem(_ example: UnsafeBufferPointer<Float>) -> String? {
        guard example.count == count else { return "there are \(example.count) inputs, and the network has \(count)" }
        for part in parts {
            let values = UnsafeBufferPointer(
                rebasing: example[part.offset..<part.offset + part.specification.count])
            guard let (index, reason) = problem(values, of: part) else { continue }
            let name = part.specification.name
            let place = name == InputSpecification.defaultName ? "" : " of input \(name)"
            return "\(Self.shown(values[index])) at position \(index)\(place) \(reason)"
        }
        return nil
    }

    private func problem(_ values: UnsafeBufferPointer<Float>, of part: Part) -> (Int, String)? {
        switch part.specification.kind {
        case .numbers:
            // Infinities and what is no number have the greatest exponent; as integers, one instruction for many.
            let greatest = values.reduce(0) { max($0, $1.bitPattern & 0x7fff_ffff) }
            if greatest < Float.infinity.bitPattern { return nil }
            return values.firstIndex { !$0.isFinite }.map { ($0, "is no finite number") }
        case .bases:
            return values.firstIndex { !Self.isIndex($0, below: 16) }
                .map { ($0, "is no base code; A 1, C 2, G 4, T 8, N 15, several letters the sum of theirs, padding 0") }
        case .tokens:
            let rows = part.vocabulary ?? 1 << 24
            return values.firstIndex { !Self.isIndex($0, below: rows) }
                .map { ($0, "is no token in 0..<\(rows) of the embedding") }
        }
    }

    @inline(__always)
    private static func isIndex(_ value: Float, below end: Int) -> Bool {
        value >= 0 && value < Float(end) && value == Float(Int32(value))
    }

    private static func shown(_ value: Float) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }
}
