/// Finds the transcripts that ascending stretches of a contig touch: each is taken up once and left once.
struct TranscriptSweep {
    /// By the transcript's place in the set: its first base, and the one behind its last.
    private let starts: [Int]
    private let ends: [Int]
    private var next = 0
    private var end = 0
    /// Those that were begun and not left, in the order of the set.
    private var open: [Int] = []
    /// The nearest end of them.
    private var nearest = Int.max

    init(_ transcripts: TranscriptSet) {
        starts = transcripts.starts
        ends = transcripts.ends
    }

    /// Begins a contig whose transcripts have these places in the set.
    mutating func begin(_ places: Range<Int>) {
        open.removeAll(keepingCapacity: true)
        (next, end, nearest) = (places.lowerBound, places.upperBound, .max)
    }

    /// Puts the places of those into `found`, ascending, that share a base with a stretch, which begins at or behind the one before.
    mutating func overlapping(_ stretch: Range<Int>, into found: inout [Int]) {
        found.removeAll(keepingCapacity: true)
        if nearest <= stretch.lowerBound {
            open.removeAll { ends[$0] <= stretch.lowerBound }
            nearest = open.reduce(.max) { min($0, ends[$1]) }
        }
        while next < end, starts[next] < stretch.upperBound {
            if ends[next] > stretch.lowerBound {
                open.append(next)
                nearest = min(nearest, ends[next])
            }
            next += 1
        }
        // A longer stretch before this one may have taken up what begins behind it.
        for place in open where starts[place] < stretch.upperBound { found.append(place) }
    }
}
