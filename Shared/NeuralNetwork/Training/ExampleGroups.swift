/// Which examples belong together: those of one locus, gene or drug are not independent of each other, so they are drawn, held
/// out and resampled together.
public struct ExampleGroups: Sendable, Hashable {
    /// The group of each example, numbered from 0 in the order in which they first occur; nil where each is one by itself.
    public let indices: [Int]?
    /// The number of groups.
    public let count: Int

    /// Groups of examples by any numbers; without them each example is one.
    public init(count: Int, groups: [Int64]? = nil) {
        precondition(groups.map { $0.count == count } ?? true)
        guard let groups else {
            (indices, self.count) = (nil, count)
            return
        }
        var numbers: [Int64: Int] = [:]
        indices = groups.map { group in
            if let number = numbers[group] { return number }
            defer { numbers[group] = numbers.count }
            return numbers.count
        }
        self.count = numbers.count
    }

    /// The examples of some groups, in rising order.
    func members(of groups: some Sequence<Int>) -> [Int] {
        guard let indices else { return groups.sorted() }
        var isChosen = Array(repeating: false, count: count)
        for group in groups { isChosen[group] = true }
        return indices.indices.filter { isChosen[indices[$0]] }
    }
}
