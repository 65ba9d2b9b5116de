import Events
import Foundation
import Genomics

/// What the journal of a lane says of a batch: the shards that its reads are spilled to.
///
/// It is written once all of them are: a batch that is not in the journal comes again.
struct SpilledBatch: Codable, Sendable, Equatable {
    /// Shards with reads of the batch.
    var shards: [GenomeBins.Shard] = []
    /// Shards that no later batch adds to.
    var closed: [GenomeBins.Shard] = []
    /// The run's read groups, with a lane's first batch.
    var readGroups: [ReadGroup] = []

    private struct Row: Codable {
        var shards: [String]
        var closed: [String]?
        var readGroups: [ReadGroup]?
    }

    init() {}

    /// Reads what ``encoded()`` wrote; of anything else, that no shard has reads of it.
    init(decoding bytes: [UInt8]) throws {
        let row = try JSONDecoder().decode(Row.self, from: Data(bytes))
        shards = row.shards.compactMap { .init($0) }
        closed = (row.closed ?? []).compactMap { .init($0) }
        readGroups = row.readGroups ?? []
    }

    /// The form in which it is spilled.
    func encoded() throws -> [UInt8] {
        let row = Row(
            shards: shards.map(\.description), closed: closed.isEmpty ? nil : closed.map(\.description),
            readGroups: readGroups.isEmpty ? nil : readGroups)
        return Array(try JSONEncoder().encode(row))
    }
}

/// The reads of one shard in a batch, as they are spilled: BAM records with the length before each, by the contigs of the run's
/// reference.
enum SpilledReads {
    /// Writes records.
    static func encode(_ records: [BAMRecord]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(records.reduce(0) { $0 + $1.bytes.count + 4 })
        for record in records {
            withUnsafeBytes(of: UInt32(record.bytes.count).littleEndian) { out.append(contentsOf: $0) }
            out.append(contentsOf: record.bytes)
        }
        return out
    }

    /// Adds the records that ``encode(_:)`` wrote.
    static func decode(_ bytes: [UInt8], into records: inout [BAMRecord]) throws(GenomicsError) {
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { throw GenomicsError(.truncated, "a length is cut off") }
            let length =
                Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16
                | Int(bytes[offset + 3]) << 24
            offset += 4
            guard length <= bytes.count - offset else { throw GenomicsError(.truncated, "a record is cut off") }
            records.append(try BAMRecord(validating: Array(bytes[offset..<(offset + length)])))
            offset += length
        }
    }
}
