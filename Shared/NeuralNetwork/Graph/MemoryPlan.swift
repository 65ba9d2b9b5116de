/// Places blocks of memory that live at different times over one another.
struct MemoryPlan {
    /// A block of floats that is needed from one time to another, both included.
    struct Block {
        var count: Int
        var from: Int
        var to: Int
    }

    /// Where each block begins, on boundaries of 64 bytes.
    let offsets: [Int]
    /// Floats in all.
    let count: Int

    /// The largest block first, each at the lowest place that is free for as long as it lives.
    init(_ blocks: [Block]) {
        var offsets = Array(repeating: 0, count: blocks.count)
        var placed: [Int] = []
        var total = 0
        let order = blocks.indices.sorted { (blocks[$1].count, $0) < (blocks[$0].count, $1) }
        for index in order where blocks[index].count > 0 {
            let block = blocks[index]
            let size = Self.rounded(block.count)
            var offset = 0
            let neighbours = placed.filter { blocks[$0].from <= block.to && block.from <= blocks[$0].to }
            for other in neighbours.sorted(by: { offsets[$0] < offsets[$1] }) {
                if offset + size <= offsets[other] { break }
                offset = max(offset, offsets[other] + Self.rounded(blocks[other].count))
            }
            offsets[index] = offset
            placed.append(index)
            total = max(total, offset + size)
        }
        self.offsets = offsets
        count = total
    }

    private static func rounded(_ count: Int) -> Int { (count + 15) & ~15 }
}
