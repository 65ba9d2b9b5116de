import Foundation
import Genomics

/// What encode keeps of a batch of reads without a position: their number and what they are like.
struct UnplacedReads: Codable {
    var count = 0
    var quality = QualityControl()

    init() {}

    /// Measures a batch.
    init(batch: [UInt8]) throws(GenomicsError) {
        let records = try BAMBatch.decode(batch).records
        count = records.count
        quality.measure(unplaced: records)
    }

    /// Adds what was spilled of a batch; a batch that could not be used left nothing.
    mutating func add(spilled payload: [UInt8]) throws {
        guard !payload.isEmpty else { return }
        // An earlier version spilled the number alone.
        if let number = Int(String(decoding: payload, as: UTF8.self)) {
            count += number
            return
        }
        let other = try JSONDecoder().decode(UnplacedReads.self, from: Data(payload))
        count += other.count
        quality.add(other.quality)
    }

    /// The form in which it is spilled.
    func spilled() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
