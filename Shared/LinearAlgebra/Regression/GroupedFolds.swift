/// Which rows are held out together: rows of one group, of relatives or of one gene, are always in one fold.
public struct GroupedFolds: Sendable, Hashable {
    /// How many folds there are.
    public let count: Int
    /// The fold of each row.
    public let folds: [Int]

    /// Deals groups, numbers that rows of a group share, out to folds: the largest first, each to the fold of the fewest rows.
    ///
    /// Rows of one stratum (a class) are spread evenly as far as their groups allow. Throws where there are fewer groups than folds.
    public init(groups: [Int], strata: [Int]? = nil, count: Int) throws(LinearAlgebraError) {
        precondition(count > 1 && (strata?.count ?? groups.count) == groups.count, "two folds, and a stratum a row")
        var members: [Int: [Int]] = [:]
        for (row, group) in groups.enumerated() { members[group, default: []].append(row) }
        guard members.count >= count else {
            throw LinearAlgebraError(.tooFew, "\(members.count) groups cannot be dealt out to \(count) folds")
        }
        let ordered = members.values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        var folds = [Int](repeating: 0, count: groups.count)
        var (sizes, ofStratum) = ([Int](repeating: 0, count: count), [Int: [Int]]())
        for rows in ordered {
            let stratum = strata?[rows[0]] ?? 0
            let held = ofStratum[stratum, default: [Int](repeating: 0, count: count)]
            let fold = (0..<count).min { (held[$0], sizes[$0], $0) < (held[$1], sizes[$1], $1) } ?? 0
            for row in rows { folds[row] = fold }
            sizes[fold] += rows.count
            ofStratum[stratum, default: [Int](repeating: 0, count: count)][fold] += rows.count
        }
        self.folds = folds
        self.count = count
    }

    /// The rows that are fitted and those that are held out.
    public func split(_ fold: Int) -> (kept: [Int], held: [Int]) {
        (folds.indices.filter { folds[$0] != fold }, folds.indices.filter { folds[$0] == fold })
    }
}
