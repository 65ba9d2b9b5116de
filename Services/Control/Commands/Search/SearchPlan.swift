import Events
import Foundation
import NeuralNetwork

/// What `--search` tries: changes of a document's fields, all combinations or some that are drawn.
///
/// As JSON: `{"name": "rates", "metric": "auroc", "draw": 8, "changes": {"options.learningRate": [0.001, 0.003],
/// "architecture.layers.0.filters": [16, 32]}}`.
struct SearchPlan: Codable, Sendable {
    /// The name of the search in the database.
    var name: String
    /// The figure of the held-out examples that the best trial is chosen by, such as `auroc` or `loss`.
    var metric: String
    /// Whether smaller figures are better; as the metric's name says, if nil.
    var lowerIsBetter: Bool?
    /// So many combinations, drawn by `seed`; all of them, if nil.
    var draw: Int?
    /// The seed of the draw.
    var seed: UInt64?
    /// The values of each field, by its path: names and places, separated by dots.
    var changes: [String: [JSONDocument]]

    /// The most trials of one search.
    private static let limit = 10_000

    /// Whether smaller figures are better.
    var isLower: Bool {
        lowerIsBetter ?? ["loss", "error", "entropy", "score", "deviance"].contains { metric.contains($0) }
    }

    /// The configurations, each a value by path: in the order of the paths' names, the last one changing fastest, or as drawn.
    func configurations() throws -> [[String: JSONDocument]] {
        func require(_ holds: Bool, _ problem: String) throws {
            if !holds { throw ControlError("--search: \(problem)") }
        }
        try require(!name.isEmpty && name.utf8.count <= 100, "a search needs a name of at most 100 bytes")
        try require(!changes.isEmpty && changes.values.allSatisfy { !$0.isEmpty }, "`changes` has no values to try")
        var total = 1
        for values in changes.values {
            let (product, overflow) = total.multipliedReportingOverflow(by: values.count)
            try require(!overflow, "there are more combinations than can be counted")
            total = product
        }
        let paths = changes.keys.sorted()
        func combination(_ number: Int) -> [String: JSONDocument] {
            var (rest, chosen) = (number, [String: JSONDocument]())
            for path in paths.reversed() {
                let values = changes[path] ?? []
                chosen[path] = values[rest % values.count]
                rest /= values.count
            }
            return chosen
        }
        guard let draw else {
            try require(total <= Self.limit, "there are \(total) combinations: say how many to `draw`")
            return (0..<total).map(combination)
        }
        try require((1...Self.limit).contains(draw) && draw <= total, "`draw` must be in 1...\(min(total, Self.limit))")
        var (random, seen, drawn) = (SplitMix64(seed: seed ?? 1), Set<Int>(), [Int]())
        while drawn.count < draw {
            let number = random.index(below: total)
            if seen.insert(number).inserted { drawn.append(number) }
        }
        return drawn.map(combination)
    }

    /// A document with the values of a configuration in it; throws where it has no such field.
    static func applying(_ configuration: [String: JSONDocument], to document: JSONDocument) throws -> JSONDocument {
        var document = document
        for (path, value) in configuration.sorted(by: { $0.key < $1.key }) {
            document = try replacing(path.split(separator: ".").map(String.init)[...], in: document, by: value, path)
        }
        return document
    }

    private static func replacing(
        _ parts: ArraySlice<String>, in document: JSONDocument, by value: JSONDocument, _ path: String
    ) throws -> JSONDocument {
        guard let part = parts.first else { return value }
        let rest = parts.dropFirst()
        switch document {
        case .object(var members):
            // A field that is not there may be one that was left out, but not on the way to another.
            guard let member = members[part] ?? (rest.isEmpty ? value : nil) else { break }
            members[part] = try replacing(rest, in: member, by: value, path)
            return .object(members)
        case .array(var values):
            guard let place = Int(part), values.indices.contains(place) else { break }
            values[place] = try replacing(rest, in: values[place], by: value, path)
            return .array(values)
        default: break
        }
        throw ControlError("--search: there is no field \(path), from \"\(part)\" on")
    }
}
