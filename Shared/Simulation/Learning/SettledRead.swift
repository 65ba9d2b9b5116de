import Genomics

/// A read laid along the reference.
struct SettledRead {
    let range: Range<Int>
    let isReverse: Bool
    /// Inserted and deleted bases behind a place, counted from the start of ``range``.
    private(set) var inserted: [Int: Int] = [:]
    private(set) var deleted: [Int: Int] = [:]
    // The index in the read of the base at each place; -1 where it is deleted.
    private var indices: [Int32]
    private let record: BAMRecord

    init(_ record: BAMRecord) {
        self.record = record
        range = record.referenceRange
        isReverse = record.flags.contains(.reverse)
        indices = [Int32](repeating: -1, count: range.count)
        var (read, place) = (0, 0)
        for operation in record.cigar {
            let length = Int(operation.length)
            switch operation.kind {
            case .match, .equal, .difference:
                for offset in 0..<length where place + offset < indices.count {
                    indices[place + offset] = Int32(read + offset)
                }
            case .insertion: inserted[place - 1] = length
            case .deletion: deleted[place - 1] = length
            default: break
            }
            if operation.kind.consumesRead { read += length }
            if operation.kind.consumesReference { place += length }
        }
    }

    /// The code of the base at a place; nil for a deleted or unknown one.
    func code(_ place: Int) -> UInt8? {
        indices[place] < 0 ? nil : Nucleotide.code(ofASCII: record.base(Int(indices[place])))
    }

    func quality(_ place: Int) -> Int { Int(record.quality(Int(indices[place]))) }

    /// By how many bases a repeat is longer in the read; nil unless the bases beside it are read.
    func change(_ tract: RepeatTracts.Tract) -> Int? {
        let (before, behind) = (tract.start - 1 - range.lowerBound, tract.end - range.lowerBound)
        guard before >= 0, behind < indices.count, indices[before] >= 0, indices[behind] >= 0 else { return nil }
        return Int(indices[behind] - indices[before]) - (behind - before)
    }
}

/// Counts reads and their lengths.
struct ReadCensus {
    var primary = 0
    var duplicates = 0
    var joined = 0
    var unplaced = 0
    var bases = 0
    var ends = (all: 0, clipped: 0)
    private(set) var clips = LengthSample()
    private(set) var lengths = LengthSample()
    private(set) var inserts = LengthSample()
    private(set) var unused = 0

    mutating func countUnused(_ record: BAMRecord) { unused += 1 }

    mutating func add(_ record: BAMRecord, technology: SequencingTechnology) {
        guard !record.flags.contains(.supplementary), record.sequenceLength > 0 else { return }
        primary += 1
        if record.flags.contains(.duplicate) { duplicates += 1 }
        if record.mappingQuality == 0 { unplaced += 1 }
        lengths.add(record.sequenceLength)
        let span = Int(record.templateLength)
        if record.flags.isSuperset(of: [.paired, .properPair]), span > 0, span < 5000 { inserts.add(span) }
        if BAMTags(record.tags).string("SA") != nil {
            joined += 1
            return
        }
        // Reads that go through their fragment are clipped for that alone.
        if !technology.isLong, span != 0, abs(span) <= record.sequenceLength + 2 { return }
        for operation in [record.cigar.first, record.cigar.last] {
            ends.all += 1
            guard let operation, operation.kind == .softClip else { continue }
            ends.clipped += 1
            clips.add(Int(operation.length))
        }
    }

    /// Lengths, each with how often it was seen; from 1,000 on in steps of a hundredth, so that they stay few.
    struct LengthSample {
        private(set) var counts: [Int: Int] = [:]
        private(set) var count = 0

        mutating func add(_ length: Int) {
            var step = 1
            while length / step >= 1000 { step *= 2 }
            counts[length / step * step, default: 0] += 1
            count += 1
        }

        /// The most frequent; the longer of several.
        var mode: Int { counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0 }

        func quantiles(_ count: Int, weight: (Int) -> Double = { _ in 1 }) -> Quantiles? {
            guard !counts.isEmpty else { return nil }
            let sample = counts.sorted { $0.key < $1.key }.map { (Double($0.key), Double($0.value) * weight($0.key)) }
            return Quantiles(of: sample.map { (value: $0.0, weight: $0.1) }, count: count)
        }
    }
}
