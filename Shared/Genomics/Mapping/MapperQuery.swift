/// A read as the sequencer saw it, ready to be mapped.
struct MapperQuery {
    /// The name, with the zero that C wants.
    let name: [CChar]
    /// QNAME.
    let nameBytes: ArraySlice<UInt8>
    /// Upper-case ASCII.
    let sequence: [UInt8]
    /// Phred scores; empty when unknown.
    let qualities: [UInt8]
    /// The tags that do not speak of an alignment.
    let tags: BAMTags
    let isQualityFailed: Bool

    private static let alignmentTags = [
        "NM", "AS", "XS", "MD", "MC", "MQ", "ms", "SA", "XA", "CG", "OC", "OP", "cs", "de", "s1", "s2", "tp", "cm",
        "rl",
    ]
    private static let lowestScoredQuality: UInt8 = 15

    init(_ record: BAMRecord) {
        nameBytes = record.name
        name = record.name.map { CChar(bitPattern: $0) } + [0]
        let isReverse = record.flags.contains(.reverse)
        sequence = isReverse ? Self.reverseComplement(record.sequence) : record.sequence
        let isKnown = record.qualities.first != 0xff
        qualities = !isKnown ? [] : isReverse ? record.qualities.reversed() : Array(record.qualities)
        var tags = BAMTags(record.tags)
        for tag in Self.alignmentTags { tags.remove(tag) }
        self.tags = tags
        isQualityFailed = record.flags.contains(.qualityFailed)
    }

    /// The sum of the good qualities, by which the best of several duplicates is chosen (`ms` of `samtools fixmate -m`).
    var mateScore: Int { qualities.reduce(0) { $1 >= Self.lowestScoredQuality ? $0 + Int($1) : $0 } }

    static func reverseComplement(_ sequence: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: sequence.count) { out, count in
            for index in sequence.indices {
                out[index] = BaseCode.complement(ofASCII: sequence[sequence.count - 1 - index])
            }
            count = sequence.count
        }
    }
}
