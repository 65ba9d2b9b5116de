import Events
import Genomics
import Messaging

/// Gathers aligned records by lane.
///
/// Of a coordinate-sorted file each batch says which shards the reading has passed.
struct AlignmentBatcher {
    typealias Shard = GenomeBins.Shard

    /// What a process that takes over has to know, at a point where nothing is gathered.
    struct Point: Codable, Sendable {
        /// Batches of each lane.
        var batches: [Int]
        /// Contigs of a sorted file that are behind.
        var passedContigs: [Int]
        /// The contig of a sorted file that is being read, and its first bin that is not behind.
        var contig: Int?
        var firstOpen: Int
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
    /// A place a lane.
    private var pending: [Pending]
    private var passedContigs: Set<Int> = []
    private var contig: Int?
    private var firstOpen = 0
    private var bytes = 0
    /// Batches made so far.
    private(set) var batches = 0
    /// How many of them there were when nothing was gathered last.
    private var batchesWhenEmpty = 0

    /// The run's lanes.
    var lanes: Int { pending.count }

    init(
        run: Identifier, sample: String, header: AlignmentHeader, readGroups: MergedReadGroups,
        reference: ReferenceGenome, bytes: Int, lanes: Int, isOnlyInput: Bool = true, traceparent: String?
    ) {
        self.run = run
        self.traceparent = traceparent
        self.reference = reference
        self.readGroups = readGroups
        let groups = readGroups.groups.isEmpty ? [ReadGroup(id: sample, sample: sample)] : readGroups.groups
        self.header = AlignmentHeader(contigs: reference.contigs, readGroups: groups)
        bins = GenomeBins(contigs: reference.contigs)
        limit = bytes
        pending = [Pending](repeating: Pending(), count: lanes)
        isSorted = isOnlyInput && header.isCoordinateSorted
    }

    /// Takes a record of the input of an index; returns the records to send, nil for a record that is out of order in a
    /// file that says it is sorted: its shard is passed.
    mutating func add(_ record: BAMRecord, input: Int, header: AlignmentHeader?) throws -> [OutgoingRecord]? {
        let isSecondary = record.flags.contains(.secondary)
        var record = readGroups.merged(isSecondary ? record.withoutBases : record, file: input)
        let places = places(input: input, header: header)
        record.referenceID = record.referenceID < 0 ? -1 : places[Int(record.referenceID)]
        record.mateReferenceID = record.mateReferenceID < 0 ? -1 : places[Int(record.mateReferenceID)]
        if isSorted, record.referenceID >= 0, record.position >= 0, !pass(to: record) { return nil }
        var out: [OutgoingRecord] = []
        // A read's clipped end may reach back into shards that are passed; whoever gathers them leaves it out.
        for lane in Set(bins.destinations(of: record).map { bins.lane(of: $0, among: lanes) }).sorted() {
            pending[lane].records.append(record)
            pending[lane].bytes += record.bytes.count
            bytes += record.bytes.count
            if pending[lane].bytes >= limit, let full = try flush(lane) { out.append(full) }
        }
        return out
    }

    /// Sends what is gathered when it is much, and now and then in any case; nil where it is not time.
    ///
    /// However many lanes are open, not much more than sixteen batches' worth of records is held. Where the input is cut
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
            batches: pending.map(\.batches), passedContigs: passedContigs.sorted(), contig: contig,
            firstOpen: firstOpen, made: batches)
    }

    /// Goes on where another process was.
    mutating func resume(at point: Point) {
        for lane in pending.indices where lane < point.batches.count {
            pending[lane] = Pending(batches: point.batches[lane])
        }
        passedContigs = Set(point.passedContigs)
        (contig, firstOpen) = (point.contig, point.firstOpen)
        (batches, batchesWhenEmpty) = (point.made, point.made)
    }

    /// Sends what is gathered, then a mark to each lane.
    mutating func mark(_ mark: ReadsMark) throws -> [OutgoingRecord] {
        try finish() + mark.records(lanes: lanes, source: Stage.ingest, traceparent: traceparent)
    }

    /// Sends what is gathered; ``lastSeals()`` follows once the run is sealed.
    mutating func finish() throws -> [OutgoingRecord] {
        var out: [OutgoingRecord] = []
        for lane in pending.indices { if let output = try flush(lane) { out.append(output) } }
        return out
    }

    /// The seals of the lanes.
    func lastSeals() throws -> [OutgoingRecord] {
        try pending.enumerated().map { lane, held in
            try LaneSeal(run: run, lane: lane, batches: held.batches).record(
                source: Stage.ingest, traceparent: traceparent)
        }
    }

    /// Notes where the reading of a sorted file is; returns false for a record of a shard that is passed.
    private mutating func pass(to record: BAMRecord) -> Bool {
        let (place, position) = (Int(record.referenceID), Int(record.position))
        if place != contig {
            if passedContigs.contains(place) { return false }
            if let contig { passedContigs.insert(contig) }
            (contig, firstOpen) = (place, 0)
        }
        if position / bins.size < firstOpen { return false }
        // A read may reach left of its position with its clipped end and the margin.
        firstOpen = max(firstOpen, (position - Self.longestReach - 1) / bins.size)
        return true
    }

    /// How far left of its position a record may reach with its clipped end and the margin.
    private static let longestReach = 1 << 17

    private mutating func flush(_ lane: Int) throws -> OutgoingRecord? {
        guard !pending[lane].records.isEmpty else { return nil }
        let held = pending[lane]
        let output = Lane(run: run, number: lane).record(
            try AlignmentBatch.encode(held.records, header: header), unit: held.batches, count: held.records.count,
            passed: contig.map { Shard.bin(contig: $0, index: firstOpen).description }, source: Stage.ingest,
            traceparent: traceparent)
        bytes -= held.bytes
        pending[lane] = Pending(batches: held.batches + 1)
        batches += 1
        return output
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
