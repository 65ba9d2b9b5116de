/// Distances between haplotypes, which are rows: in how many sites they differ.
enum NearestNeighbors {
    /// The distance of each row of one matrix to the nearest of another; of the same matrix, to the nearest other row.
    static func distances(_ rows: BitMatrix, to others: BitMatrix, isSame: Bool = false, workers: Int) -> [Int] {
        Parallel.map(rows.rows, workers: workers) { row in
            var nearest = Int.max
            let width = rows.width
            for other in 0..<others.rows where !(isSame && other == row) {
                var distance = 0
                for word in 0..<width {
                    distance += (rows.words[row * width + word] ^ others.words[other * width + word]).nonzeroBitCount
                }
                if distance < nearest { nearest = distance }
            }
            return nearest
        }
    }

    /// Nearest-neighbor adversarial accuracy (Yale and others 2020): ½ (P(d_RS > d_RR) + P(d_SR > d_SS)); .5 where nobody can tell the two apart.
    static func adversarialAccuracy(real: BitMatrix, synthetic: BitMatrix, workers: Int) -> Double {
        func share(_ far: [Int], _ near: [Int]) -> Double {
            Double(zip(far, near).count { $0 > $1 }) / Double(max(1, far.count))
        }
        let toSynthetic = distances(real, to: synthetic, workers: workers)
        let toReal = distances(synthetic, to: real, workers: workers)
        let amongReal = distances(real, to: real, isSame: true, workers: workers)
        let amongSynthetic = distances(synthetic, to: synthetic, isSame: true, workers: workers)
        return (share(toSynthetic, amongReal) + share(toReal, amongSynthetic)) / 2
    }

    /// The longest run of consecutive sites in which each row equals some row of another matrix.
    static func longestShared(_ rows: BitMatrix, with others: BitMatrix, workers: Int) -> [Int] {
        Parallel.map(rows.rows, workers: workers) { row in
            var longest = 0
            let width = rows.width
            for other in 0..<others.rows {
                var start = 0
                for word in 0..<width {
                    var differences = rows.words[row * width + word] ^ others.words[other * width + word]
                    while differences != 0 {
                        let place = word * 64 + differences.trailingZeroBitCount
                        longest = max(longest, place - start)
                        start = place + 1
                        differences &= differences - 1
                    }
                }
                longest = max(longest, rows.columns - start)
            }
            return longest
        }
    }

    /// The area under the curve of a score that is to be higher of the first than of the second; ties count half.
    static func area(_ first: [Double], _ second: [Double]) -> Double {
        guard !first.isEmpty, !second.isEmpty else { return 0.5 }
        let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var (area, below, index) = (0.0, 0.0, 0)
        while index < all.count {
            var (end, ours) = (index, 0.0)
            while end < all.count, all[end].0 == all[index].0 {
                if all[end].1 { ours += 1 }
                end += 1
            }
            let theirs = Double(end - index) - ours
            area += ours * (below + theirs / 2)
            below += theirs
            index = end
        }
        return area / (Double(first.count) * Double(second.count))
    }
}
