/// Tells qualities that were written with an offset of 64 (Illumina 1.3 to 1.7) from those of today, whose offset is 33.
///
/// Read with the wrong offset every quality is 31 too high, so that errors pass for variants.
struct QualityScale {
    /// Enough reads to see a low quality of today's scale, if there is one.
    private static let reads = 2_000
    private static let leastBases = 1_000
    /// Longer reads are of instruments that never wrote the old scale, and consensus reads of them have high qualities.
    private static let longestRead = 600
    /// The old scale's lowest (Solexa's -5) and highest characters.
    private static let old: ClosedRange<UInt8> = 59...110
    /// 'K', quality 42: few instruments of today go higher, and none higher than 60, which is ']'.
    private static let usual: UInt8 = 75
    private static let highestOfToday: UInt8 = 93

    private var readCount = 0
    private var bases = 0
    private var high = 0
    private var lowest = UInt8.max
    private var highest: UInt8 = 0

    /// Whether a verdict needs no more reads.
    private(set) var isDecided = false

    /// Counts a read's quality characters.
    mutating func add(_ qualities: UnsafeBufferPointer<UInt8>) {
        guard !isDecided else { return }
        for character in qualities {
            lowest = min(lowest, character)
            highest = max(highest, character)
            if character > Self.usual { high += 1 }
        }
        bases += qualities.count
        readCount += 1
        isDecided = readCount == Self.reads || lowest < Self.old.lowerBound || qualities.count > Self.longestRead
    }

    /// What is wrong with the reads counted so far, if they are of the old scale.
    var flaw: String? {
        guard bases >= Self.leastBases, lowest >= Self.old.lowerBound, highest > Self.highestOfToday,
            highest <= Self.old.upperBound, bases / readCount <= Self.longestRead, 4 * high >= bases
        else { return nil }
        return "the qualities lie between '\(Unicode.Scalar(lowest))' and '\(Unicode.Scalar(highest))': they are "
            + "Phred+64 of an old instrument; convert them to Phred+33, for example with `seqtk seq -VQ64`"
    }
}
