/// A site's public keys for a round, and what it commits its self mask's seed to.
struct SiteKeys: Sendable, Hashable {
    var channel: [UInt8]
    var mask: [UInt8]
    var selfCommitment: [UInt8]

    init(channel: [UInt8], mask: [UInt8], selfCommitment: [UInt8]) {
        (self.channel, self.mask, self.selfCommitment) = (channel, mask, selfCommitment)
    }

    var encoded: [UInt8] { channel + mask + selfCommitment }

    init(_ body: [UInt8]) throws(SecureAggregationError) {
        guard body.count == 96 else {
            throw SecureAggregationError(.malformed, "keys of \(body.count) bytes instead of 96")
        }
        channel = Array(body[..<32])
        mask = Array(body[32..<64])
        selfCommitment = Array(body[64...])
    }
}

/// Bytes for or about other sites, each site at most once: the bodies of `shares` and `unmasking`.
struct SealedShares: Sendable {
    var shares: [Int: [UInt8]] = [:]

    init(_ body: [UInt8]) throws(SecureAggregationError) {
        var reader = ByteReader(body)
        var rest = body.count
        while rest > 0 {
            let site = try reader.number()
            let bytes = try reader.field()
            rest -= 16 + bytes.count
            guard site < UInt64(ShamirSharing.mostShares), shares.updateValue(bytes, forKey: Int(site)) == nil else {
                throw SecureAggregationError(.malformed, "shares of site \(site) twice, or of none")
            }
        }
    }
}

enum SurvivorList {
    static func encoded(_ survivors: [Int]) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(survivors.map { UInt64($0) })
        return bytes.bytes
    }
}

/// The keys of the streams that hide an update.
enum Masks {
    /// Of the mask that only its site knows.
    static func selfKey(_ seed: [UInt8], _ terms: AggregationTerms) -> [UInt8] {
        Sodium.hash(Array("self mask".utf8) + seed + terms.digest)
    }

    /// Of the mask that two sites share: the one of lower place adds it, the other takes it away.
    static func pairKey(secret: [UInt8], other: [UInt8], _ terms: AggregationTerms) -> [UInt8]? {
        Sodium.agreedKey(secret: secret, other: other, purpose: "pair mask", context: terms.digest)
    }
}
