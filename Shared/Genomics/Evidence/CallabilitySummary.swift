/// Where in a stretch of a contig a variant would have been seen, and why not elsewhere.
public struct CallabilitySummary: Sendable, Hashable, Codable {
    /// What can be said of a position.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// Enough reads of sufficient MAPQ show a base of sufficient quality; overlapping mates are one.
        case callable
        /// No read at all; an intron that reads skip has none.
        case noCoverage
        /// Fewer usable reads than the options ask for: too few, of too low base qualities, or without a base here.
        case lowCoverage
        /// More than half of the reads have too low a MAPQ.
        case lowMappingQuality
        /// The reference has no base here.
        case referenceUnknown
    }

    /// Neighbouring positions of one state.
    public struct Run: Sendable, Hashable, Codable {
        /// The first position, 0-based.
        public var start: Int
        /// The position behind the last.
        public var end: Int
        /// What can be said of each of them.
        public var state: State
    }

    /// The contig's name.
    public var contig: String
    /// Rising, disjoint runs; positions outside the requested regions are in none.
    public private(set) var runs: [Run] = []
    /// The reads whose alignment starts in the stretch, so that neighbouring stretches count no read twice.
    public var reads = ReadCounts()

    /// Makes an empty summary.
    public init(contig: String) { self.contig = contig }

    /// The number of positions of a state.
    public func bases(_ state: State) -> Int {
        runs.reduce(0) { $1.state == state ? $0 + $1.end - $1.start : $0 }
    }

    /// Joins the summary of the stretch that follows on the same contig.
    public mutating func append(_ next: CallabilitySummary) {
        for run in next.runs { append(run.start..<run.end, run.state) }
        reads.add(next.reads)
    }

    /// Adds positions behind the last run.
    public mutating func append(_ range: Range<Int>, _ state: State) {
        if let last = runs.last, last.end == range.lowerBound, last.state == state {
            runs[runs.count - 1].end = range.upperBound
        } else if !range.isEmpty {
            runs.append(Run(start: range.lowerBound, end: range.upperBound, state: state))
        }
    }
}
