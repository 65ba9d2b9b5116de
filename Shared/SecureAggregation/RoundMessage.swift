import Hashing

/// What one site says in one phase of one round, signed.
public struct RoundMessage: Sendable, Hashable {
    /// The phases of a round, in the order of figure 4 of Bonawitz and others (2017).
    public enum Phase: UInt64, Sendable, Hashable, CaseIterable {
        /// Public keys for this round.
        case keys
        /// Shares of the secrets, sealed for each other site.
        case shares
        /// The masked update.
        case update
        /// Whose updates this site was told that the sum has.
        case survivors
        /// The shares that take the masks away.
        case unmasking
        /// A site that takes no further part, and why; in place of the message of any phase.
        case abstention
    }

    /// The place of the sender in ``AggregationTerms/sites``.
    public let sender: Int
    /// Which phase.
    public let phase: Phase
    let terms: [UInt8]
    let body: [UInt8]
    let signature: [UInt8]

    init(sender: Int, phase: Phase, terms: [UInt8], body: [UInt8], key: SigningKey) {
        (self.sender, self.phase, self.terms, self.body) = (sender, phase, terms, body)
        signature = key.signature(of: Self.statement(sender: sender, phase: phase, terms: terms, body: body))
    }

    private static func statement(sender: Int, phase: Phase, terms: [UInt8], body: [UInt8]) -> [UInt8] {
        var bytes = ByteWriter()
        bytes.append(UInt64(sender))
        bytes.append(phase.rawValue)
        bytes.append(terms)
        bytes.append(body)
        return bytes.bytes
    }

    /// The message as bytes, for a record of a topic.
    public var encoded: [UInt8] {
        Self.statement(sender: sender, phase: phase, terms: terms, body: body) + signature
    }

    /// Reads bytes that anyone may have sent; who sent them says ``check(_:phase:)``.
    ///
    /// - Throws: ``SecureAggregationError`` `malformed`.
    public init(_ encoded: [UInt8]) throws(SecureAggregationError) {
        guard encoded.count >= 64 else {
            throw SecureAggregationError(.malformed, "a message of \(encoded.count) bytes has no signature")
        }
        var reader = ByteReader(Array(encoded.dropLast(64)))
        let (sender, kind) = (try reader.number(), try reader.number())
        guard let phase = Phase(rawValue: kind), sender < UInt64(ShamirSharing.mostShares) else {
            throw SecureAggregationError(.malformed, "a message of sender \(sender) and phase \(kind)")
        }
        self.sender = Int(sender)
        self.phase = phase
        terms = try reader.field()
        body = try reader.field()
        try reader.end()
        signature = Array(encoded.suffix(64))
    }

    /// Checks that the message is of these terms, of a site of theirs, of this phase, and signed by its sender.
    ///
    /// - Throws: ``SecureAggregationError`` `wrongRound` or `wrongSignature`, with the site.
    public func check(_ agreed: AggregationTerms, phase expected: Phase) throws(SecureAggregationError) {
        guard agreed.sites.indices.contains(sender) else {
            throw SecureAggregationError(.wrongSignature, "site \(sender) is none of the \(agreed.sites.count) sites")
        }
        guard
            agreed.sites[sender].verifies(
                signature, of: Self.statement(sender: sender, phase: phase, terms: terms, body: body))
        else {
            throw SecureAggregationError(.wrongSignature, "a message in the name of site \(sender) is not signed by it")
        }
        guard terms == agreed.digest else {
            throw SecureAggregationError(
                .wrongRound,
                "site \(sender)'s message of \(phase) is of another round or of other terms than round \(agreed.round)")
        }
        guard phase == expected else {
            throw SecureAggregationError(
                .wrongRound, "site \(sender) sent \(phase) where \(expected) are due: too late, or a replay")
        }
    }
}
