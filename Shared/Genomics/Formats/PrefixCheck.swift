/// Tells a reference that is a prefix of the one that reads were aligned to from one of another release.
///
/// Both are shorter than the header says; but in the prefix the first aligned bases are the reference's own, and in another
/// release, whose places have shifted, they agree only by chance.
struct PrefixCheck {
    private static let enough = 5_000
    private static let leastShare = 0.6
    private var equal = 0
    private var compared = 0

    /// Whether no more records are needed.
    var isDone: Bool { compared >= Self.enough }

    /// Counts a mapped record's bases against those of the reference at its place; false once they speak against it.
    mutating func agrees(_ record: BAMRecord, with bases: [UInt8]) -> Bool {
        var (onRead, onReference) = (0, 0)
        for operation in record.cigar {
            let length = Int(operation.length)
            if operation.kind.consumesRead, operation.kind.consumesReference {
                guard onRead + length <= record.sequenceLength, onReference + length <= bases.count else { break }
                for offset in 0..<length where bases[onReference + offset] != UInt8(ascii: "N") {
                    compared += 1
                    if record.base(onRead + offset) == bases[onReference + offset] { equal += 1 }
                }
            }
            if operation.kind.consumesRead { onRead += length }
            if operation.kind.consumesReference { onReference += length }
        }
        return !isDone || Double(equal) >= Self.leastShare * Double(compared)
    }
}
