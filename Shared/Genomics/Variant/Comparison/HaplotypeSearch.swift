/// Finds which records of truth and calls spell the same haplotypes, however they are written.
///
/// The objective is that of vcfeval (Cleary et al. 2015): of all pairs of paths along a contig, one of the truth's records
/// and one of the calls', whose haplotypes are equal, the one that keeps the most records. A record is kept whole, with
/// its genotype, or left out. Records are read in the order of their positions; partial paths that spell the same and lack the
/// same are one from there on, the better one. Where no path but the one at rest is left, everything before is settled, so time
/// and memory are linear in the length of a contig.
struct HaplotypeSearch {
    /// What became of a record.
    enum Fate: Sendable, Hashable {
        /// It is part of equal haplotypes; records of one stretch between two rests share a number.
        case matched(stretch: Int)
        /// It was left out.
        case unmatched
        /// It lies where there are too many ways to tell.
        case tooComplex
    }

    /// Where there are too many ways to tell.
    struct Tangle: Sendable, Hashable {
        var range: Range<Int>
    }

    let ploidy: Int
    /// Whether haplotypes have an order, so that exchanging two is a difference.
    let isOrdered: Bool
    var limit = HaplotypeSearch.pathLimit

    /// The most partial paths side by side.
    static let pathLimit = 10_000
    /// The most records between two rests.
    static let recordLimit = 4_000
    /// Records that are at most so many bases behind a tangle belong to it.
    static let tangleGap = 10
    /// The most steps of all paths between two rests.
    static let stepLimit = 4_000_000

    private(set) var truthFates: [Fate] = []
    private(set) var callFates: [Fate] = []
    private(set) var tangles: [Tangle] = []
    private var stretches = 0
    private var nodes: [Node] = []

    /// A step of a path: a record kept, or a rest at which what was kept since the last one is settled.
    private struct Node {
        var parent: Int
        /// The record's place among the events; nil for a rest.
        var event: Int?
    }

    private struct Event {
        var record: ComparedRecord
        var isTruth: Bool
    }

    /// Prepares a search for haplotypes of so many copies.
    init(ploidy: Int, isOrdered: Bool) {
        self.ploidy = ploidy
        self.isOrdered = isOrdered
    }

    /// Goes along one contig; the fates are those of the lists' records, in their order.
    mutating func run(
        truth: [ComparedRecord], calls: [ComparedRecord], contig: String, reference: @escaping ReferenceLookup
    ) throws(GenomicsError) {
        truthFates = truth.map { _ in .unmatched }
        callFates = calls.map { _ in .unmatched }
        var events: [Event] = []
        for (list, isTruth) in [(truth, true), (calls, false)] {
            for (place, record) in list.enumerated() {
                var record = record
                record.index = place
                events.append(Event(record: record, isTruth: isTruth))
            }
        }
        events.sort {
            let (a, b) = ($0.record, $1.record)
            if a.range.lowerBound != b.range.lowerBound { return a.range.lowerBound < b.range.lowerBound }
            if a.range.upperBound != b.range.upperBound { return a.range.upperBound < b.range.upperBound }
            return $0.isTruth != $1.isTruth ? $0.isTruth : a.index < b.index
        }
        var buffer = ReferenceBuffer(contig: contig, reference: reference)
        var paths = [HaplotypePath(lanes: [HaplotypeLane](repeating: HaplotypeLane(at: 0), count: ploidy))]
        var first = 0
        var number = 0
        while number < events.count {
            let event = events[number]
            let position = event.record.range.lowerBound
            paths = try advance(paths, to: position, event: number, in: &buffer)
            if paths.count == 1 {
                settle(paths[0], events: events)
                paths[0].node = -1
                first = number
            }
            paths = try extend(paths, by: event, number: number, in: &buffer)
            if paths.count > limit || number - first >= Self.recordLimit || nodes.count > Self.stepLimit {
                let end = Self.end(ofTangle: number, events: events)
                for skipped in first..<end { set(.tooComplex, events[skipped]) }
                let range = events[first..<end].map(\.record.range)
                let last = range.map(\.upperBound).max() ?? position
                tangles.append(Tangle(range: (range.first?.lowerBound ?? position)..<max(last, position + 1)))
                nodes.removeAll(keepingCapacity: true)
                paths = [HaplotypePath(lanes: [HaplotypeLane](repeating: HaplotypeLane(at: last), count: ploidy))]
                (first, number) = (end, end)
                continue
            }
            number += 1
        }
        paths = try advance(paths, to: .max, event: events.count, in: &buffer)
        if let last = paths.filter(\.isAtRest).max(by: { $1.isBetter(than: $0) }) { settle(last, events: events) }
    }

    /// The event behind those that belong to a tangle which was noticed at an event: those close to it belong to it too.
    private static func end(ofTangle number: Int, events: [Event]) -> Int {
        var end = number + 1
        var reach = events[...number].suffix(recordLimit).map(\.record.range.upperBound).max() ?? 0
        while end < events.count, events[end].record.range.lowerBound <= reach + tangleGap {
            reach = max(reach, events[end].record.range.upperBound)
            end += 1
        }
        return end
    }

    /// Brings all paths to a position and drops those whose sides differ there.
    private mutating func advance(
        _ paths: [HaplotypePath], to position: Int, event: Int, in buffer: inout ReferenceBuffer
    ) throws(GenomicsError) -> [HaplotypePath] {
        var places: [HaplotypePath.Key: Int] = [:]
        var result: [HaplotypePath] = []
        for var path in paths {
            var isEqual = true
            for lane in path.lanes.indices where isEqual {
                isEqual = try path.lanes[lane].advance(to: position, in: &buffer)
            }
            guard isEqual else { continue }
            if path.isAtRest, path.truth + path.calls > 0 {
                // What only one side keeps cancels itself out and agrees with nothing.
                if path.truth > 0, path.calls > 0 { path.settled += path.truth + path.calls }
                nodes.append(Node(parent: path.node, event: nil))
                path.node = nodes.count - 1
                (path.truth, path.calls) = (0, 0)
            }
            if path.isAtRest { path.lastRest = event }
            add(path, to: &result, &places)
        }
        return result
    }

    /// The paths with a record left out, and with it kept in each order that fits.
    private mutating func extend(
        _ paths: [HaplotypePath], by event: Event, number: Int, in buffer: inout ReferenceBuffer
    ) throws(GenomicsError) -> [HaplotypePath] {
        var places: [HaplotypePath.Key: Int] = [:]
        var result: [HaplotypePath] = []
        for path in paths {
            add(path, to: &result, &places)
            for orientation in event.record.orientations {
                var kept = path
                var fits = true
                for (lane, placement) in orientation.enumerated() where fits {
                    guard let placement else { continue }
                    fits = try kept.lanes[lane].place(placement, isTruth: event.isTruth, in: &buffer)
                }
                guard fits else { continue }
                if event.isTruth { kept.truth += 1 } else { kept.calls += 1 }
                nodes.append(Node(parent: path.node, event: number))
                kept.node = nodes.count - 1
                add(kept, to: &result, &places)
            }
        }
        return result
    }

    private func add(_ path: HaplotypePath, to paths: inout [HaplotypePath], _ places: inout [HaplotypePath.Key: Int]) {
        var path = path
        if !isOrdered, path.lanes.count > 1 { path.lanes.sort() }
        if let place = places[path.key] {
            if path.isBetter(than: paths[place]) { paths[place] = path }
        } else {
            places[path.key] = paths.count
            paths.append(path)
        }
    }

    private mutating func set(_ fate: Fate, _ event: Event) {
        if event.isTruth { truthFates[event.record.index] = fate } else { callFates[event.record.index] = fate }
    }

    /// Writes down what a path at rest keeps, and forgets its steps.
    private mutating func settle(_ path: HaplotypePath, events: [Event]) {
        var stretch: [Int] = []
        var node = path.node
        var open: [[Int]] = []
        while node >= 0 {
            if let event = nodes[node].event {
                stretch.append(event)
            } else {
                open.append(stretch)
                stretch = []
            }
            node = nodes[node].parent
        }
        open.append(stretch)
        for stretch in open.reversed() {
            guard stretch.contains(where: { events[$0].isTruth }), stretch.contains(where: { !events[$0].isTruth })
            else {
                continue
            }
            for event in stretch { set(.matched(stretch: stretches), events[event]) }
            stretches += 1
        }
        nodes.removeAll(keepingCapacity: true)
    }
}
