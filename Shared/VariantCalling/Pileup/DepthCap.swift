import Genomics
import Hashing

/// Leaves reads out where they pile up too deep, by a hash of their names: the same reads on every run and machine.
enum DepthCap {
    /// The records of `indices` that stay, in rising order.
    ///
    /// Fragments are taken by rising hash as long as they cover a position of `range` that still lacks depth, so that
    /// no position ends up below the smaller of its own depth and `maximumDepth`.
    static func choose(_ indices: [Int], of records: [BAMRecord], in range: Range<Int>, maximumDepth: Int) -> [Int] {
        guard indices.count > maximumDepth else { return indices }
        let spans = indices.map { records[$0].referenceRange.clamped(to: range) }
        guard deepest(spans, in: range) > maximumDepth else { return indices }

        let keys = indices.map { (hash(records[$0].name), records[$0].position, records[$0].flags.rawValue) }
        var depth = [Int](repeating: 0, count: range.count)
        var chosen: [Int] = []
        for candidate in indices.indices.sorted(by: { keys[$0] < keys[$1] }) {
            let span = spans[candidate]
            let positions = (span.lowerBound - range.lowerBound)..<(span.upperBound - range.lowerBound)
            guard positions.contains(where: { depth[$0] < maximumDepth }) else { continue }
            for position in positions { depth[position] += 1 }
            chosen.append(indices[candidate])
        }
        return chosen.sorted()
    }

    private static func deepest(_ spans: [Range<Int>], in range: Range<Int>) -> Int {
        var changes = [Int](repeating: 0, count: range.count + 1)
        for span in spans {
            changes[span.lowerBound - range.lowerBound] += 1
            changes[span.upperBound - range.lowerBound] -= 1
        }
        var (depth, deepest) = (0, 0)
        for change in changes {
            depth += change
            deepest = max(deepest, depth)
        }
        return deepest
    }

    /// FNV-1a with SplitMix64's finaliser, for names that differ in their last digits only.
    static func hash(_ name: some Sequence<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return SplitMix64.mix(hash)
    }
}
