import NeuralNetwork
import Tasks

/// Records as a network's inputs: scaled numbers, counts of short stretches of bases, families, words, and bases.
struct ExpressionEncoder: Sendable {
    let options: ExpressionOptions
    private let places: [String: Int]

    init(_ options: ExpressionOptions) {
        self.options = options
        places = Dictionary(options.vocabulary.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Numbers of an example, without bases.
    var numbers: Int {
        if let conditions = options.conditions { return conditions.count }
        return options.means.count + (options.families == nil ? 0 : GeneFamilies.width) + options.vocabulary.count
    }

    /// Numbers of a record before they are scaled.
    static func raw(_ record: ExpressionRecord, kind: ExpressionKind) -> [Float] {
        record.values + counts(record.codes, longest: kind.longestWord)
    }

    /// Why a record is not one of the model's; nil where it is.
    func flaw(_ record: ExpressionRecord) -> String? {
        guard record.codes.count == options.kind.bases else {
            return "the record has \(record.codes.count) bases and the model reads \(options.kind.bases)"
        }
        let own = options.means.count - Self.countOfCounts(longest: options.kind.longestWord)
        guard record.values.count == own || options.conditions != nil else {
            return "the record has \(record.values.count) numbers and the model reads \(own)"
        }
        return nil
    }

    /// Appends an example.
    func append(_ record: ExpressionRecord, to inputs: inout [Float]) {
        if let conditions = options.conditions {
            inputs += conditions.likeness(to: record)
            return
        }
        for (place, value) in Self.raw(record, kind: options.kind).enumerated() {
            // Far outside of what was seen a network says anything.
            inputs.append(max(-8, min(8, (value - options.means[place]) / options.deviations[place])))
        }
        if let families = options.families {
            inputs += families.features(record.words.first ?? "").map { $0 - families.overall }
        }
        if !options.vocabulary.isEmpty {
            let start = inputs.count
            inputs += [Float](repeating: 0, count: options.vocabulary.count)
            for word in record.words { if let place = places[word] { inputs[start + place] = 1 } }
        }
        for code in record.codes { inputs.append(Float(code)) }
    }

    // MARK: Counts of stretches

    /// How many counts there are of stretches of 1 to `longest` bases.
    static func countOfCounts(longest: Int) -> Int { (0..<longest).reduce(0) { $0 + 4 << (2 * $1) } }

    /// How often each stretch of 1 to `longest` bases comes; those with other letters than A, C, G and T count nowhere.
    static func counts(_ codes: [UInt8], longest: Int) -> [Float] {
        guard longest > 0 else { return [] }
        var counts = [Float](repeating: 0, count: countOfCounts(longest: longest))
        var (word, length) = (0, 0)
        for code in codes {
            guard code.nonzeroBitCount == 1 else {
                length = 0
                continue
            }
            word = (word << 2 | code.trailingZeroBitCount) & (1 << (2 * longest) - 1)
            length = min(length + 1, longest)
            var start = 0
            for size in 1...longest {
                if size <= length { counts[start + word & (1 << (2 * size) - 1)] += 1 }
                start += 1 << (2 * size)
            }
        }
        return counts
    }
}
