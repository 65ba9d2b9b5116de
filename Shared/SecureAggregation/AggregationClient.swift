import Hashing

/// A site in one round: it says each thing once, in order, and nothing that would unmask its update alone.
///
/// The machine knows no transport: it takes the others' messages and gives its own. Every method throws ``SecureAggregationError`` instead of going on where it
/// is told what cannot be; the site then sends ``abstention(reason:)`` or nothing, and the round goes on without it.
public struct AggregationClient: Sendable {
    /// What the sites have agreed on.
    public let terms: AggregationTerms
    /// This site's place among them.
    public let site: Int

    private let key: SigningKey
    private let channelSecret = Sodium.random(32)
    private let maskSecret = Sodium.random(32)
    private let selfSeed = Sodium.random(32)
    private var next = RoundMessage.Phase.keys
    private var keys: [Int: SiteKeys] = [:]
    private var sealedShares: [Int: [UInt8]] = [:]
    private var survivors: [Int] = []

    /// Takes part in a round.
    ///
    /// - Throws: ``SecureAggregationError`` `invalidTerms` if the key is none of the sites'.
    public init(_ terms: AggregationTerms, key: SigningKey) throws(SecureAggregationError) {
        guard let site = terms.sites.firstIndex(of: key.publicKey) else {
            throw SecureAggregationError(
                .invalidTerms, "the key \(key.publicKey.identifier) is none of the round's sites")
        }
        (self.terms, self.site, self.key) = (terms, site, key)
    }

    /// Phase 1: this site's public keys for this round.
    public mutating func advertisedKeys() throws(SecureAggregationError) -> RoundMessage {
        try advance(from: .keys, to: .shares)
        let own = SiteKeys(
            channel: Sodium.publicKey(of: channelSecret), mask: Sodium.publicKey(of: maskSecret),
            selfCommitment: Sodium.hash(selfSeed + terms.digest))
        return message(.keys, own.encoded)
    }

    /// Phase 2: shares of the mask's secret and of the self mask's seed, sealed for each site whose keys came.
    public mutating func shares(for messages: [RoundMessage]) throws(SecureAggregationError) -> RoundMessage {
        try advance(from: .shares, to: .update)
        keys = try Self.keys(of: messages, terms)
        guard keys[site]?.mask == Sodium.publicKey(of: maskSecret) else {
            throw SecureAggregationError(.inconsistent, "the keys that came for site \(site) are not its own")
        }
        guard Set(keys.values.flatMap { [$0.channel, $0.mask] }).count == keys.count * 2 else {
            throw SecureAggregationError(.inconsistent, "two sites have one public key")
        }
        let count = terms.sites.count
        let masks = ShamirSharing.shares(of: maskSecret, threshold: terms.threshold, count: count)
        let seeds = ShamirSharing.shares(of: selfSeed, threshold: terms.threshold, count: count)
        var body = ByteWriter()
        for other in keys.keys.sorted() {
            let both = masks[other].values + seeds[other].values
            body.append(UInt64(other))
            body.append(Sodium.sealed(both, key: try channelKey(with: other), context: context(from: site, to: other)))
        }
        return message(.shares, body.bytes)
    }

    /// Phase 3: the update, clipped to the bound, encoded and masked.
    ///
    /// `update` is ``AggregationTerms/length`` finite numbers, and `messages` are the shares of all sites that go on, this site's own among them.
    public mutating func maskedUpdate(
        _ update: [Double], after messages: [RoundMessage]
    ) throws(SecureAggregationError) -> RoundMessage {
        guard update.count == terms.length else {
            throw SecureAggregationError(
                .invalidUpdate, "the update has \(update.count) numbers, and the round is of \(terms.length)")
        }
        let encoded = try terms.encoding.encoded(terms.encoding.clipped(update))
        try advance(from: .update, to: .survivors)
        for message in messages {
            try message.check(terms, phase: .shares)
            guard keys[message.sender] != nil else {
                throw SecureAggregationError(.inconsistent, "site \(message.sender) sent shares and no keys")
            }
            guard let own = try SealedShares(message.body).shares[site] else {
                throw SecureAggregationError(.inconsistent, "site \(message.sender) has no shares for site \(site)")
            }
            guard sealedShares.updateValue(own, forKey: message.sender) == nil else {
                throw SecureAggregationError(.replayed, "site \(message.sender) sent shares twice")
            }
        }
        try requireThreshold(sealedShares.count, "sent shares")
        guard sealedShares[site] != nil else {
            throw SecureAggregationError(.inconsistent, "site \(site)'s own shares are not among those that came")
        }
        var values = encoded.map { UInt64(bitPattern: $0) }
        Sodium.applyMask(key: Masks.selfKey(selfSeed, terms), adding: true, to: &values)
        for other in sealedShares.keys.sorted() where other != site {
            guard let mask = keys[other]?.mask, let shared = Masks.pairKey(secret: maskSecret, other: mask, terms)
            else { throw SecureAggregationError(.inconsistent, "site \(other)'s public key is of small order") }
            Sodium.applyMask(key: shared, adding: site < other, to: &values)
        }
        var body = ByteWriter()
        body.append(values)
        return message(.update, body.bytes)
    }

    /// Phase 4: this site signs whose updates it was told that came, so that nobody can be told of others.
    public mutating func confirmed(survivors: [Int]) throws(SecureAggregationError) -> RoundMessage {
        try advance(from: .survivors, to: .unmasking)
        guard survivors == Set(survivors).sorted(), survivors.allSatisfy({ sealedShares[$0] != nil }) else {
            throw SecureAggregationError(
                .inconsistent, "the sites whose updates came, \(survivors), are not among those that sent shares")
        }
        try requireThreshold(survivors.count, "sent updates")
        self.survivors = survivors
        return message(.survivors, SurvivorList.encoded(survivors))
    }

    /// Phase 5: for each site whose update came a share of its self mask's seed; for each that dropped out after its shares, of its mask's secret.
    ///
    /// Never both of one site.
    ///
    /// - Parameter messages: At least the threshold's number of sites that signed the same survivors as this one.
    public mutating func unmasking(after messages: [RoundMessage]) throws(SecureAggregationError) -> RoundMessage {
        try advance(from: .unmasking, to: .abstention)
        var signed: Set<Int> = []
        for message in messages {
            try message.check(terms, phase: .survivors)
            guard message.body == SurvivorList.encoded(survivors) else {
                throw SecureAggregationError(
                    .inconsistent, "site \(message.sender) was told of other survivors than site \(site)")
            }
            signed.insert(message.sender)
        }
        guard signed.isSubset(of: survivors) else {
            throw SecureAggregationError(.inconsistent, "a site that did not send an update signed the survivors")
        }
        try requireThreshold(signed.count, "signed the survivors")
        let alive = Set(survivors)
        var body = ByteWriter()
        for other in sealedShares.keys.sorted() {
            guard let sealed = sealedShares[other],
                let both = Sodium.opened(
                    sealed, key: try channelKey(with: other), context: context(from: other, to: site)),
                both.count == 64
            else { continue }  // A site that sealed nonsense for us: its share is missing, and others may have theirs.
            body.append(UInt64(other))
            body.append(Array(alive.contains(other) ? both.suffix(32) : both.prefix(32)))
        }
        return message(.unmasking, body.bytes)
    }

    /// In place of any message: this site has nothing to give in this round, and says why.
    ///
    /// It does nothing from here on.
    public mutating func abstention(reason: String) -> RoundMessage {
        next = .abstention
        return message(.abstention, Array(reason.utf8.prefix(400)))
    }

    private func message(_ phase: RoundMessage.Phase, _ body: [UInt8]) -> RoundMessage {
        RoundMessage(sender: site, phase: phase, terms: terms.digest, body: body, key: key)
    }

    private mutating func advance(
        from phase: RoundMessage.Phase, to later: RoundMessage.Phase
    ) throws(SecureAggregationError) {
        guard next == phase else {
            throw SecureAggregationError(
                .replayed, "site \(site) is asked for \(phase) where \(next) is due; it says each thing once a round")
        }
        next = later
    }

    private func requireThreshold(_ count: Int, _ what: String) throws(SecureAggregationError) {
        guard count >= terms.threshold else {
            throw SecureAggregationError(
                .belowThreshold, "\(count) sites \(what), and the threshold is \(terms.threshold)")
        }
    }

    private func channelKey(with other: Int) throws(SecureAggregationError) -> [UInt8] {
        guard let open = keys[other]?.channel,
            let agreed = Sodium.agreedKey(
                secret: channelSecret, other: open, purpose: "channel", context: terms.digest)
        else { throw SecureAggregationError(.inconsistent, "site \(other)'s public key is of small order") }
        return agreed
    }

    private func context(from sender: Int, to receiver: Int) -> [UInt8] {
        terms.digest + [UInt8(sender), UInt8(receiver)]
    }

    static func keys(of messages: [RoundMessage], _ terms: AggregationTerms) throws(SecureAggregationError)
        -> [Int: SiteKeys]
    {
        var keys: [Int: SiteKeys] = [:]
        for message in messages {
            try message.check(terms, phase: .keys)
            guard keys.updateValue(try SiteKeys(message.body), forKey: message.sender) == nil else {
                throw SecureAggregationError(.replayed, "site \(message.sender) sent keys twice")
            }
        }
        guard keys.count >= terms.threshold else {
            throw SecureAggregationError(
                .belowThreshold, "\(keys.count) sites sent keys, and the threshold is \(terms.threshold)")
        }
        return keys
    }
}
