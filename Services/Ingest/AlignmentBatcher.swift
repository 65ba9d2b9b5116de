import Events
import Genomics
import Messaging

/// Gathers aligned records by shard.
///
/// A coordinate-sorted file's shards are sealed as the reading passes them.
struct AlignmentBatcher {
    typealias Shard = GenomeBins.Shard

    /// What a process that takes over has to know, at a point where nothing is gathered.
    struct Point: Codable, Sendable {
        /// Batches of the shards that are not sealed.
        var batches: [String: Int]
        var sealed: [String]
        var made: Int
    }

    private struct Pending {
        var records: [BAMRecord] = []
        var bytes = 0
        var batches = 0
    }

    private let run: Identifier
    private let traceparent: String?
    private let header: AlignmentHeader
    private let bins: GenomeBins
    private let limit: Int
    private let isSorted: Bool
    private let reference: ReferenceGenome
    private let readGroups: MergedReadGroups
    private var placeOfContig: [Int: [Int32]] = [:]
    private var pending: [Shard: Pending] = [:]
    private var sealed: Set<Shard> = []
    private var bytes = 0
    /// Batches made so far.
    private(set) var batches = 0
    /// How many of them there were when nothing was gathered last.
    private var batchesWhenEmpty = 0

    /// Bins other than ``Shard/unplaced`` that were met.
    var shards: Int { sealed.count + pending.keys.count { $0 != .unplaced } }

    init(
        run: Identifier, sample: String, header: AlignmentHeader, readGroups: MergedReadGroups,
        reference: ReferenceGenome, bytes: Int, isOnlyInput: Bool = true, traceparent: String?
    ) {
        self.run = run
        self.traceparent = traceparent
        self.reference = reference
        self.readGroups = readGroups
        let groups = readGroups.groups.isEmpty ? [ReadGroup(id: sample, sample: sample)] : readGroups.groups
        self.header = AlignmentHeader(contigs: reference.contigs, readGroups: groups)
        bins = GenomeBins(contigs: reference.contigs)
        limit = bytes
        isSorted = isOnlyInput && header.isCoordinateSorted
    }

    /// Takes a record of the input of an index; returns the records to send, nil for a record that is out of order in a
    /// file that says it is sorted: its shard is sealed.
    mutating func add(_ record: BAMRecord, input: Int, header: AlignmentHeader?) throws -> [OutgoingRecord]? {
        let isSecondary = record.flags.contains(.secondary)
        var record = readGroups.merged(isSecondary ? record.withoutBases : record, file: input)
        let places = places(input: input, header: header)
        record.referenceID = record.referenceID < 0 ? -1 : places[Int(record.referenceID)]
        record.mateReferenceID = record.mateReferenceID < 0 ? -1 : places[Int(record.mateReferenceID)]
        var out: [OutgoingRecord] = []
        if record.referenceID >= 0, record.position >= 0,
            sealed.contains(.bin(contig: Int(record.referenceID), index: Int(record.position) / bins.size))
        {
            return nil
        }
        // A read's clipped end may reach back into shards that are sealed; they are called without it.
        let shards = isSecondary ? [bins.home(of: record)] : bins.shards(of: record)
        for shard in shards where !sealed.contains(shard) {
            pending[shard, default: Pending()].records.append(record)
            pending[shard, default: Pending()].bytes += record.bytes.count
            bytes += record.bytes.count
            if pending[shard]?.bytes ?? 0 >= limit, let full = try flush(shard) { out.append(full) }
        }
        if isSorted { out += try sealPassed(record) }
        return out
    }

    /// Sends what is gathered when it is much, and now and then in any case; nil where it is not time.
    ///
    /// However many shards are open, not much more than sixteen batches' worth of records is held. Where the input is cut
    /// follows from the input alone.
    mutating func flushIfDue() throws -> [OutgoingRecord]? {
        guard bytes >= 16 * limit || batches - batchesWhenEmpty >= 64 else { return nil }
        let out = try finish()
        batchesWhenEmpty = batches
        return out
    }

    /// What is known after ``flushIfDue()``.
    var point: Point {
        Point(
            batches: Dictionary(uniqueKeysWithValues: pending.map { ($0.description, $1.batches) }),
            sealed: sealed.map(\.description), made: batches)
    }

    /// Goes on where another process was.
    mutating func resume(at point: Point) {
        pending = [:]
        for (name, count) in point.batches { if let shard = Shard(name) { pending[shard] = Pending(batches: count) } }
        sealed = Set(point.sealed.compactMap(Shard.init))
        (batches, batchesWhenEmpty) = (point.made, point.made)
    }

    /// Sends what is gathered, then a mark to each shard that has reads and is not sealed.
    mutating func mark(_ mark: ReadsMark) throws -> [OutgoingRecord] {
        let out = try finish()
        let open = pending.keys.filter { $0 != .unplaced }.sorted().map(\.description)
        return try out + mark.records(for: open, source: Stage.ingest, traceparent: traceparent)
    }

    /// Sends what is gathered and seals all shards but the last; ``lastSeals()`` follows once the run is sealed.
    mutating func finish() throws -> [OutgoingRecord] {
        var out: [OutgoingRecord] = []
        for shard in pending.keys.sorted() { if let output = try flush(shard) { out.append(output) } }
        return out
    }

    /// The seals of the shards that are not sealed yet, ``Shard/unplaced`` always among them.
    func lastSeals() throws -> [OutgoingRecord] {
        var open = pending.mapValues(\.batches)
        open[.unplaced, default: 0] += 0
        return try open.keys.sorted().map { try seal($0, batches: open[$0] ?? 0) }
    }

    private mutating func sealPassed(_ record: BAMRecord) throws -> [OutgoingRecord] {
        guard record.referenceID >= 0, record.position >= 0 else { return [] }
        var out: [OutgoingRecord] = []
        for shard in pending.keys.sorted() {
            guard case .bin(let contig, let index) = shard else { continue }
            let end = bins.range(contig: contig, index: index).upperBound + Self.longestReach
            guard contig != Int(record.referenceID) || end < Int(record.position) else { continue }
            if let output = try flush(shard) { out.append(output) }
            out.append(try seal(shard, batches: pending[shard]?.batches ?? 0))
            pending[shard] = nil
            sealed.insert(shard)
        }
        return out
    }

    /// How far left of its position a record may reach with its clipped end and the margin.
    private static let longestReach = 1 << 17

    private mutating func flush(_ shard: Shard) throws -> OutgoingRecord? {
        guard var held = pending[shard], !held.records.isEmpty else { return nil }
        let unit = held.batches
        let output = EventCoding.record(
            try AlignmentBatch.encode(held.records, header: header), type: .alignments, contentType: ContentType.bam,
            topic: Topics.alignments, key: "\(run)/\(shard)", id: "\(run)/alignments/\(shard)/\(unit)",
            source: Stage.ingest,
            extensions: [
                EventExtension.run: run.description, EventExtension.shard: shard.description,
                EventExtension.unit: String(unit), EventExtension.records: String(held.records.count),
            ], traceparent: traceparent)
        bytes -= held.bytes
        held.records.removeAll()
        held.bytes = 0
        held.batches += 1
        pending[shard] = held
        batches += 1
        return output
    }

    private func seal(_ shard: Shard, batches: Int) throws -> OutgoingRecord {
        try ShardSeal(run: run, shard: shard.description, batches: batches).record(
            source: Stage.ingest, traceparent: traceparent)
    }

    private mutating func places(input: Int, header: AlignmentHeader?) -> [Int32] {
        if let known = placeOfContig[input] { return known }
        let places = (header?.contigs ?? []).map { Int32(reference.index(of: $0.name) ?? -1) }
        placeOfContig[input] = places
        return places
    }
}

extension BAMRecord {
    /// What is sent of a secondary alignment, which only counts: its place and its flags.
    fileprivate var withoutBases: BAMRecord {
        BAMRecord(
            name: name, flags: flags, referenceID: referenceID, position: position, mappingQuality: mappingQuality,
            cigar: (0..<cigarCount).map { cigar($0) }, mateReferenceID: mateReferenceID, matePosition: matePosition,
            templateLength: templateLength, sequence: [], qualities: [])
    }
}
