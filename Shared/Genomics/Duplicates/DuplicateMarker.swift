/// Flags PCR and optical duplicates among the records of a bin, by the rules of Picard's MarkDuplicates.
///
/// Two pairs are duplicates when they come from one library and both of their ends have the same unclipped 5' positions
/// and strands. The pair with the highest sum of base qualities (of 15 and more, both mates) stays; equal sums are
/// settled by the read's name. A read without a mapped mate is a duplicate of any pair that shares its end, and
/// otherwise competes with its like.
///
/// The tags `MC` (the mate's CIGAR) and `ms` (the mate's sum of qualities), as `samtools fixmate -m` writes them, let
/// each read know its mate's end and weight. So both mates come to the same verdict in different bins, if a bin is given
/// all records that could share an end: those that overlap it, widened by a read's length. Without `MC` the mate's
/// leftmost position stands for its end, without `ms` only the own qualities count. Secondary and supplementary
/// alignments keep their flags, and a record that came flagged, or that failed the platform's checks, stays so and takes no
/// part: a copy that is no evidence never wins over one that is.
public struct DuplicateMarker: Sendable {
    private let libraries: [String: Int]
    private let policy: DuplicatePolicy

    /// `libraries` gives the library of each read group by its ID (SAM's `LB`); an unknown read group is its own library.
    public init(libraries: [String: String] = [:], policy: DuplicatePolicy = .mark) {
        self.policy = policy
        let numbers = Dictionary(uniqueKeysWithValues: Set(libraries.values).sorted().enumerated().map { ($1, $0) })
        self.libraries = libraries.compactMapValues { numbers[$0] }
    }

    /// Sets FLAG 0x400 on the duplicates among `records` and returns how many were newly set; where duplicates are kept,
    /// clears it instead.
    @discardableResult
    public func mark(_ records: inout [BAMRecord]) -> Int {
        if policy == .keep {
            for index in records.indices where records[index].flags.contains(.duplicate) {
                records[index].flags.remove(.duplicate)
            }
            return 0
        }
        var pairs: [PairKey: Best] = [:]
        var fragments: [EndKey: Best] = [:]
        var pairedEnds: Set<EndKey> = []
        let entries = records.map { entry(of: $0) }
        for (record, entry) in zip(records, entries) {
            guard let entry else { continue }
            if let pair = entry.pair {
                pairs[pair, default: Best(entry.score, record.name)].consider(entry.score, record.name)
                pairedEnds.insert(entry.end)
            } else {
                fragments[entry.end, default: Best(entry.score, record.name)].consider(entry.score, record.name)
            }
        }
        var marked = 0
        for (index, entry) in entries.enumerated() {
            guard let entry else { continue }
            let isBest: Bool
            if let pair = entry.pair {
                isBest = pairs[pair]?.name == records[index].name
            } else {
                isBest = !pairedEnds.contains(entry.end) && fragments[entry.end]?.name == records[index].name
            }
            if !isBest {
                records[index].flags.insert(.duplicate)
                marked += 1
            }
        }
        return marked
    }

    /// Where an end of a template begins to be read.
    private struct End: Hashable, Comparable {
        var contig: Int32
        var position: Int
        var isReverse: Bool

        static func < (a: End, b: End) -> Bool {
            (a.contig, a.position, a.isReverse ? 1 : 0) < (b.contig, b.position, b.isReverse ? 1 : 0)
        }
    }

    private struct EndKey: Hashable {
        var library: Int
        /// The read group that is its own library.
        var readGroup: String
        var barcode: String
        var end: End
    }

    private struct PairKey: Hashable {
        var first: EndKey
        var second: End
    }

    private struct Entry {
        var end: EndKey
        var pair: PairKey?
        var score: Int
    }

    /// The read that stays: the highest score, then the smallest name.
    private struct Best {
        var score: Int
        var name: ArraySlice<UInt8>

        init(_ score: Int, _ name: ArraySlice<UInt8>) {
            self.score = score
            self.name = name
        }

        mutating func consider(_ score: Int, _ name: ArraySlice<UInt8>) {
            if score > self.score || score == self.score && name.lexicographicallyPrecedes(self.name) {
                self = Best(score, name)
            }
        }
    }

    /// Nil for records that take no part.
    private func entry(of record: BAMRecord) -> Entry? {
        let flags = record.flags
        guard
            flags.isDisjoint(with: [.unmapped, .secondary, .supplementary, .duplicate, .qualityFailed]),
            record.position >= 0
        else { return nil }
        let tags = BAMTags(record.tags)
        let readGroup = tags.string("RG") ?? ""
        let library = libraries[readGroup]
        var barcode = ""
        if case .umi(let tag) = policy { barcode = tags.string(tag) ?? "" }
        func key(_ end: End) -> EndKey {
            EndKey(library: library ?? -1, readGroup: library == nil ? readGroup : "", barcode: barcode, end: end)
        }
        let own = End(
            contig: record.referenceID,
            position: UnclippedEnd.fivePrime(
                start: Int(record.position), cigar: record.cigar, isReverse: flags.contains(.reverse)),
            isReverse: flags.contains(.reverse))
        let score = record.qualities.reduce(0) { $1 >= 15 && $1 != 255 ? $0 + Int($1) : $0 }
        guard flags.contains(.paired), !flags.contains(.mateUnmapped), record.matePosition >= 0 else {
            return Entry(end: key(own), pair: nil, score: score)
        }
        let isMateReverse = flags.contains(.mateReverse)
        let mate = End(
            contig: record.mateReferenceID,
            position: UnclippedEnd.fivePrime(
                start: Int(record.matePosition), cigar: UnclippedEnd.cigar(tags.string("MC") ?? "") ?? [],
                isReverse: isMateReverse),
            isReverse: isMateReverse)
        return Entry(
            end: key(own), pair: PairKey(first: key(min(own, mate)), second: max(own, mate)),
            score: score + (tags.int("ms") ?? 0))
    }
}
