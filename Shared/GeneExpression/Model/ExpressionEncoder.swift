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
        if let conditions = options.conditions { return conditions.width }
        return options.means.count + (options.families == nil ? 0 : GeneFamilies.width) + options.vocabulary.count
    }

    /// Numbers of a record before they are scaled: its own, and of a window at a start site what its bases say.
    ///
    /// Trees read the first ones alone, without stretches of five bases (``treeNumbers``).
    static func raw(_ record: ExpressionRecord, kind: ExpressionKind) -> [Float] {
        guard kind == .ecoliMPRA else { return record.values }
        return record.values + PromoterElements.features(record.codes) + stretches(record.codes, longest: 5)
    }

    /// How many of an example's numbers boosted trees divide by.
    var treeNumbers: Int {
        guard options.kind == .ecoliMPRA else { return numbers }
        return numbers - Self.countOfCounts(longest: 5) + Self.countOfCounts(longest: 4)
    }

    /// Why a record is not one of the model's; nil where it is.
    func flaw(_ record: ExpressionRecord) -> String? {
        guard record.codes.count == options.kind.bases else {
            return "the record has \(record.codes.count) bases and the model reads \(options.kind.bases)"
        }
        if let conditions = options.conditions { return conditions.flaw(record) }
        let own =
            options.kind == .ecoliMPRA
            ? options.means.count - PromoterElements.width - Self.countOfStretches(longest: 5) : options.means.count
        guard record.values.count == own else {
            return "the record has \(record.values.count) numbers and the model reads \(own)"
        }
        return nil
    }

    /// Appends an example of the network: its numbers, then its bases where filters read them.
    func append(_ record: ExpressionRecord, to inputs: inout [Float]) {
        inputs += numbers(of: record)
        if options.kind.filtersBases { for code in record.codes { inputs.append(Float(code)) } }
    }

    /// The numbers of an example.
    func numbers(of record: ExpressionRecord) -> [Float] {
        if let conditions = options.conditions { return conditions.inputs(of: record) }
        var inputs: [Float] = []
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
        return inputs
    }

    // MARK: Counts of stretches

    /// How often stretches come: of 1 to 3 bases in each of ``parts`` equal parts, then of 1 to `longest` in the whole.
    static func stretches(_ codes: [UInt8], longest: Int) -> [Float] {
        let inParts = (0..<parts).flatMap { (part: Int) -> [Float] in
            let start = part * codes.count / parts
            let end = (part + 1) * codes.count / parts
            return counts(codes[start..<end], longest: longestOfPart)
        }
        return inParts + counts(codes[...], longest: longest)
    }

    /// How many numbers ``stretches(_:longest:)`` has.
    static func countOfStretches(longest: Int) -> Int {
        parts * countOfCounts(longest: longestOfPart) + countOfCounts(longest: longest)
    }

    private static let parts = 5
    private static let longestOfPart = 3

    /// How many counts there are of stretches of 1 to `longest` bases.
    static func countOfCounts(longest: Int) -> Int { (0..<longest).reduce(0) { $0 + 4 << (2 * $1) } }

    /// How often each stretch of 1 to `longest` bases comes; those with other letters than A, C, G and T count nowhere.
    static func counts(_ codes: ArraySlice<UInt8>, longest: Int) -> [Float] {
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
