import Genomics

/// Which records share a stretch of bases on either strand.
///
/// Stretches are kept as 64-bit hashes of the smaller of both strands, and of one part of all hashes at a time: the data are
/// read once a part, and memory does not grow with their bases.
struct SharedStretches {
    /// Bases of a stretch.
    static let length = 40
    /// Stretches in memory at once, 16 bytes each: the data are read once for each so many bases.
    private static let capacity = 16 << 20

    private struct Entry {
        var hash: UInt64
        var record: Int32
    }

    /// The record that stands for all that are joined with one, by chains of shared stretches.
    private var parents: [Int32]
    /// A record of another split that each shares a stretch with; -1 where there is none.
    private(set) var partners: [Int32]
    private let splits: [Int32]
    /// How many parts the hashes are taken in.
    let parts: UInt64
    private var part: UInt64 = 0
    private var entries: [Entry] = []

    /// For records of these splits with so many bases in all.
    init(splits: [Int32], bases: Int) {
        self.splits = splits
        parents = Array(0..<Int32(splits.count))
        partners = Array(repeating: -1, count: splits.count)
        parts = UInt64(max(1, (bases + Self.capacity - 1) / Self.capacity))
        entries.reserveCapacity(min(bases, Self.capacity + Self.capacity / 4))
    }

    mutating func begin(part: UInt64) {
        self.part = part
        entries.removeAll(keepingCapacity: true)
    }

    /// Adds a record's stretches of the present part.
    mutating func add(_ letters: [UInt8], record: Int) {
        Self.forEachHash(letters) { hash in
            if hash % parts == part { entries.append(Entry(hash: hash, record: Int32(record))) }
        }
    }

    /// Joins the records of the present part.
    mutating func end() {
        entries.sort { ($0.hash, $0.record) < ($1.hash, $1.record) }
        var first = 0
        while first < entries.count {
            var last = first + 1
            while last < entries.count, entries[last].hash == entries[first].hash { last += 1 }
            if entries[last - 1].record != entries[first].record { join(first..<last) }
            first = last
        }
    }

    private mutating func join(_ range: Range<Int>) {
        let first = entries[range.lowerBound].record
        let other = range.first { splits[Int(entries[$0].record)] != splits[Int(first)] }.map { entries[$0].record }
        for index in range {
            let record = entries[index].record
            unite(first, record)
            guard let other, partners[Int(record)] < 0 else { continue }
            partners[Int(record)] = splits[Int(record)] == splits[Int(first)] ? other : first
        }
    }

    private mutating func unite(_ a: Int32, _ b: Int32) {
        let (x, y) = (root(a), root(b))
        if x != y { parents[Int(max(x, y))] = min(x, y) }
    }

    mutating func root(_ record: Int32) -> Int32 {
        var record = record
        while parents[Int(record)] != record {
            parents[Int(record)] = parents[Int(parents[Int(record)])]
            record = parents[Int(record)]
        }
        return record
    }

    /// The hash of each stretch of plain bases; a letter that stands for several ends one.
    static func forEachHash(_ letters: [UInt8], _ body: (UInt64) -> Void) {
        let mask = (UInt128(1) << UInt128(2 * length)) - 1
        var (forward, reverse, run) = (UInt128(0), UInt128(0), 0)
        for letter in letters {
            let code = BaseCode.nibble(ofASCII: letter)
            guard code.nonzeroBitCount == 1 else {
                run = 0
                continue
            }
            let base = UInt128(code.trailingZeroBitCount)
            forward = (forward << 2 | base) & mask
            reverse = reverse >> 2 | (3 - base) << UInt128(2 * length - 2)
            run += 1
            if run >= length { body(mixed(min(forward, reverse))) }
        }
    }

    /// The hash of a whole sequence, the same for both strands.
    static func hash(_ letters: [UInt8]) -> UInt64 {
        func hash(_ codes: some Sequence<UInt8>) -> UInt64 {
            codes.reduce(into: UInt64(letters.count)) { $0 = mix($0 &* 0x9E37_79B9_7F4A_7C15 &+ UInt64($1)) }
        }
        let codes = letters.map { BaseCode.nibble(ofASCII: $0) }
        return min(hash(codes), hash(codes.reversed().map { UInt8(BaseCode.complementCode($0)) }))
    }

    private static func mixed(_ word: UInt128) -> UInt64 {
        mix(UInt64(truncatingIfNeeded: word) ^ mix(UInt64(truncatingIfNeeded: word >> 64) &+ 0x9E37_79B9_7F4A_7C15))
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
