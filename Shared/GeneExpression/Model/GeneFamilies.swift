/// What the letters of a gene's symbol say: the mean target of the training genes that share the stem, three or four letters.
///
/// Paralogs share the stem of their symbols (`OR4F5`, `RPL10`) and, largely, whether they are expressed. Means are drawn to that of
/// all genes as if so many more genes had it (an empirical Bayes estimate of a mean).
struct GeneFamilies: Sendable, Hashable, Codable {
    /// The keys, sorted, and the mean of each.
    private(set) var names: [String]
    private(set) var means: [Float]
    /// The mean of all genes, which a symbol of no family has.
    private(set) var overall: Float

    /// Features of a gene.
    static let width = 3
    private static let drawn = 3.0

    /// From symbols and their targets; families of one gene are left to the overall mean.
    init(symbols: [String], targets: [Float]) {
        let sum = targets.reduce(0) { $0 + Double($1) }
        let mean = targets.isEmpty ? 0 : sum / Double(targets.count)
        var sums: [String: (sum: Double, count: Int)] = [:]
        for (symbol, target) in zip(symbols, targets) {
            for key in Self.keys(symbol) {
                let known = sums[key] ?? (0, 0)
                sums[key] = (known.sum + Double(target), known.count + 1)
            }
        }
        let kept = sums.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
        names = kept.map(\.key)
        means = kept.map { Float(($0.value.sum + Self.drawn * mean) / (Double($0.value.count) + Self.drawn)) }
        overall = Float(mean)
    }

    /// Whether each family has a finite mean.
    var isValid: Bool { names.count == means.count && overall.isFinite && means.allSatisfy(\.isFinite) }

    /// The features of a symbol.
    func features(_ symbol: String) -> [Float] {
        Self.keys(symbol).map { key in names.place(ofSorted: key).map { means[$0] } ?? overall }
    }

    /// The stem in front of the first digit, the first three letters and the first four.
    private static func keys(_ symbol: String) -> [String] {
        ["s:\(symbol.prefix { !$0.isNumber })", "3:\(symbol.prefix(3))", "4:\(symbol.prefix(4))"]
    }
}
