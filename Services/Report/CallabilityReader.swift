import Events
import Genomics
import Storage
import VariantCalling

/// Sums up what was callable in the target of a run, shard after shard.
struct CallabilityReader {
    let run: Identifier
    let regions: BED?
    let reference: ReferenceGenome
    /// Where the callable stretches go, if anywhere.
    var callable: BEDWriter?
    /// The mark at which shards count that are not complete; none where it is nil.
    var mark: Int?

    /// The stretches that a report lists.
    private static let listed = 50

    private struct Tally {
        var bases: [String: Int] = [:]
        var stretches: [Report.Callability.Stretch] = []
        var count = 0
        /// The bases of the target that the reference knows.
        var known: KnownBases
        private var open: Report.Callability.Stretch?

        init(known: KnownBases) { self.known = known }

        mutating func add(_ contig: String, _ range: Range<Int>, _ state: CallabilitySummary.State) {
            guard !range.isEmpty else { return }
            bases[state.rawValue, default: 0] += range.count
            if state != .referenceUnknown { known.add(contig, range) }
            let next = Interval(contig: contig, zeroBased: range)
            if let last = open, last.interval.contig == contig, last.interval.end + 1 == next.start,
                last.reason == state.rawValue
            {
                open?.interval.end = next.end
                return
            }
            close()
            if state != .callable { open = .init(interval: next, reason: state.rawValue) }
        }

        mutating func close() {
            guard let stretch = open else { return }
            open = nil
            count += 1
            stretches.append(stretch)
            // Kept short in between, so that memory does not grow with the genome.
            if stretches.count >= 4 * CallabilityReader.listed { shorten() }
        }

        mutating func shorten() {
            stretches.sort { $0.interval.length > $1.interval.length }
            stretches.removeLast(max(0, stretches.count - CallabilityReader.listed))
        }
    }

    /// Returns what was callable, and the bases of the target that the reference knows.
    func read(on connection: Connection) async throws -> (Report.Callability, known: KnownBases) {
        let bins = GenomeBins(contigs: reference.contigs)
        let known = Set(
            try await connection.query("SELECT shard FROM shards_at(\(run.uuid), \(mark))")
                .map { try $0.decode("shard", as: String.self) })
        var tally = Tally(known: KnownBases(contigs: reference.contigs))
        for (contig, description) in reference.contigs.enumerated() {
            for index in 0..<((description.length + bins.size - 1) / bins.size) {
                let range = bins.range(contig: contig, index: index)
                if let regions, !regions.overlaps(description.name, range) { continue }
                let shard = GenomeBins.Shard.bin(contig: contig, index: index).description
                if known.contains(shard), let summary = try await summary(shard, on: connection) {
                    for run in summary.runs {
                        tally.add(description.name, run.start..<run.end, run.state)
                        if run.state == .callable { try callable?.write(description.name, run.start..<run.end) }
                    }
                } else {
                    try addUnseen(range, contig: contig, name: description.name, regions: regions, to: &tally)
                }
            }
        }
        tally.close()
        tally.shorten()
        let callability = Report.Callability(
            targetBases: tally.bases.values.reduce(0, +), basesByState: tally.bases,
            notCallable: tally.stretches.sorted {
                ($1.interval.length, $0.interval.description) < ($0.interval.length, $1.interval.description)
            }, notCallableStretches: tally.count)
        return (callability, tally.known)
    }

    private func summary(_ shard: String, on connection: Connection) async throws -> CallabilitySummary? {
        let rows = try await connection.query(
            "SELECT summary FROM shards_at(\(run.uuid), \(mark)) WHERE shard = \(shard)")
        return try rows.first?.decode("summary", as: JSON.self).decode(ShardSummary.self).callability
    }

    /// A bin that no read reached: without coverage where the reference has bases.
    private func addUnseen(
        _ range: Range<Int>, contig: Int, name: String, regions: BED?, to tally: inout Tally
    ) throws {
        try reference.forEachStretch(contig: contig, in: range, regions: regions) { stretch, isKnown in
            tally.add(name, stretch, isKnown ? .noCoverage : .referenceUnknown)
        }
    }
}
