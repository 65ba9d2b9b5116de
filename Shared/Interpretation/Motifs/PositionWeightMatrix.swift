import Foundation

/// A motif: at each position the probability of A, C, G and T.
public struct PositionWeightMatrix: Sendable, Hashable {
    /// Its identifier, such as `MA0083.3`.
    public var name: String
    /// What it is called beside that, such as `SRF`; may be empty.
    public var alternateName: String
    /// One row of A, C, G, T a position, which sums to 1.
    public var rows: [[Double]]
    /// The sequences that it was made from; nil where nobody says.
    public var sites: Int?

    /// Makes a motif.
    public init(name: String, alternateName: String = "", rows: [[Double]], sites: Int? = nil) {
        self.name = name
        self.alternateName = alternateName
        self.rows = rows
        self.sites = sites
    }

    /// A motif of counted letters.
    public init(name: String, counts: [[Double]], sites: Int) {
        let rows = counts.map { row -> [Double] in
            let sum = row.reduce(0, +)
            return sum > 0 ? row.map { $0 / sum } : [0.25, 0.25, 0.25, 0.25]
        }
        self.init(name: name, rows: rows, sites: sites)
    }

    /// The number of positions.
    public var length: Int { rows.count }

    /// The motif of the opposite strand.
    public var reverseComplement: PositionWeightMatrix {
        var other = self
        other.rows = rows.reversed().map { $0.reversed() }
        return other
    }

    /// The letters that stand at each position with at least half of the greatest probability, as one IUPAC code.
    public var consensus: String {
        String(
            rows.map { row in
                let greatest = row.max() ?? 0
                let code = (0..<4).reduce(0) { row[$1] >= greatest / 2 ? $0 | 1 << $1 : $0 }
                return Array("=ACMGRSVTWYHKDBN")[code]
            })
    }

    /// The information of each position in bits, against equal probabilities.
    public var information: [Double] {
        rows.map { row in 2 + row.reduce(0) { $1 > 0 ? $0 + $1 * Foundation.log2($1) : $0 } }
    }
}
