import Genomics

extension PileupWindow {
    /// Leaves one cell a fragment and position.
    mutating func resolveOverlaps(_ records: [BAMRecord]) {
        // The key makes the first of the pair the first of the two, whatever the order of the records.
        func key(_ row: Row) -> (UInt64, Int, Int) {
            (row.nameHash, row.isFirstInPair ? 0 : 1, row.aligned.lowerBound)
        }
        let order = rows.indices.sorted { key(rows[$0]) < key(rows[$1]) }
        var tracts: [Range<Int>]?
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, rows[order[end]].nameHash == rows[order[start]].nameHash { end += 1 }
            // One name may belong to several fragments: lanes that were joined, or names that were cut.
            var open = Array(order[(start + 1)..<end])
            for first in order[start..<end] {
                guard
                    let place = open.firstIndex(where: {
                        records[rows[first].record].isMate(of: records[rows[$0].record])
                    })
                else { continue }
                let second = open.remove(at: place)
                let shared = rows[first].range.clamped(to: rows[second].range)
                if shared.isEmpty { continue }
                let disputed = tracts ?? disputedTracts()
                tracts = disputed
                keepSpanningMate(rows[first], rows[second], shared, disputed)
                resolve(rows[first], rows[second], shared)
            }
            start = end
        }
    }

    private mutating func resolve(_ first: Row, _ second: Row, _ shared: Range<Int>) {
        var (a, b) = (first.cell(shared.lowerBound), second.cell(shared.lowerBound))
        for _ in shared {
            if bases[a] != Cell.absent, bases[b] != Cell.absent {
                let (winner, loser) = isBetter(b, than: a) ? (b, a) : (a, b)
                if bases[winner] != bases[loser], bases[loser] != Cell.unknown {
                    qualities[winner] -= qualities[loser]
                    if qualities[winner] == 0 { bases[winner] = Cell.absent }
                }
                bases[loser] = Cell.absent
            }
            a += 1
            b += 1
        }
    }

    private func isBetter(_ cell: Int, than other: Int) -> Bool {
        if bases[cell] == Cell.unknown { return false }
        return bases[other] == Cell.unknown || qualities[cell] > qualities[other]
    }

    /// In a tract that one mate spans and the other only reaches into, the other says nothing: it cannot know the length.
    private mutating func keepSpanningMate(_ first: Row, _ second: Row, _ shared: Range<Int>, _ tracts: [Range<Int>]) {
        for tract in tracts where tract.overlaps(shared) {
            func spans(_ row: Row) -> Bool {
                row.aligned.lowerBound < tract.lowerBound && row.aligned.upperBound >= tract.upperBound
            }
            guard spans(first) != spans(second) else { continue }
            let other = spans(first) ? second : first
            for position in tract.clamped(to: shared) { bases[other.cell(position)] = Cell.absent }
        }
    }

    /// The tracts of which two rows or more show a changed length, from the base in front to the second one behind.
    private func disputedTracts() -> [Range<Int>] {
        struct Event: Hashable {
            var anchor: Int
            var deleted: Int
            var inserted: ArraySlice<UInt8>
        }
        var counts: [Event: Int] = [:]
        for indel in rows.lazy.flatMap({ self.indels[$0.indels] }) {
            counts[Event(anchor: indel.anchor, deleted: indel.deleted, inserted: insertedBases(indel)), default: 0] += 1
        }
        let tracts = counts.lazy.filter { $0.value > 1 }.map { event, _ in
            let start = event.anchor + 1
            let end =
                event.inserted.isEmpty
                ? LeftAlignment.tractEnd(start: start, deleting: event.deleted, in: reference)
                : event.deleted > 0
                    ? start + event.deleted
                    : LeftAlignment.tractEnd(start: start, inserting: event.inserted, in: reference)
            return event.anchor..<(end + 2)
        }
        return Set(tracts).sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }
    }
}

extension BAMRecord {
    /// Whether two records of one name are the two ends of one fragment: their flags say so, and each lies where the other
    /// says that its mate does.
    func isMate(of other: BAMRecord) -> Bool {
        func isEnd(_ flags: Flags, _ own: Flags, _ others: Flags) -> Bool {
            flags.contains([.paired, own]) && !flags.contains(others)
        }
        guard
            isEnd(flags, .firstInPair, .secondInPair) && isEnd(other.flags, .secondInPair, .firstInPair)
                || isEnd(flags, .secondInPair, .firstInPair) && isEnd(other.flags, .firstInPair, .secondInPair),
            name == other.name
        else { return false }
        func points(_ record: BAMRecord, to mate: BAMRecord) -> Bool {
            record.matePosition < 0
                || record.matePosition == mate.position && record.mateReferenceID == mate.referenceID
        }
        return points(self, to: other) && points(other, to: self)
    }
}
