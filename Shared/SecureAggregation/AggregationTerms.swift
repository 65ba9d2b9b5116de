import Hashing

/// What all sites of a round have agreed on; every message is bound to it by its digest.
public struct AggregationTerms: Sendable, Hashable {
    /// Which federation.
    public let federation: String
    /// Which round of it.
    public let round: UInt64
    /// The sites' keys of Ed25519; a site is its place in this list.
    public let sites: [PublicKey]
    /// How many sites must be there to the end.
    public let threshold: Int
    /// How many numbers an update has.
    public let length: Int
    /// How numbers become integers.
    public let encoding: FixedPoint

    /// Agrees on terms; the threshold is ``leastThreshold(of:)`` if nil.
    ///
    /// Throws ``SecureAggregationError`` `invalidTerms`, with which one.
    public init(
        federation: String, round: UInt64, sites: [PublicKey], threshold: Int? = nil, length: Int, encoding: FixedPoint
    ) throws(SecureAggregationError) {
        guard (3...ShamirSharing.mostShares).contains(sites.count), Set(sites).count == sites.count else {
            throw SecureAggregationError(
                .invalidTerms, "a round has 3 to \(ShamirSharing.mostShares) sites, each once, not \(sites.count)")
        }
        let least = Self.leastThreshold(of: sites.count)
        let threshold = threshold ?? least
        guard (least...sites.count).contains(threshold) else {
            throw SecureAggregationError(
                .invalidTerms,
                "the threshold is \(threshold); \(sites.count) sites need \(least) to \(sites.count), or two parts of them could be told different things"
            )
        }
        guard length > 0, length <= 1 << 32 else {
            throw SecureAggregationError(.invalidTerms, "an update of \(length) numbers")
        }
        guard encoding.holdsSums(of: sites.count) else {
            throw SecureAggregationError(
                .invalidTerms,
                "sums of \(sites.count) updates of norm \(encoding.normBound) with \(encoding.fractionBits) bits behind the point do not fit 64 bits"
            )
        }
        self.federation = federation
        self.round = round
        self.sites = sites
        self.threshold = threshold
        self.length = length
        self.encoding = encoding
    }

    /// Two thirds of the sites, rounded up, so a third may drop out.
    ///
    /// Two sets of so many have a third of the sites in
    /// common, so a coordinator cannot show one part of the sites other survivors than the rest unless that many help it (Bonawitz and others 2017, section 6.2).
    public static func leastThreshold(of sites: Int) -> Int { max(2, (2 * sites + 2) / 3) }

    /// BLAKE2b of everything above.
    var digest: [UInt8] {
        var bytes = ByteWriter()
        bytes.append(Array("helicase secure aggregation 1".utf8))
        bytes.append(Array(federation.utf8))
        bytes.append(round)
        bytes.append(UInt64(threshold))
        bytes.append(UInt64(length))
        bytes.append(UInt64(encoding.fractionBits))
        bytes.append(encoding.normBound.bitPattern)
        for site in sites { bytes.append(site.bytes) }
        return Sodium.hash(bytes.bytes)
    }
}
