/// Half widths of intervals around predictions, from how wrong held-out predictions were: split conformal prediction by groups.
///
/// Papadopoulos and others (2002) and, by groups, Vovk (2012): of exchangeable records at least the wanted share lies within.
public struct ConformalInterval: Sendable, Hashable, Codable {
    /// Where groups end, ascending: a record of a key below the first limit is in the first group.
    public let limits: [Double]
    /// The half width of each group, one more than ``limits``.
    public let halfWidths: [Double]
    /// The share of records that are to lie within.
    public let coverage: Double

    /// Cuts held-out records by their keys into so many groups of equal size; each takes at least 50, else there are fewer groups.
    ///
    /// Nil without records.
    public init?(errors: [Double], keys: [Double], groups: Int, coverage: Double = 0.9) {
        precondition(errors.count == keys.count && groups > 0 && (0..<1).contains(coverage), "a key an error")
        guard !errors.isEmpty else { return nil }
        let count = max(1, min(groups, errors.count / 50))
        let sorted = keys.sorted()
        limits = (1..<max(1, count)).map { sorted[$0 * sorted.count / count] }
        self.coverage = coverage
        var members = [[Double]](repeating: [], count: count)
        for (error, key) in zip(errors, keys) { members[Self.group(key, limits)].append(abs(error)) }
        let all = errors.map { abs($0) }
        halfWidths = members.map { Self.quantile($0.isEmpty ? all : $0, coverage) }
    }

    /// The half width around a prediction whose record has this key.
    public func halfWidth(key: Double) -> Double { halfWidths[Self.group(key, limits)] }

    private static func group(_ key: Double, _ limits: [Double]) -> Int { limits.count { key >= $0 } }

    /// The smallest error that ⌈(n + 1) · coverage⌉ of them do not exceed; the largest where there are too few.
    private static func quantile(_ errors: [Double], _ coverage: Double) -> Double {
        let rank = (Double(errors.count + 1) * coverage).rounded(.up)
        return errors.sorted()[min(errors.count, Int(rank)) - 1]
    }
}
