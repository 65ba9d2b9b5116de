/// The inputs in the order of their next records: a binary heap.
struct JointQueue {
    /// Where a record begins.
    struct Place: Comparable {
        /// The contig's place in the reference.
        var contig: Int
        /// The 0-based position.
        var position: Int

        static func < (a: Place, b: Place) -> Bool { (a.contig, a.position) < (b.contig, b.position) }
    }

    private var heap: [(place: Place, sample: Int)] = []

    /// Takes in all inputs that have a record.
    init(_ inputs: [JointInput]) {
        for (sample, input) in inputs.enumerated() { push(sample, input) }
    }

    /// Where the next record of all begins.
    var next: Place? { heap.first?.place }

    /// Puts an input back behind its next record; one that is at its end leaves.
    mutating func push(_ sample: Int, _ input: JointInput) {
        guard let record = input.next else { return }
        heap.append((Place(contig: record.contig, position: record.range.lowerBound), sample))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Takes out an input whose next record begins at a place; nil when there is none any more.
    mutating func pop(at place: Place) -> Int? {
        guard let first = heap.first, first.place == place else { return nil }
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let (left, right) = (2 * parent + 1, 2 * parent + 2)
            var least = parent
            if left < heap.count, isBefore(left, least) { least = left }
            if right < heap.count, isBefore(right, least) { least = right }
            if least == parent { return first.sample }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ a: Int, _ b: Int) -> Bool {
        (heap[a].place, heap[a].sample) < (heap[b].place, heap[b].sample)
    }
}
