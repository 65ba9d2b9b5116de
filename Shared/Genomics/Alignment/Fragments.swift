/// The fragments of a batch of unaligned reads: a read alone, or two mates that follow each other.
public struct Fragments: Sequence, IteratorProtocol {
    private let records: [BAMRecord]
    private var cursor = 0

    /// Divides records in their order.
    public init(_ records: [BAMRecord]) { self.records = records }

    /// The next fragment's records.
    public mutating func next() -> ArraySlice<BAMRecord>? {
        guard cursor < records.count else { return nil }
        let first = cursor
        let isPair =
            first + 1 < records.count && records[first].flags.contains([.paired, .firstInPair])
            && records[first + 1].flags.contains([.paired, .secondInPair])
            && records[first].name.elementsEqual(records[first + 1].name)
        cursor += isPair ? 2 : 1
        return records[first..<cursor]
    }
}
