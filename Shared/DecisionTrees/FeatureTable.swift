/// Numbers by which trees divide records: a row a record, a column a feature, row after row.
public struct FeatureTable: Sendable {
    /// How many numbers a row has.
    public let columns: Int
    /// All numbers; none may be not a number.
    public private(set) var values: [Float]

    /// An empty table.
    public init(columns: Int) {
        precondition(columns > 0, "trees need a feature")
        self.columns = columns
        values = []
    }

    /// A table of rows of one length.
    public init(_ rows: [[Float]]) {
        self.init(columns: rows.first?.count ?? 1)
        values.reserveCapacity(rows.count * columns)
        for row in rows { append(row) }
    }

    /// How many rows there are.
    public var rows: Int { values.count / columns }

    /// Adds a row.
    public mutating func append(_ row: some Collection<Float>) {
        precondition(row.count == columns && row.allSatisfy { !$0.isNaN }, "a number a column")
        values += row
    }

    /// One row.
    public subscript(row row: Int) -> ArraySlice<Float> { values[(row * columns)..<((row + 1) * columns)] }
}

/// The columns of a table as numbers of bins, at most 256 a feature: what trees are grown on.
struct BinnedFeatures: Sendable {
    /// Of each feature the greatest value of every bin but the last, ascending.
    let limits: [[Float]]
    /// A feature after the other, a bin a row.
    let bins: [UInt8]
    let rows: Int
    /// Where the bins of a feature begin among all bins; a last one says how many there are.
    let offsets: [Int]

    /// Each value has a bin of its own where there are few; else bins hold about as many rows each.
    init(_ table: FeatureTable, most: Int = 64) {
        rows = table.rows
        var (limits, bins, offsets) = ([[Float]](), [UInt8](repeating: 0, count: table.rows * table.columns), [0])
        var column = [Float](repeating: 0, count: rows)
        for feature in 0..<table.columns {
            for row in 0..<rows { column[row] = table.values[row * table.columns + feature] }
            let own = Self.limits(column.sorted(), most: min(most, 256))
            for row in 0..<rows { bins[feature * rows + row] = UInt8(Self.bin(column[row], own)) }
            limits.append(own)
            offsets.append((offsets.last ?? 0) + own.count + 1)
        }
        (self.limits, self.bins, self.offsets) = (limits, bins, offsets)
    }

    var features: Int { limits.count }

    private static func limits(_ sorted: [Float], most: Int) -> [Float] {
        var distinct: [Float] = []
        for value in sorted where value != distinct.last {
            distinct.append(value)
            if distinct.count > most { break }
        }
        func between(_ a: Float, _ b: Float) -> Float {
            let middle = a + (b - a) / 2
            return middle < b ? middle : a
        }
        guard distinct.count > most else { return zip(distinct, distinct.dropFirst()).map(between) }
        var limits: [Float] = []
        for part in 1..<most {
            let place = part * sorted.count / most
            guard place > 0, sorted[place - 1] < sorted[place] else {
                // A value that fills more than its bin ends it where the next greater one begins.
                if let next = sorted[place...].first(where: { $0 > sorted[place] }) {
                    let limit = between(sorted[place], next)
                    if limit > (limits.last ?? -.infinity) { limits.append(limit) }
                }
                continue
            }
            let limit = between(sorted[place - 1], sorted[place])
            if limit > (limits.last ?? -.infinity) { limits.append(limit) }
        }
        return limits
    }

    /// How many limits a value exceeds.
    private static func bin(_ value: Float, _ limits: [Float]) -> Int {
        var (low, high) = (0, limits.count)
        while low < high {
            let middle = (low + high) / 2
            if limits[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
