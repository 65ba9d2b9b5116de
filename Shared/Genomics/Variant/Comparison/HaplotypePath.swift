/// A choice of records along a contig, up to the record that a search has come to.
struct HaplotypePath {
    /// What two paths must share to be one from there on.
    struct Key: Hashable {
        var lanes: [HaplotypeLane]
        var hasTruth: Bool
        var hasCalls: Bool
    }

    var lanes: [HaplotypeLane]
    /// Records kept in stretches that are settled.
    var settled = 0
    /// Records of the truth kept since the last rest.
    var truth = 0
    /// Calls kept since the last rest.
    var calls = 0
    /// The event at which the path rested last.
    var lastRest = -1
    var node = -1

    var kept: Int { settled + truth + calls }
    var key: Key { Key(lanes: lanes, hasTruth: truth > 0, hasCalls: calls > 0) }
    var isAtRest: Bool { lanes.allSatisfy(\.isEven) }

    /// Whether this path is to be kept rather than another that spells the same.
    func isBetter(than other: HaplotypePath) -> Bool {
        if kept != other.kept { return kept > other.kept }
        let (difference, otherDifference) = (abs(truth - calls), abs(other.truth - other.calls))
        if difference != otherDifference { return difference < otherDifference }
        return lastRest > other.lastRest
    }
}
