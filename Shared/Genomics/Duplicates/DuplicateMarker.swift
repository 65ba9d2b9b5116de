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
        var groups = Groups(libraries: libraries, policy: policy)
        let entries = records.map { entry(of: $0, &groups) }
        /// Whether a record stays rather than another: the higher score, then the smaller name.
        func isBetter(_ index: Int, than other: Int) -> Bool {
            guard let own = entries[index], let others = entries[other] else { return false }
            if own.score != others.score { return own.score > others.score }
            return records[index].name.lexicographicallyPrecedes(records[other].name)
        }
        var pairs: [PairKey: Int] = [:]
        var fragments: [EndKey: Int] = [:]
        var pairedEnds: Set<EndKey> = []
        pairs.reserveCapacity(records.count / 2)
        pairedEnds.reserveCapacity(records.count)
        for (index, entry) in entries.enumerated() {
            guard let entry else { continue }
            if let pair = entry.pair {
                let best = pairs[pair, default: index]
                if best == index || isBetter(index, than: best) { pairs[pair] = index }
                pairedEnds.insert(entry.end)
            } else {
                let best = fragments[entry.end, default: index]
                if best == index || isBetter(index, than: best) { fragments[entry.end] = index }
            }
        }
        var marked = 0
        for (index, entry) in entries.enumerated() {
            guard let entry else { continue }
            let best = entry.pair.map { pairs[$0] } ?? (pairedEnds.contains(entry.end) ? nil : fragments[entry.end])
            // Both mates of the best pair stay.
            if best.map({ $0 != index && records[$0].name != records[index].name }) ?? true {
                records[index].flags.insert(.duplicate)
                marked += 1
            }
        }
        return marked
    }

    /// Where an end of a template begins to be read.
    private struct End: Hashable, Comparable {
        var contig: Int32
        /// The strand is the lowest bit, set of a reverse read.
        var place: Int

        static func < (a: End, b: End) -> Bool { (a.contig, a.place) < (b.contig, b.place) }
    }

    private struct EndKey: Hashable {
        var group: Int
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

    /// Numbers for the libraries and barcodes whose reads may be copies of each other.
    private struct Groups {
        let libraries: [String: Int]
        let policy: DuplicatePolicy
        private var numbers: [Key: Int] = [:]
        private var last: (readGroup: ArraySlice<UInt8>, barcode: ArraySlice<UInt8>, number: Int)?

        private struct Key: Hashable {
            var library: Int?
            var readGroup: ArraySlice<UInt8>
            var barcode: ArraySlice<UInt8>
        }

        init(libraries: [String: Int], policy: DuplicatePolicy) {
            (self.libraries, self.policy) = (libraries, policy)
        }

        mutating func number(of tags: BAMTags) -> Int {
            let readGroup = tags.text("RG") ?? []
            var barcode: ArraySlice<UInt8> = []
            if case .umi(let tag) = policy { barcode = tags.text(tag) ?? [] }
            if let last, last.readGroup == readGroup, last.barcode == barcode { return last.number }
            // A read group without a library is one of its own.
            let library = libraries[String(decoding: readGroup, as: UTF8.self)]
            let key = Key(library: library, readGroup: library == nil ? readGroup : [], barcode: barcode)
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            last = (readGroup, barcode, number)
            return number
        }
    }

    /// Nil for records that take no part.
    private func entry(of record: BAMRecord, _ groups: inout Groups) -> Entry? {
        let flags = record.flags
        guard
            flags.isDisjoint(with: [.unmapped, .secondary, .supplementary, .duplicate, .qualityFailed]),
            record.position >= 0
        else { return nil }
        let tags = BAMTags(record.tags)
        let group = groups.number(of: tags)
        let own = end(record.referenceID, Int(record.position), record.cigar, flags.contains(.reverse))
        var score = 0
        for quality in record.qualities where quality >= 15 && quality != 255 { score += Int(quality) }
        guard flags.contains(.paired), !flags.contains(.mateUnmapped), record.matePosition >= 0 else {
            return Entry(end: EndKey(group: group, end: own), pair: nil, score: score)
        }
        let mate = end(
            record.mateReferenceID, Int(record.matePosition), UnclippedEnd.cigar(tags.text("MC") ?? []) ?? [],
            flags.contains(.mateReverse))
        return Entry(
            end: EndKey(group: group, end: own),
            pair: PairKey(first: EndKey(group: group, end: min(own, mate)), second: max(own, mate)),
            score: score + (tags.int("ms") ?? 0))
    }

    private func end(_ contig: Int32, _ start: Int, _ cigar: [CigarOperation], _ isReverse: Bool) -> End {
        let position = UnclippedEnd.fivePrime(start: start, cigar: cigar, isReverse: isReverse)
        return End(contig: contig, place: position << 1 | (isReverse ? 1 : 0))
    }
}
