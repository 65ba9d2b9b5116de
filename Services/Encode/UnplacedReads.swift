import Foundation
import Genomics

/// What encode keeps of a batch of reads without a position: their number and what they are like.
struct UnplacedReads: Codable {
    var count = 0
    var quality = QualityControl()

    init() {}

    /// Measures a batch.
    init(_ records: [BAMRecord]) {
        count = records.count
        quality.measure(unplaced: records)
    }

    /// Adds what was spilled of a batch; a batch that could not be used left nothing.
    mutating func add(spilled payload: [UInt8]) throws {
        guard !payload.isEmpty else { return }
        let other = try JSONDecoder().decode(UnplacedReads.self, from: Data(payload))
        count += other.count
        quality.add(other.quality)
    }

    /// The form in which it is spilled.
    func spilled() throws -> [UInt8] { Array(try JSONEncoder().encode(self)) }
}
