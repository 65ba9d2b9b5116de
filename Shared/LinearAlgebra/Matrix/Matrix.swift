/// A dense matrix of doubles, row after row.
public struct Matrix: Sendable, Hashable {
    /// How many rows there are.
    public let rows: Int
    /// How many columns there are.
    public let columns: Int
    /// The numbers, row after row: `rows` × `columns`.
    public var elements: [Double]

    /// Takes numbers that are given row after row; their count is `rows` × `columns`.
    public init(rows: Int, columns: Int, elements: [Double]) {
        precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "a matrix of another size")
        self.rows = rows
        self.columns = columns
        self.elements = elements
    }

    /// A matrix of one number.
    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(rows: rows, columns: columns, elements: [Double](repeating: value, count: rows * columns))
    }

    /// A matrix of rows of one length.
    public init(_ rows: [[Double]]) {
        precondition(rows.allSatisfy { $0.count == rows[0].count }, "rows of several lengths")
        self.init(rows: rows.count, columns: rows.first?.count ?? 0, elements: rows.flatMap { $0 })
    }

    /// The number at 0-based places.
    public subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    /// A row.
    public func row(_ index: Int) -> ArraySlice<Double> { elements[(index * columns)..<((index + 1) * columns)] }

    /// A column.
    public func column(_ index: Int) -> [Double] { (0..<rows).map { self[$0, index] } }

    /// The rows at these places, in this order.
    public func selecting(rows places: some Sequence<Int>) -> Matrix {
        var taken: [Double] = []
        var count = 0
        for place in places {
            taken += row(place)
            count += 1
        }
        return Matrix(rows: count, columns: columns, elements: taken)
    }

    /// The first columns.
    public func prefix(columns count: Int) -> Matrix {
        precondition((0...columns).contains(count), "more columns than there are")
        return Matrix(rows: rows, columns: count, elements: (0..<rows).flatMap { row($0).prefix(count) })
    }

    /// Rows for columns.
    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result.elements[column * rows + row] = elements[row * columns + column] }
        }
        return result
    }

    /// The mean of each column; zeros without rows.
    public var columnMeans: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { sums[column] += elements[row * columns + column] }
        }
        return rows == 0 ? sums : sums.map { $0 / Double(rows) }
    }

    /// The matrix with a number for each column taken away.
    public func subtracting(_ values: [Double]) -> Matrix {
        precondition(values.count == columns, "a number a column")
        var result = self
        for row in 0..<rows {
            for column in 0..<columns { result.elements[row * columns + column] -= values[column] }
        }
        return result
    }

    /// Whether all numbers are finite.
    public var isFinite: Bool { elements.allSatisfy(\.isFinite) }
}
