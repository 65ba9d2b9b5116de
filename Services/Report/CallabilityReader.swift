import Events
import Foundation
import Genomics
import Storage
import VariantCalling

/// Sums up what was callable in the target of a run, shard after shard.
struct CallabilityReader {
    let run: Identifier
    let regions: BED?
    let reference: ReferenceGenome
    /// Where the callable stretches go.
    let callable: BEDWriter

    /// The stretches that a report lists.
    private static let listed = 50

    private struct Tally {
        var bases: [String: Int] = [:]
        var stretches: [Report.Callability.Stretch] = []
        var count = 0
        /// The bases of the target that the reference knows, by contig.
        var knownBases: [String: Int] = [:]
        private var open: Report.Callability.Stretch?

        mutating func add(_ contig: String, _ range: Range<Int>, _ state: CallabilitySummary.State) {
            guard !range.isEmpty else { return }
            bases[state.rawValue, default: 0] += range.count
            if state != .referenceUnknown { knownBases[contig, default: 0] += range.count }
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

    /// Returns what was callable, and the bases of the target that the reference knows by contig.
    func read(on connection: Connection) async throws -> (Report.Callability, knownBases: [String: Int]) {
        let bins = GenomeBins(contigs: reference.contigs)
        let known = Set(
            try await connection.query("SELECT shard FROM callability WHERE run_id = \(run.uuid)")
                .map { try $0.decode("shard", as: String.self) })
        var tally = Tally()
        for (contig, description) in reference.contigs.enumerated() {
            for index in 0..<((description.length + bins.size - 1) / bins.size) {
                let range = bins.range(contig: contig, index: index)
                if let regions, !regions.overlaps(description.name, range) { continue }
                let shard = GenomeBins.Shard.bin(contig: contig, index: index).description
                if known.contains(shard), let summary = try await summary(shard, on: connection) {
                    for run in summary.runs {
                        tally.add(description.name, run.start..<run.end, run.state)
                        if run.state == .callable { try callable.write(description.name, run.start..<run.end) }
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
        return (callability, tally.knownBases)
    }

    private func summary(_ shard: String, on connection: Connection) async throws -> CallabilitySummary? {
        let rows = try await connection.query(
            "SELECT summary FROM callability WHERE run_id = \(run.uuid) AND shard = \(shard)")
        return try rows.first?.decode("summary", as: JSON.self).decode(ShardSummary.self).callability
    }

    /// A bin that no read reached: without coverage where the reference has bases.
    private func addUnseen(
        _ range: Range<Int>, contig: Int, name: String, regions: BED?, to tally: inout Tally
    ) throws {
        let bases = try reference.bases(contig: contig, range)
        for target in regions.map({ $0.ranges[name] ?? [] }) ?? [range] {
            var position = max(target.lowerBound, range.lowerBound)
            let end = min(target.upperBound, range.upperBound)
            while position < end {
                let start = position - range.lowerBound
                let isUnknown = bases[start] == Self.unknown
                let next = range.lowerBound + Self.end(ofRunAt: start, in: bases, upTo: end - range.lowerBound)
                tally.add(name, position..<next, isUnknown ? .referenceUnknown : .noCoverage)
                position = next
            }
        }
    }

    private static let unknown = UInt8(ascii: "N")

    /// Where bases that are known, or are not, end; the arms of chromosomes are long, so eight are looked at a time.
    private static func end(ofRunAt start: Int, in bases: [UInt8], upTo limit: Int) -> Int {
        bases.withUnsafeBytes { raw in
            guard raw[start] == unknown else {
                guard let base = raw.baseAddress, let found = memchr(base + start, Int32(unknown), limit - start) else {
                    return limit
                }
                return UnsafeRawPointer(found) - base
            }
            let eight = UInt64(unknown) &* 0x0101_0101_0101_0101
            var end = start
            while end + 8 <= limit, raw.loadUnaligned(fromByteOffset: end, as: UInt64.self) == eight { end += 8 }
            while end < limit, raw[end] == unknown { end += 1 }
            return end
        }
    }
}
