/// Alleles as bits: a row a site, a column a haplotype (or the other way around); 64 to a word.
public struct BitMatrix: Sendable, Hashable {
    /// How many rows.
    public private(set) var rows: Int
    /// How many bits a row has.
    public let columns: Int
    let width: Int
    var words: [UInt64]

    /// Zeros.
    public init(rows: Int, columns: Int) {
        (self.rows, self.columns, width) = (rows, columns, (columns + 63) / 64)
        words = [UInt64](repeating: 0, count: rows * width)
    }

    /// The bit of a row and a column.
    public subscript(row: Int, column: Int) -> Bool {
        get { words[row * width + column >> 6] >> UInt64(column & 63) & 1 == 1 }
        set {
            let bit = UInt64(1) << UInt64(column & 63)
            if newValue { words[row * width + column >> 6] |= bit } else { words[row * width + column >> 6] &= ~bit }
        }
    }

    mutating func appendRow() {
        rows += 1
        words.append(contentsOf: repeatElement(0, count: width))
    }

    /// How many bits of a row are set.
    func count(_ row: Int) -> Int {
        var sum = 0
        for word in row * width..<(row + 1) * width { sum += words[word].nonzeroBitCount }
        return sum
    }

    /// In how many columns two rows both are set.
    func common(_ a: Int, _ b: Int) -> Int {
        var sum = 0
        for word in 0..<width { sum += (words[a * width + word] & words[b * width + word]).nonzeroBitCount }
        return sum
    }

    /// The columns that are set in a row.
    func places(_ row: Int) -> [Int32] {
        var places: [Int32] = []
        for word in 0..<width {
            var bits = words[row * width + word]
            while bits != 0 {
                places.append(Int32(word * 64 + bits.trailingZeroBitCount))
                bits &= bits - 1
            }
        }
        return places
    }

    /// Rows as columns.
    var transposed: BitMatrix {
        var other = BitMatrix(rows: columns, columns: rows)
        for row in 0..<rows { for column in places(row) { other[Int(column), row] = true } }
        return other
    }

    func selecting(rows places: [Int]) -> BitMatrix {
        var other = BitMatrix(rows: places.count, columns: columns)
        for (index, row) in places.enumerated() {
            for word in 0..<width { other.words[index * width + word] = words[row * width + word] }
        }
        return other
    }

    func selecting(columns places: [Int]) -> BitMatrix {
        transposed.selecting(rows: places).transposed
    }
}
