import Hashing

/// Grows trees that make targets alike within leaves: the division with the greatest fall of the sum of squared deviations is made first.
///
/// Breiman and others (1984), Classification and Regression Trees, chapter 8, on histograms of binned features, those of a larger part
/// being what the smaller one leaves (Ke and others 2017, LightGBM). Targets are whole numbers, so that sums are exact in any order and
/// trees the same on every processor.
struct TreeGrower {
    /// When to stop, and what is tried.
    struct Limits {
        var leaves: Int
        /// Fewest rows of a leaf.
        var leastRows: Int
        /// Added to the rows of a leaf where its value is weighed.
        var penalty = 0.0
        /// The share of features that each division may use.
        var featureShare = 1.0
        /// Whether of equal divisions one is drawn, and not the first taken: what is the same in training need not be elsewhere.
        var drawsTies = false
    }

    let features: BinnedFeatures
    let limits: Limits
    /// Numbers a row.
    let outputs: Int
    /// Targets as whole numbers, at most 2²⁰ on either side, row after row.
    let targets: [Int32]

    /// Targets in `unit`s: the scale of a tree's targets, by the largest of them.
    static func whole(_ targets: [Float]) -> (numbers: [Int32], unit: Double) {
        let largest = targets.reduce(0) { max($0, abs(Double($1))) }
        let unit = max(largest, 1e-30) / Double(1 << 20)
        return (targets.map { Int32((Double($0) / unit).rounded()) }, unit)
    }

    /// A part of the rows that may be divided.
    private struct Part {
        var node: Int
        var leaf: Int
        var range: Range<Int>
        /// Of every bin the sums of the targets and the rows.
        var histogram: [Int64]
        var division: Division
    }

    private struct Division {
        var gain: Double
        var feature: Int
        var bin: Int
        var leftRows: Int
    }

    /// A tree, and the rows of each leaf, as often as `rows` has them.
    func grow(_ rows: [Int32], random: inout SplitMix64) -> (tree: DecisionTree, members: [[Int32]]) {
        var (tree, order, open) = (DecisionTree(), rows, [Part]())
        var ranges = [0..<rows.count]
        func part(_ node: Int, _ leaf: Int, _ range: Range<Int>, _ histogram: [Int64], _ random: inout SplitMix64) {
            guard range.count >= 2 * limits.leastRows, let division = best(histogram, range.count, &random) else {
                return
            }
            open.append(Part(node: node, leaf: leaf, range: range, histogram: histogram, division: division))
        }
        part(0, 0, 0..<rows.count, histogram(order[...]), &random)
        while tree.leaves < min(limits.leaves, DecisionTree.mostLeaves), !open.isEmpty {
            // Where leaves are scarce the best division comes first; else the last, so that few histograms are held.
            var chosen = open.count - 1
            if limits.leaves < rows.count {
                for place in open.indices where open[place].division.gain > open[chosen].division.gain {
                    chosen = place
                }
            }
            let parent = open.remove(at: chosen)
            let (feature, bin) = (parent.division.feature, parent.division.bin)
            let middle = divide(&order, parent.range, feature, bin)
            let (left, right, leaf) = tree.divide(
                node: parent.node, feature: feature, threshold: features.limits[feature][bin])
            let (low, high) = (parent.range.lowerBound..<middle, middle..<parent.range.upperBound)
            ranges[parent.leaf] = low
            ranges.append(high)
            let isLeftSmaller = low.count <= high.count
            guard max(low.count, high.count) >= 2 * limits.leastRows else { continue }
            let small = histogram(order[isLeftSmaller ? low : high])
            var large = parent.histogram
            for place in large.indices { large[place] &-= small[place] }
            part(left, parent.leaf, low, isLeftSmaller ? small : large, &random)
            part(right, leaf, high, isLeftSmaller ? large : small, &random)
        }
        return (tree, ranges.map { order[$0].sorted() })
    }

    private func histogram(_ rows: ArraySlice<Int32>) -> [Int64] {
        let width = outputs + 1
        var sums = [Int64](repeating: 0, count: (features.offsets.last ?? 0) * width)
        // What belongs together lies together: targets in the order of the rows.
        var own: [Int64] = []
        own.reserveCapacity(rows.count * outputs)
        for row in rows {
            for target in targets[(Int(row) * outputs)..<((Int(row) + 1) * outputs)] { own.append(Int64(target)) }
        }
        let (count, offsets) = (features.rows, features.offsets)
        sums.withUnsafeMutableBufferPointer { sums in
            rows.withUnsafeBufferPointer { rows in
                features.bins.withUnsafeBufferPointer { bins in
                    own.withUnsafeBufferPointer { own in
                        for feature in 0..<features.features {
                            let (column, start) = (feature * count, offsets[feature])
                            if outputs == 1 {
                                for (index, row) in rows.enumerated() {
                                    let place = 2 * (start + Int(bins[column + Int(row)]))
                                    sums[place] &+= own[index]
                                    sums[place + 1] &+= 1
                                }
                                continue
                            }
                            for (index, row) in rows.enumerated() {
                                let place = (start + Int(bins[column + Int(row)])) * width
                                for output in 0..<outputs { sums[place + output] &+= own[index * outputs + output] }
                                sums[place + outputs] &+= 1
                            }
                        }
                    }
                }
            }
        }
        return sums
    }

    /// The division with the greatest gain, of equal ones the first that is tried; nil where none gains anything.
    private func best(_ histogram: [Int64], _ rows: Int, _ random: inout SplitMix64) -> Division? {
        let (width, count) = (outputs + 1, features.features)
        var tried = Array(0..<count)
        if limits.featureShare < 1 {
            let wanted = max(1, Int((Double(count) * limits.featureShare).rounded()))
            for place in 0..<min(wanted, count) { tried.swapAt(place, place + random.index(below: count - place)) }
            tried = Array(tried.prefix(wanted))
            if !limits.drawsTies { tried.sort() }
        }
        var total = [Double](repeating: 0, count: outputs)
        for bin in 0..<features.offsets[1] {
            for output in 0..<outputs { total[output] += Double(histogram[bin * width + output]) }
        }
        let whole = total.reduce(0) { $0 + $1 * $1 } / (Double(rows) + limits.penalty)
        var best: Division?
        var left = [Int64](repeating: 0, count: width)
        for feature in tried {
            let (start, end) = (features.offsets[feature], features.offsets[feature + 1])
            guard end - start > 1 else { continue }
            for place in 0..<width { left[place] = 0 }
            for bin in start..<(end - 1) {
                for place in 0..<width { left[place] &+= histogram[bin * width + place] }
                let (low, high) = (Int(left[outputs]), rows - Int(left[outputs]))
                guard low >= limits.leastRows, histogram[bin * width + outputs] > 0 else { continue }
                guard high >= limits.leastRows else { break }
                var (a, b) = (0.0, 0.0)
                for output in 0..<outputs {
                    let sum = Double(left[output])
                    a += sum * sum
                    b += (total[output] - sum) * (total[output] - sum)
                }
                let gain = a / (Double(low) + limits.penalty) + b / (Double(high) + limits.penalty) - whole
                if gain > max(best?.gain ?? 0, 1e-9 * whole) {
                    best = Division(gain: gain, feature: feature, bin: bin - start, leftRows: low)
                }
            }
        }
        return best
    }

    /// Puts the rows of the left part in front; says where the right one begins.
    private func divide(_ order: inout [Int32], _ range: Range<Int>, _ feature: Int, _ bin: Int) -> Int {
        var (front, rest) = (range.lowerBound, [Int32]())
        for place in range {
            let row = order[place]
            if features.bins[feature * features.rows + Int(row)] <= bin {
                order[front] = row
                front += 1
            } else {
                rest.append(row)
            }
        }
        order.replaceSubrange(front..<range.upperBound, with: rest)
        return front
    }
}
