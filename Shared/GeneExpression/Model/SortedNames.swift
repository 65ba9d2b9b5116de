extension [String] {
    /// The place of a name among names that are sorted; nil where it is none of them.
    func place(ofSorted name: String) -> Int? {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == name ? low : nil
    }
}
