/// How probably two records of different truths are ranked right (Gönen and Heller 2005); a tie of the predictions counts a half.
public enum ConcordanceIndex {
    /// The index; nil where no two truths differ, or a number is none.
    ///
    /// Takes time of n · log n.
    public static func of(predictions: [Double], truths: [Double]) -> Double? {
        precondition(predictions.count == truths.count, "a truth a prediction")
        guard !predictions.contains(where: \.isNaN), !truths.contains(where: \.isNaN) else { return nil }
        let ascending = predictions.sorted()
        var ranks: [Double: Int] = [:]
        for value in ascending where ranks[value] == nil { ranks[value] = ranks.count + 1 }
        // How many of the records with smaller truths have each rank: sums over ranks in a tree (Fenwick 1994).
        var tree = [Int](repeating: 0, count: ranks.count + 1)
        func below(_ rank: Int) -> Int {
            var (sum, place) = (0, rank)
            while place > 0 {
                sum += tree[place]
                place &= place - 1
            }
            return sum
        }
        let order = truths.indices.sorted { truths[$0] < truths[$1] }
        let rank = order.map { ranks[predictions[$0]] ?? 0 }
        var (right, pairs, start) = (0.0, 0.0, 0)
        while start < order.count {
            var end = start
            while end < order.count, truths[order[end]] == truths[order[start]] { end += 1 }
            for place in start..<end {
                let (less, same) = (below(rank[place] - 1), below(rank[place]))
                right += Double(less) + 0.5 * Double(same - less)
            }
            pairs += Double(start) * Double(end - start)
            for place in start..<end {
                var node = rank[place]
                while node < tree.count {
                    tree[node] += 1
                    node += node & -node
                }
            }
            start = end
        }
        return pairs > 0 ? right / pairs : nil
    }
}
