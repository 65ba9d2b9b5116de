/// Kafka's default choice of a partition: murmur2 of the key, as Java's clients and librdkafka's `murmur2_random` do.
public enum Partitioner {
    /// The partition, of `count`, that records with this key go to.
    public static func partition(forKey key: some Collection<UInt8>, count: Int) -> Int32 {
        precondition(count > 0, "a topic has at least one partition")
        return Int32(Int(murmur2(Array(key)) & 0x7fff_ffff) % count)
    }

    /// Austin Appleby's 32-bit MurmurHash2 with the seed of Kafka's `Utils.murmur2`.
    static func murmur2(_ bytes: [UInt8]) -> Int32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        let tail = bytes.count & ~3
        for start in stride(from: 0, to: tail, by: 4) {
            var word = UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
            word |= UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash = (hash &* multiplier) ^ word
        }
        if tail < bytes.count {
            for (shift, byte) in bytes[tail...].enumerated() { hash ^= UInt32(byte) << UInt32(8 * shift) }
            hash &*= multiplier
        }
        hash ^= hash >> 13
        hash &*= multiplier
        hash ^= hash >> 15
        return Int32(bitPattern: hash)
    }
}
